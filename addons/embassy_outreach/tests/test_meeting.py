from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_relation import RelationCase

START = "2026-06-01 10:00:00"


class MeetingCase(RelationCase):
    @classmethod
    def meeting_in(cls, env, partners, **values):
        return env["embassy.meeting"].create(
            {
                "name": "Alien passports",
                "start": START,
                "stop": "2026-06-01 11:00:00",
                "partner_ids": partners.ids,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestMeeting(MeetingCase):
    def test_planned_in_the_calendar_and_nobody_is_invited(self):
        self.member.email = "maria@example.org"
        before = self.env["mail.mail"].search_count([])
        with Form(self.env_a["embassy.meeting"]) as form:
            form.name = "Alien passports"
            form.start = START
            form.partner_ids.add(self.member.with_env(self.env_a))
            with form.point_ids.new() as point:
                point.name = "How many were issued?"
        meeting = form.record
        self.assertEqual(str(meeting.stop), "2026-06-01 11:00:00")
        self.assertEqual(meeting.event_id.name, "Alien passports")
        self.assertEqual(meeting.event_id.partner_ids, self.mailer_a.partner_id)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        meeting.event_id.stop = "2026-06-01 12:00:00"
        self.assertEqual(str(meeting.date_minutes_due), "2026-06-03 12:00:00")
        meeting.start = "2026-06-01 09:00:00"
        self.assertEqual(str(meeting.event_id.start), "2026-06-01 09:00:00")
        self.assertEqual(meeting.point_ids.company_id, self.chapter_a)

    def test_stays_in_the_chapter_also_for_who_is_invited(self):
        meeting = self.meeting_in(self.env_a, self.member, minutes="She is for it")
        point = self.env_a["embassy.meeting.point"].create(
            {"meeting_id": meeting.id, "name": "Numbers"}
        )
        # sudo: a coordinator of both chapters may invite somebody of the other
        meeting.sudo().event_id.partner_ids += self.mailer_b.partner_id
        self.env.invalidate_all()
        self.assertTrue(meeting.event_id.with_env(self.env_b).has_access("read"))
        self.assertHidden(meeting)
        self.assertHidden(point)
        self.assertFalse(meeting.event_id.with_env(self.env_b).meeting_ids)
        with self.assertRaises(AccessError):
            self.env_b["embassy.meeting"].create({"event_id": meeting.event_id.id})
        with self.assertRaises(AccessError):
            self.env_b["embassy.meeting.point"].create({"meeting_id": meeting.id, "name": "X"})
        with self.assertRaises(AccessError):
            self.meeting_in(self.env_a, self.person_b)

    def test_from_the_calendar(self):
        event = self.env_a["calendar.event"].create(
            {"name": "Tea", "start": START, "stop": "2026-06-01 11:00:00"}
        )
        action = event.action_open_meeting()
        self.assertFalse(action["res_id"])
        with Form(self.env_a["embassy.meeting"].with_context(**action["context"])) as form:
            self.assertEqual(form.name, "Tea")
        self.assertEqual(form.record.event_id, event)
        self.assertEqual(event.action_open_meeting()["res_id"], form.record.id)
        with self.assertRaises(AccessError):
            self.as_user(event, self.user_a["case_worker"]).action_open_meeting()
        with self.assertRefused(UserError, "Cancel it instead"):
            self.as_user(event, self.user_a["case_worker"]).unlink()

    def test_the_regime_is_not_met(self):
        with self.assertGuarded():
            self.meeting_in(self.env_a, self.regime)
        meeting = self.meeting_in(self.env_a, self.member)
        with self.assertGuarded():
            meeting.partner_ids += self.regime

    def test_held(self):
        self.relation.date_last_contact = "2026-01-01"
        meeting = self.meeting_in(self.env_a, self.member + self.parliament)
        meeting.action_held()
        self.assertEqual(str(self.relation.date_last_contact), "2026-06-01")
        self.assertEqual(self.relation.temperature, "in_touch")
        meeting.minutes = "We met"
        self.assertTrue(meeting.date_minutes)

    def test_minutes_are_reminded_of_once(self):
        self.mailer_a.email = "writer@example.org"
        now = fields.Datetime.now()
        times = {
            hours: {"start": now - timedelta(hours=hours + 1), "stop": now - timedelta(hours=hours)}
            for hours in (23, 25)
        }
        self.meeting_in(self.env_a, self.member, **times[23])
        late = self.meeting_in(self.env_a, self.member, **times[25])
        self.meeting_in(self.env_a, self.member, minutes="Written", **times[25]).minutes = "Now"
        self.meeting_in(self.env_a, self.member, **times[25]).action_cancel()
        before = self.env["mail.mail"].search([])
        with self.uncommitted():
            self.env["embassy.meeting"]._cron_remind_minutes()
            self.env["embassy.meeting"]._cron_remind_minutes()
        self.assertTrue(late.is_reminded)
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(mails.mapped("email_to"), ["writer@example.org"])
        self.assertNotIn("passports", mails.body_html)


@tagged("post_install", "-at_install")
class TestMeetingPoint(MeetingCase):
    def setUp(self):
        super().setUp()
        self.meeting = self.meeting_in(self.env_a, self.member)
        self.point = self.env_a["embassy.meeting.point"].create(
            {
                "meeting_id": self.meeting.id,
                "name": "Send the numbers",
                "is_follow_up": True,
                "date_due": "2026-06-10",
            }
        )

    def _my_day(self):
        """Points that stand in the agenda of the officer."""
        lines = self.env_a["embassy.agenda"].search(
            [("kind", "=", "point"), ("user_id", "=", self.mailer_a.id)]
        )
        return self.env_a["embassy.meeting.point"].browse(lines.mapped("res_id"))

    def test_follow_up_stays_until_done(self):
        self.assertEqual(self.point.user_id, self.mailer_a)
        self.assertEqual(self._my_day(), self.point)
        with self.assertRefused(UserError, "dropped with a reason"):
            self.point.is_follow_up = False
        with self.assertRaises(AccessError):
            self.point.unlink()
        with self.assertRefused(UserError, "dropped with a reason"):
            self.point.sudo().unlink()
        self.point.action_done()
        self.assertFalse(self._my_day())

    def test_dropped_with_a_reason(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.point.action_drop()
            self.env.flush_all()
        self.env.invalidate_all()
        self.point.write({"drop_reason": "They published it", "state": "dropped"})
        self.assertFalse(self._my_day())
        self.point.action_reopen()
        self.assertEqual(self._my_day(), self.point)

    def test_follow_up_needs_somebody_and_a_day(self):
        for name in ("user_id", "date_due"):
            with (
                self.subTest(name=name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.point[name] = False
                self.env.flush_all()

    def test_stays_with_its_meeting(self):
        other = self.meeting_in(self.env_a, self.member)
        with self.assertRefused(UserError, "stays with its meeting"):
            self.point.meeting_id = other


@tagged("post_install", "-at_install")
class TestGodparent(MeetingCase):
    @classmethod
    def godparent_in(cls, env, partner, **values):
        return env["embassy.godparent"].create(
            {"partner_id": partner.id, "prisoner_code": "P-17", **values}
        )

    def test_stays_in_the_chapter(self):
        godparent = self.godparent_in(self.env_a, self.member)
        self.assertSeen(godparent, self.env_a)
        self.assertHidden(godparent)
        with self.assertRaises(AccessError):
            self.godparent_in(self.env_a, self.person_b)
        with self.assertRefused(UserError, "person in office"):
            self.godparent_in(self.env_a, self.parliament)

    def test_a_name_only_when_it_is_public(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.godparent_in(self.env_a, self.member, prisoner_name="Invented Name")
        self.godparent_in(
            self.env_a, self.member, prisoner_name="Invented Name", is_public=True
        )

    def test_end_of_the_mandate(self):
        mandates = self.env["embassy.mandate"]
        values = {"person_id": self.member.id, "body_id": self.parliament.id}
        mandates.create({**values, "role": "Member", "date_deadline": "2027-05-01"})
        godparent = self.godparent_in(self.env_a, self.member)
        self.assertEqual(str(godparent.date_mandate_until), "2027-05-01")
        mandates.create({**values, "role": "Chair"})
        godparent.invalidate_recordset()
        self.assertFalse(godparent.date_mandate_until)

    def test_freed_then_thanks_and_the_next_prisoner(self):
        godparent = self.godparent_in(self.env_a, self.member)
        godparent.action_released()
        for action, values in (
            (godparent.action_thank(), {}),
            (godparent.action_next(), {"prisoner_code": "P-99"}),
        ):
            record = self.env_a[action["res_model"]].with_context(**action["context"])
            with Form(record) as form:
                for name, value in values.items():
                    form[name] = value
            self.assertEqual(form.record.partner_id, self.member)
        self.assertEqual(form.record.user_id, godparent.user_id)
        letter = self.env_a["embassy.letter"].search([("partner_id", "=", self.member.id)])
        self.assertEqual((letter.kind, letter.expects_answer), ("thanks", False))
        self.assertNotIn(godparent.prisoner_code, letter.subject)

    def test_handed_over_with_the_relation(self):
        godparent = self.godparent_in(self.env_a, self.member, tasks="Write each month")
        free = self.godparent_in(self.env_a, self.member, prisoner_code="P-18")
        free.action_released()
        relation = self.relation._hand_over(self.successor, {"user_id": self.officer_a.id})
        self.assertTrue(relation)
        self.assertTrue(godparent.date_end)
        new = godparent.successor_id
        self.assertEqual((new.partner_id, new.user_id), (self.successor, self.officer_a))
        self.assertEqual(new.tasks, "Write each month")
        self.assertFalse(free.successor_id)

    def test_nobody_of_the_regime(self):
        self.env["embassy.mandate"].create(
            {"person_id": self.successor.id, "body_id": self.regime.id, "role": "Minister"}
        )
        with self.assertGuarded():
            self.godparent_in(self.env_a, self.successor)
