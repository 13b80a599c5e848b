import itertools

from odoo.tests import tagged

from odoo.addons.embassy_core.tests.common import AccessMatrixCase

from .common import CaseChapters


@tagged("post_install", "-at_install")
class TestAccessMatrix(CaseChapters, AccessMatrixCase):
    addon = "embassy_assistance"
    numbers = itertools.count()

    def _desk_of(self, chapter):
        return self.desk_a if chapter == self.chapter_a else self.desk_b

    def _case_of(self, chapter):
        return self.env["helpdesk.ticket"].create({"team_id": self._desk_of(chapter).id})

    def values_embassy_need(self, chapter):
        return {
            "company_id": chapter.id,
            "name": "Probe need",
            "code": f"probe_{next(self.numbers)}",
        }

    def values_embassy_case_need(self, chapter):
        need = self.env.ref("embassy_assistance.embassy_need_rent")
        return {"case_id": self._case_of(chapter).id, "need_id": need.id}

    def values_embassy_case_transition(self, chapter):
        stage = self.env.ref("embassy_assistance.helpdesk_ticket_stage_case_new")
        return {
            "case_id": self._case_of(chapter).id,
            "company_id": chapter.id,
            "stage_to_id": stage.id,
            "user_id": self.env.uid,
        }

    def values_embassy_desk_membership(self, chapter):
        user = self.user_a if chapter == self.chapter_a else self.user_b
        return {
            "team_id": self._desk_of(chapter).id,
            "company_id": chapter.id,
            "user_id": user["outreach_officer"].id,
            "joined_by_id": self.env.uid,
        }

    def values_helpdesk_ticket(self, chapter):
        return {"team_id": self._desk_of(chapter).id}

    def values_helpdesk_ticket_sla(self, chapter):
        sla = self.env.ref("embassy_assistance.helpdesk_sla_urgent")
        return {"ticket_id": self._case_of(chapter).id, "sla_id": sla.id}

    def values_helpdesk_ticket_team(self, chapter):
        return {"name": "Probe desk", "is_assistance": True, "company_id": chapter.id}
