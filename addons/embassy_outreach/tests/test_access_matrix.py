import itertools

from odoo.tests import tagged

from odoo.addons.embassy_core.tests.common import AccessMatrixCase

from .common import VisitChapters


@tagged("post_install", "-at_install")
class TestAccessMatrix(VisitChapters, AccessMatrixCase):
    addon = "embassy_outreach"
    numbers = itertools.count()

    def values_embassy_visit_kind(self, chapter):
        code = f"probe_{next(self.numbers)}"
        return {"company_id": chapter.id, "name": "Probe kind", "code": code}

    def values_embassy_programme_item(self, chapter):
        return self.item_values(self.visit_of(chapter))

    def values_embassy_delegate(self, chapter):
        return {"visit_id": self.visit_of(chapter).id, "name": "Probe"}

    def values_event_event(self, chapter):
        return self.visit_values(chapter)
