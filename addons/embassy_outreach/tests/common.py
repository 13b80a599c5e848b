from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import new_test_user

from odoo.addons.base.tests.common import MockSmtplibCase
from odoo.addons.embassy_core.tests.common import ChapterCase

VISIT = {
    "name": "Visit",
    "is_visit": True,
    "date_begin": "2026-06-01 08:00:00",
    "date_end": "2026-06-03 20:00:00",
}


class VisitChapters(ChapterCase):
    """Two chapters that organise visits."""

    @classmethod
    def _chapter_values(cls, name, code):
        return {
            **super()._chapter_values(name, code),
            "chapter_code": code,
            "chapter_level": "embassy",
        }

    def visit_values(self, chapter, **values):
        return {
            **VISIT,
            "company_id": chapter.id,
            "organizer_id": False,
            "address_id": False,
            "user_id": False,
            **values,
        }

    def visit_of(self, chapter, **values):
        return self.env["event.event"].create(self.visit_values(chapter, **values))

    def item_values(self, visit, **values):
        return {
            "visit_id": visit.id,
            "purpose": "Talk",
            "date_start": "2026-06-01 10:00:00",
            "date_end": "2026-06-01 11:00:00",
            **values,
        }

    @contextmanager
    def assertRefused(self, exception, sentence):
        """As assertRaises, which also takes back what was half done, and names the sentence."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(sentence, str(caught.exception))


class OutreachChapters(VisitChapters, MockSmtplibCase):
    """A mailer in each chapter, and in the second somebody who has all groups but the admin's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mailers = "embassy_core.group_outreach_officer,mass_mailing.group_mass_mailing_user"
        managers = f"{mailers},event.group_event_manager"
        cls.mailer_a = cls._person(cls.chapter_a, "mailer_a", managers)
        cls.mailer_b = cls._person(cls.chapter_b, "mailer_b", managers)
        cls.everything_b = cls._person(cls.chapter_b, "everything_b", "base.group_user")
        cls.everything_b.group_ids = cls._ordinary_groups()
        cls.people_b = [*cls.user_b.values(), cls.mailer_b, cls.everything_b]
        cls.env_a, cls.env_b = (
            cls.env(user=user.id, context={"allowed_company_ids": user.company_ids.ids})
            for user in (cls.mailer_a, cls.mailer_b)
        )
        cls.env_all_b = cls.env(
            user=cls.everything_b.id, context={"allowed_company_ids": cls.chapter_b.ids}
        )

    @classmethod
    def _person(cls, chapter, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            email=f"{login}@example.org",
            company_id=chapter.id,
            company_ids=[(6, 0, chapter.ids)],
        )

    @classmethod
    def _ordinary_groups(cls):
        """All groups of people in the back office but those of administrators."""
        groups = cls.env["res.groups"].search([])
        admin = cls.env.ref("base.group_system") + cls.env.ref("base.group_erp_manager")
        outside = cls.env.ref("base.group_portal") + cls.env.ref("base.group_public")
        return groups.filtered(lambda group: not group.all_implied_ids & (admin + outside))

    def uncommitted(self):
        """A job of the system runs, and what it has done is not kept after the test."""
        return patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 60)

    def assertHidden(self, row):
        """Nobody of the second chapter finds, reads, changes or counts the row."""
        for person in self.people_b:
            mine = self.as_user(row.browse(row.ids), person)
            with self.subTest(model=row._name, person=person.login):
                self.env.invalidate_all()
                self.assertFalse(mine.has_access("read"))
                if mine.browse().has_access("read"):
                    self.assertFalse(mine.with_context(active_test=False).search_count(
                        [("id", "in", row.ids)]
                    ))
                    self.assertFalse(mine.formatted_read_group(
                        [("id", "in", row.ids)], [], ["__count"]
                    )[0]["__count"])
                for operation in ("write", "unlink"):
                    self.assertFalse(mine.has_access(operation))

    def assertSeen(self, row, env):
        self.env.invalidate_all()
        found = row.with_env(env).with_context(active_test=False).search([("id", "in", row.ids)])
        self.assertEqual(found, row)
        found.read()
