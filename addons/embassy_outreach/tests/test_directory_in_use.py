import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_relation import RelationCase

VCARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Invented\r\nEND:VCARD\r\n"


@tagged("post_install", "-at_install")
class TestDirectoryInUse(RelationCase):
    """What chapters have with people survives when the directory is tidied up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env_a["res.partner"]
        cls.first, cls.second = Partner.create(
            [{"name": name, "directory_kind": "person"} for name in ("Ada Fiktiv", "Ада Фіктыў")]
        )

    def merge(self):
        wizard = self.env_a["embassy.duplicate.search"].create({})
        wizard.action_search()
        line = wizard.line_ids.filtered(lambda line: line.first_id == self.first)
        line.action_merge()

    def test_a_relation_moves_with_its_person(self):
        relation = self.relation_in(self.env_a, self.second, next_move="Call the office")
        self.merge()
        self.env.invalidate_all()
        self.assertFalse(self.second.exists())
        self.assertEqual(relation.partner_id, self.first)
        self.assertEqual(relation.next_move, "Call the office")

    def test_two_relations_stop_the_merge(self):
        for person in (self.first, self.second):
            self.relation_in(self.env_a, person)
        with self.assertRaisesRegex(UserError, "“Relation”"):
            self.merge()
        self.assertEqual(len((self.first | self.second).exists()), 2)

    def test_relations_of_another_chapter_stop_it_and_are_not_named(self):
        (self.first | self.second).action_share_with_chapters()
        for person in (self.first, self.second):
            self.relation_in(self.env_b, person)
        with self.assertRaises(UserError) as refused:
            self.merge()
        self.assertNotIn("Relation", str(refused.exception))
        self.assertEqual(len((self.first | self.second).exists()), 2)

    def test_an_import_is_not_taken_back_from_under_a_relation(self):
        wizard = self.env_a["embassy.contact.import"].create(
            {"file": base64.b64encode(VCARD.encode()), "file_name": "x.vcf"}
        )
        wizard.action_read()
        wizard.action_import()
        ada = wizard.record_id.line_ids.partner_id
        relation = self.relation_in(self.env_a, ada)
        wizard.record_id.action_undo()
        self.assertEqual(wizard.record_id.line_ids.reason, "used")
        self.assertEqual(relation.exists().partner_id, ada)
        relation.sudo().unlink()
        wizard.record_id.action_undo()
        self.assertFalse(ada.exists())
