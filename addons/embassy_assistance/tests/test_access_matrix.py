import itertools
import uuid

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

    def values_embassy_cap_raise(self, chapter):
        user = self.user_a if chapter == self.chapter_a else self.user_b
        return {"company_id": chapter.id, "user_id": user["case_worker"].id}

    def values_embassy_case_alert(self, chapter):
        return {
            "case_id": self._case_of(chapter).id,
            "company_id": chapter.id,
            "event": "answer",
        }

    def values_embassy_case_consent(self, chapter):
        return {
            "case_id": self._case_of(chapter).id,
            "company_id": chapter.id,
            "purpose": "handle",
            "is_given": True,
        }

    def values_embassy_case_item(self, chapter):
        return {
            "case_id": self._case_of(chapter).id,
            "company_id": chapter.id,
            "uuid": str(uuid.uuid4()),
            "kind": "note",
            "direction": "staff",
            "month": "2026-01-01",
            "piece_count": 0,
            "size": 0,
        }

    def values_embassy_case_seal(self, chapter):
        key = self.env["embassy.chapter.key"].create(
            {
                "company_id": chapter.id,
                "uuid": str(uuid.uuid4()),
                "public_key": b"MQ==",
                "recovery_key": b"MQ==",
            }
        )
        return {
            "case_id": self._case_of(chapter).id,
            "company_id": chapter.id,
            "chapter_key_id": key.id,
            "uuid": str(uuid.uuid4()),
            "nonce_hash": str(uuid.uuid4()),
            "locator": str(uuid.uuid4()),
            "asker_public_key": b"MQ==",
            "chapter_sealed_key": b"MQ==",
            "asker_sealed_key": b"MQ==",
        }

    def values_embassy_case_grant(self, chapter):
        user = self.user_a if chapter == self.chapter_a else self.user_b
        key = self.env["embassy.person.key"].create(
            {
                "user_id": user["case_worker"].id,
                "uuid": str(uuid.uuid4()),
                "public_key": b"MQ==",
                "wrapped_key": b"MQ==",
                "recovery_key": b"MQ==",
            }
        )
        return {
            "case_id": self._case_of(chapter).id,
            "company_id": chapter.id,
            "person_key_id": key.id,
            "sealed_key": b"MQ==",
        }

    def values_embassy_case_opening(self, chapter):
        return {
            "company_id": chapter.id,
            "user_id": self.env.uid,
            "kind": "note",
            "minute": "2026-01-01 10:00:00",
            "handle": "probe",
            "row_hash": "probe",
            "chain_hash": "probe",
        }

    def values_embassy_duty(self, chapter):
        user = self.user_a if chapter == self.chapter_a else self.user_b
        return {"company_id": chapter.id, "user_id": user["case_worker"].id}

    def values_embassy_fund(self, chapter):
        return {"company_id": chapter.id, "name": f"Probe {next(self.numbers)}"}

    def values_embassy_case_aid(self, chapter):
        fund = self.env["embassy.fund"].create(self.values_embassy_fund(chapter))
        return {
            "case_id": self._case_of(chapter).id,
            "topic": "3_daily",
            "fund_id": fund.id,
            "amount": 10,
        }

    def values_embassy_purge(self, chapter):
        numbers = dict.fromkeys(("cases", "items", "pieces", "consents", "openings"), 1)
        day = f"2020-01-{next(self.numbers) % 28 + 1:02}"
        return {"company_id": chapter.id, "date": day, **numbers}

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
