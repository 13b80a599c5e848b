from .common import ChapterCase


class DirectoryCase(ChapterCase):
    """Two chapters that each have a parliament and a person in office. Invented names only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parliament_type = cls.env.ref("embassy_core.embassy_institution_type_parliament")
        cls.regime_type = cls.env.ref("embassy_core.embassy_institution_type_regime")
        cls.officer_a = cls.user_a["outreach_officer"]
        cls.officer_b = cls.user_b["outreach_officer"]
        cls.coordinator_a = cls.user_a["coordinator"]
        cls.Partner_a = cls.as_user(cls, cls.env["res.partner"], cls.officer_a)
        cls.Partner_b = cls.as_user(cls, cls.env["res.partner"], cls.officer_b)
        cls.Mandate_a = cls.as_user(cls, cls.env["embassy.mandate"], cls.officer_a)
        cls.Mandate_b = cls.as_user(cls, cls.env["embassy.mandate"], cls.officer_b)
        cls.body_a = cls.institution(cls.Partner_a, "Seimas of Nowhere")
        cls.body_b = cls.institution(cls.Partner_b, "Diet of Elsewhere")
        cls.person_a = cls.person(cls.Partner_a, "Anna Exampleton")
        cls.person_b = cls.person(cls.Partner_b, "Boris Probeman")

    @classmethod
    def institution(cls, Partner, name, **values):
        values = {"institution_type_id": cls.parliament_type.id} | values
        return Partner.create({"name": name, "directory_kind": "institution"} | values)

    @classmethod
    def person(cls, Partner, name, **values):
        return Partner.create({"name": name, "directory_kind": "person"} | values)
