from odoo.tests import tagged

from .common import AccessMatrixCase
from .directory_values import DirectoryValues


@tagged("post_install", "-at_install")
class TestAccessMatrix(DirectoryValues, AccessMatrixCase):
    addon = "embassy_core"

    def values_embassy_channel(self, chapter):
        return {"company_id": chapter.id, "kind": "email", "address": "probe@example.org"}

    def values_embassy_emergency_number(self, chapter):
        return {"company_id": chapter.id, "number": "112"}

    def values_embassy_reception_hour(self, chapter):
        return {"company_id": chapter.id, "weekday": "1", "hour_from": 9.0, "hour_to": 12.0}

    def values_embassy_person_key(self, chapter):
        return {
            "user_id": self._person(chapter).id,
            "uuid": "probe",
            "public_key": "AA==",
            "wrapped_key": "AA==",
            "recovery_key": "AA==",
        }

    def values_embassy_chapter_key(self, chapter):
        return {
            "company_id": chapter.id,
            "uuid": "probe",
            "public_key": "AA==",
            "recovery_key": "AA==",
        }

    def values_embassy_chapter_key_grant(self, chapter):
        keys = [
            self.env[model].create(self._values(model, chapter))
            for model in ("embassy.chapter.key", "embassy.person.key")
        ]
        return {
            "chapter_key_id": keys[0].id,
            "person_key_id": keys[1].id,
            "sealed_key": "AA==",
        }

    def _person(self, chapter):
        people = self.user_a if chapter == self.chapter_a else self.user_b
        return people["case_worker"]

    def values_embassy_service(self, chapter):
        return {"company_id": chapter.id, "name": "Probe service"}
