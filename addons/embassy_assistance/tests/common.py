from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.embassy_core.tests.common import ChapterCase


class CaseChapters(ChapterCase):
    """Two chapters that take cases, each with a desk whose one member is its case worker."""

    @classmethod
    def _chapter_values(cls, name, code):
        return {
            **super()._chapter_values(name, code),
            "chapter_code": code,
            "chapter_level": "embassy",
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk_a = cls._desk(cls.chapter_a, cls.user_a["case_worker"])
        cls.desk_b = cls._desk(cls.chapter_b, cls.user_b["case_worker"])
        cls.stages = {
            stage.case_code: stage
            for stage in cls.env["helpdesk.ticket.stage"].search([("case_code", "!=", False)])
        }

    @classmethod
    def _desk(cls, chapter, members):
        return cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Desk",
                "is_assistance": True,
                "company_id": chapter.id,
                "user_ids": [(6, 0, members.ids)],
            }
        )

    def case_of(self, desk, **values):
        return self.env["helpdesk.ticket"].create({"team_id": desk.id, **values})

    def case_at(self, when, desk, **values):
        """A case that came at a given time (datetime, UTC); the database has its own clock."""
        self.env.flush_all()
        with freeze_time(when), patch.object(self.env.cr, "now", lambda: when):
            case = self.case_of(desk, **values)
            self.env.flush_all()
        return case

    @contextmanager
    def assertRefused(self, exception, sentence):
        """As assertRaises, which also takes back what was half done, and names the sentence."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(sentence, str(caught.exception))

    def as_worker(self, record, suffix="a"):
        user = {"a": self.user_a, "b": self.user_b}[suffix]["case_worker"]
        return self.as_user(record, user)
