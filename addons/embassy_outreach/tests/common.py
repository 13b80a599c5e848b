from contextlib import contextmanager

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
