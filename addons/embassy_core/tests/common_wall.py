from odoo.exceptions import AccessError

from .common import ChapterCase


class WallCase(ChapterCase):
    """Two people of chapter A, and one of chapter B who has every group but the admins'.

    ``contact_a`` and ``contact_b`` are contacts of the two chapters, ``shared`` is an institution
    that all chapters share.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.user_a["outreach_officer"]
        cls.boris = cls.user_a["case_worker"]
        cls.curious = cls.user_b["outreach_officer"]
        cls.curious.group_ids += cls._all_groups()
        for user in (cls.anna, cls.boris):
            user.group_ids += cls.env.ref("base.group_partner_manager")
        cls.contact_a, cls.contact_b = cls.env["res.partner"].create(
            [
                {
                    "name": f"Contact {suffix}",
                    "email": f"contact.{suffix}@example.org",
                    "company_id": chapter.id,
                }
                for suffix, chapter in (("a", cls.chapter_a), ("b", cls.chapter_b))
            ]
        )
        cls.shared = cls.env["res.partner"].create(
            {
                "name": "Shared parliament",
                "directory_kind": "institution",
                "company_id": False,
                "keeper_company_id": cls.chapter_a.id,
            }
        )
        cls.env_a = cls.as_user(cls, cls.env["res.partner"], cls.anna).env
        cls.env_boris = cls.as_user(cls, cls.env["res.partner"], cls.boris).env
        cls.env_b = cls.as_user(cls, cls.env["res.partner"], cls.curious).env
        cls.text = cls.env["ir.rule"]._foreign_text()

    @classmethod
    def _all_groups(cls):
        admins = cls.env.ref("base.group_system") | cls.env.ref("base.group_erp_manager")
        others = cls.env.ref("base.group_portal") | cls.env.ref("base.group_public")
        return (
            cls.env["res.groups"]
            .search([])
            .filtered(
                lambda group: (
                    not (group | group.all_implied_ids) & (admins | others)
                    and group != cls.env.ref("embassy_core.group_volunteer")
                )
            )
        )

    def assertForeign(self, call, *args, **kwargs):
        """The call is refused with the one text, and changes nothing."""
        with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
            call(*args, **kwargs)
        self.assertEqual(str(caught.exception), self.text)

    def assertHidden(self, rows, env=None):
        """The rows are neither found, nor counted, nor read."""
        rows = rows.with_env(env or self.env_b).with_context(active_test=False)
        rows.env.flush_all()
        rows.env.invalidate_all()
        domain = [("id", "in", rows.ids)]
        if not rows.has_access("read"):
            for row in rows:
                self.assertFalse(row.has_access("read"), row)
        else:
            self.fail(f"{rows} can be read")
        if not rows.browse().has_access("read"):
            return
        self.assertFalse(rows.search(domain))
        self.assertEqual(rows.search_count(domain), 0)
        self.assertFalse(rows.search_read(domain, ["display_name"]))
        self.assertFalse([count for (count,) in rows._read_group(domain, [], ["__count"]) if count])

    def assertSeen(self, rows, env=None):
        rows = rows.with_env(env or self.env_boris)
        rows.env.flush_all()
        rows.env.invalidate_all()
        self.assertEqual(rows.search([("id", "in", rows.ids)]), rows)
        rows.read(["display_name"])
