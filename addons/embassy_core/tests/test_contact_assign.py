from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestContactAssign(ChapterCase):
    """Contacts that stood before the walls: nobody sees them until they get a chapter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.Assign = cls.env["embassy.contact.assign"].with_user(cls.admin)
        iceland, malta = cls.env.ref("base.is"), cls.env.ref("base.mt")
        cls.chapter_a.country_id = iceland
        cls.in_a, cls.in_malta, cls.nowhere, cls.kept, cls.parent = cls.env["res.partner"].create(
            [
                {"name": "In the country of A", "country_id": iceland.id},
                {"name": "In Malta", "country_id": malta.id},
                {"name": "Without a country"},
                {"name": "Of Ada", "user_id": cls.user_b["coordinator"].id},
                {"name": "Organisation", "user_id": cls.user_b["coordinator"].id},
            ]
        )
        cls.child = cls.parent.create(
            {"name": "Clerk", "parent_id": cls.parent.id, "country_id": iceland.id}
        )
        cls.old = cls.in_a | cls.in_malta | cls.nowhere | cls.kept | cls.parent | cls.child
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_partner SET company_id = NULL WHERE id IN %s", [tuple(cls.old.ids)]
        )
        cls.env.invalidate_all()

    def test_the_admin_puts_them_into_chapters_by_country(self):
        before = self.Assign._homeless_count()
        wizard = self.Assign.create({})
        lines = {line.country_id.code: line for line in wizard.line_ids}
        self.assertEqual(lines["IS"].company_id, self.chapter_a)
        self.assertFalse(lines["MT"].company_id)
        lines["MT"].company_id = self.chapter_b
        lines[False].company_id = False
        wizard.action_assign()
        self.assertEqual(self.in_a.company_id, self.chapter_a)
        self.assertEqual(self.in_malta.company_id, self.chapter_b)
        self.assertEqual((self.kept | self.parent | self.child).company_id, self.chapter_b)
        self.assertFalse(self.nowhere.company_id)
        self.assertLess(self.Assign._homeless_count(), before)
        wizard.action_assign()
        self.assertFalse(self.nowhere.company_id)

    def test_until_then_nobody_sees_them(self):
        for user in (self.user_a["coordinator"], self.user_b["coordinator"], self.admin):
            partners = self.as_user(self.env["res.partner"], user)
            self.assertFalse(partners.search([("id", "in", self.old.ids)]))

    def test_nobody_else_asks(self):
        with self.assertRaises(AccessError):
            self.as_user(self.Assign, self.user_a["coordinator"]).create({})
