import itertools

_NUMBER = itertools.count()


class DirectoryValues:
    """Values for new rows of the directory, for the access matrix.

    A shared row is one that the other chapter keeps: what the own chapter shares is its own to
    change, and has tests of its own.
    """

    def _kept_values(self, chapter):
        keeper = chapter or self.chapter_b
        return {"company_id": chapter.id, "keeper_company_id": keeper.id}

    def _institution(self, chapter):
        return self.env["res.partner"].create(self.values_res_partner(chapter))

    def values_res_partner(self, chapter):
        values = {"name": "Probe body", "directory_kind": "institution"}
        return values | self._kept_values(chapter)

    def values_embassy_institution_type(self, chapter):
        return {"name": "Probe type", "code": f"probe{next(_NUMBER)}", "company_id": chapter.id}

    def values_embassy_identifier(self, chapter):
        body = self._institution(chapter)
        return {"partner_id": body.id, "scheme": "probe", "value": str(next(_NUMBER))}

    def values_embassy_legislature(self, chapter):
        return {"body_id": self._institution(chapter).id, "name": "Probe term"}

    def values_embassy_mandate(self, chapter):
        person = self.env["res.partner"].create(
            {"name": "Probe Person", "directory_kind": "person"} | self._kept_values(chapter)
        )
        body = self._institution(chapter)
        return {"person_id": person.id, "body_id": body.id, "role": "Member"}

    def values_embassy_import(self, chapter):
        return {"company_id": chapter.id, "user_id": self.env.uid, "kind": "csv"}

    def values_embassy_import_line(self, chapter):
        parent = self.env["embassy.import"].create(self.values_embassy_import(chapter))
        return {
            "import_id": parent.id,
            "company_id": chapter.id,
            "partner_id": self._institution(chapter).id,
            "res_model": "res.partner",
            "res_id": 1,
            "stamp": "probe",
        }
