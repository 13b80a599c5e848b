import base64
import json

from odoo.tests import HttpCase, tagged

from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestParliamentImportTour(ChapterCase, HttpCase):
    def test_import_in_the_browser(self):
        """The officer looks at the preview, imports in steps, and reads the report."""
        officer = self.user_a["outreach_officer"]
        people = [{"id": f"p{number}", "name": f"Invented Person{number}"} for number in range(3)]
        house = {"id": "house", "name": "House of Tests", "classification": "legislature"}
        rows = [{"person_id": person["id"], "organization_id": "house"} for person in people]
        data = {"persons": people, "organizations": [house], "memberships": rows}
        wizard = self.as_user(self.env["embassy.parliament.import"], officer).create(
            {
                "file": base64.b64encode(json.dumps(data).encode()),
                "file_name": "parliament.json",
                "country_id": self.env.ref("base.is").id,
            }
        )
        self.start_tour(
            f"/odoo/import-parliament/{wizard.id}", "embassy_core_import", login=officer.login
        )
        self.assertEqual(wizard.state, "done")
        found = self.env["res.partner"].search([("name_any_spelling", "ilike", "invented person2")])
        self.assertEqual(found.company_id, self.chapter_a)
