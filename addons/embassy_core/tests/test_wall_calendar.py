import json
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common_wall import WallCase


@tagged("post_install", "-at_install")
class TestWallCalendar(WallCase, HttpCase):
    """Meetings and who comes to them, between two chapters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.curious.password = "curious-password"
        cls.boris.password = "boris-password-1"
        cls.event = cls._meet(cls.env_a)

    @classmethod
    def _meet(cls, env, **values):
        return env["calendar.event"].create(
            {
                "name": "Marker meeting",
                "description": "Marker",
                "location": "Marker place",
                "start": datetime(2026, 3, 1, 10),
                "stop": datetime(2026, 3, 1, 12),
                "partner_ids": [Command.set(env.user.partner_id.ids)],
                **values,
            }
        )

    def test_meetings_are_a_chapters(self):
        self.assertEqual(self.event.company_id, self.chapter_a)
        self.assertSeen(self.event)
        self.assertSeen(self.event.attendee_ids)
        for rows in (self.event, self.event.attendee_ids):
            self.assertHidden(rows)

    def test_repeated_meetings(self):
        event = self._meet(
            self.env_a,
            recurrency=True,
            rrule_type_ui="weekly",
            rrule_type="weekly",
            interval=1,
            end_type="count",
            count=3,
            sun=True,
        )
        recurrence = event.recurrence_id
        self.assertEqual(len(recurrence.calendar_event_ids), 3)
        self.assertEqual(recurrence.calendar_event_ids.company_id, self.chapter_a)
        self.assertSeen(recurrence)
        for rows in (recurrence, recurrence.calendar_event_ids):
            self.assertHidden(rows)
        # Changed and taken away as in plain Odoo.
        later = recurrence.calendar_event_ids.sorted("start")[1]
        later.write({"location": "Elsewhere", "recurrence_update": "future_events"})
        recurrence.calendar_event_ids.unlink()

    def test_a_repetition_is_of_the_chapter_of_its_meeting(self):
        """Also where who makes it works in another one at the moment."""
        event = self._meet(self.env, company_id=self.chapter_a.id)
        recurrence = self.env["calendar.recurrence"].with_company(self.chapter_b).create(
            {"base_event_id": event.id, "rrule_type": "weekly", "count": 2, "sun": True}
        )
        self.assertEqual(recurrence.company_id, self.chapter_a)

    def test_a_call_is_of_the_chapter_of_its_meeting(self):
        people = self.anna.partner_id | self.curious.partner_id
        event = self.event.sudo().with_company(self.chapter_b)
        channel = event._create_videocall_channel_id("Marker call", people.ids)
        self.assertEqual(channel.company_id, self.chapter_a)
        self.assertNotIn(self.curious.partner_id, channel.channel_partner_ids)

    def test_what_is_private_is_busy_in_the_chapter_alone(self):
        private = self._meet(self.env_a, privacy="private")
        self.env.invalidate_all()
        seen = private.with_env(self.env_boris).read(["display_name", "location", "start"])[0]
        self.assertEqual(seen["display_name"], "Busy")
        self.assertFalse(seen["location"])
        self.assertEqual(private.with_env(self.env_boris).company_id, self.chapter_a)
        self.assertHidden(private)
        self.assertHidden(private.attendee_ids)

    def test_nobody_of_another_chapter_is_invited(self):
        own = self._meet(self.env_b)
        self.assertForeign(own.write, {"partner_ids": [Command.link(self.anna.partner_id.id)]})
        self.assertForeign(own.write, {"user_id": self.anna.id})
        self.assertForeign(
            self._meet, self.env_b, partner_ids=[Command.link(self.anna.partner_id.id)]
        )
        self.assertForeign(
            self.env_b["calendar.attendee"].create,
            {"event_id": own.id, "partner_id": self.anna.partner_id.id},
        )
        self.assertForeign(
            self.env_b["calendar.attendee"].create,
            {"event_id": self.event.id, "partner_id": self.curious.partner_id.id},
        )
        self.assertForeign(
            self.env_b["calendar.filters"].create, {"partner_id": self.anna.partner_id.id}
        )

    def test_life_inside_a_chapter(self):
        """Colleagues invite each other, answer, and see who has no time."""
        partners = (self.anna | self.boris).partner_id
        event = self._meet(self.env_a, partner_ids=[Command.set(partners.ids)])
        theirs = event.with_env(self.env_boris)
        theirs.attendee_ids.filtered(
            lambda attendee: attendee.partner_id == self.boris.partner_id
        ).do_accept()
        values = theirs.web_read(
            {
                "name": {},
                "attendee_ids": {"fields": {"display_name": {}, "state": {}}},
                "partner_ids": {"fields": {"display_name": {}, "email": {}}},
                "unavailable_partner_ids": {"fields": {}},
            }
        )[0]
        self.assertEqual(len(values["attendee_ids"]), 2)
        # Anna sits in the other meeting at that hour.
        self.assertEqual([row["id"] for row in values["unavailable_partner_ids"]],
                         self.anna.partner_id.ids)
        details = partners.with_env(self.env_boris).get_attendee_detail(event.ids)
        self.assertEqual(len(details), 2)
        event.message_post(body="Bring tea")
        event._create_videocall_channel()
        self.assertEqual(event.videocall_channel_id.company_id, self.chapter_a)
        self.assertSeen(event.videocall_channel_id)

    def test_no_time_of_others_is_told(self):
        """Free or busy, and who comes: nothing about a meeting that one does not see."""
        partners = self.anna.partner_id | self.curious.partner_id
        mine = self._meet(self.env_b)
        self.assertFalse(mine.unavailable_partner_ids)
        busy = partners.with_env(self.env_b)._get_busy_calendar_events(
            self.event.start, self.event.stop
        )
        self.assertNotIn(self.event, sum(busy.values(), self.event.browse()))
        with self.assertRaises(AccessError):
            self.curious.partner_id.with_env(self.env_b).get_attendee_detail(self.event.ids)

    def test_any_search_of_messages_goes_on(self):
        """Core reads meetings to tell whose messages one may read; a hidden one made it fail."""
        private = self._meet(self.env_a, privacy="private")
        messages = self.event.message_post(body="Marker") | private.message_post(body="Marker")
        self.env["mail.message"].browse(messages.ids).partner_ids = self.curious.partner_id
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env_b["mail.message"].search([("id", "in", messages.ids)])
        self.assertFalse(found)
        self.env_b["mail.message"].search([("model", "=", "calendar.event")])
        operations = (self.event | private).with_env(
            self.env_b
        )._mail_get_operation_for_mail_message_operation("read")
        self.assertEqual(len(operations), 2)

    def test_meeting_of_two_chapters(self):
        """Who works in both may invite from both; who comes from where stays untold."""
        both = new_test_user(
            self.env,
            "test_both",
            "base.group_user",
            company_id=self.chapter_a.id,
            company_ids=[Command.set((self.chapter_a | self.chapter_b).ids)],
        )
        env = self.env["calendar.event"].with_user(both)
        env = env.with_context(allowed_company_ids=both.company_ids.ids).env
        guests = (self.anna | self.curious | both).partner_id
        event = self._meet(env, partner_ids=[Command.set(guests.ids)])
        theirs = event.with_env(self.env_b)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(theirs.search([("id", "=", event.id)]))
        self.assertEqual(theirs.attendee_ids.partner_id, self.curious.partner_id)
        self.assertNotIn(self.anna.partner_id, theirs.partner_ids)
        theirs.web_read(
            {
                "attendee_ids": {"fields": {"display_name": {}}},
                "partner_ids": {"fields": {"display_name": {}, "email": {}}},
                "unavailable_partner_ids": {"fields": {}},
            }
        )
        # The meeting is A's, so the rest of B does not see it.
        self.assertHidden(event, self.as_user(event, self.user_b["case_worker"]).env)

    def test_reminders_and_tags(self):
        admin = self.env["res.partner"].with_company(self.chapter_a).env
        for model, values in (
            ("calendar.alarm", {"name": "Marker", "duration": 7, "interval": "days"}),
            ("calendar.event.type", {"name": "Marker"}),
        ):
            row = admin[model].create(values)
            self.assertEqual(row.company_id, self.chapter_a)
            self.assertSeen(row)
            self.assertHidden(row)

    def test_calendars_shown_are_ones_own(self):
        shown = self.env_a["calendar.filters"].create({"partner_id": self.boris.partner_id.id})
        self.assertSeen(shown, self.env_a)
        self.assertHidden(shown)

    def test_reminders_of_others(self):
        self.event.alarm_ids = self.env.ref("calendar.alarm_notif_1")
        self.assertFalse(self.env_b["calendar.alarm_manager"].get_next_notif())

    def test_guessed_tokens_tell_nothing(self):
        """Of a meeting with a token, of one without, and of none."""
        other = self._meet(self.env_a)
        other.sudo().access_token = "true"
        answers = set()
        for id_ in (self.event.id, other.id, 99_999_999):
            params = {"thread_model": "calendar.event", "thread_id": id_, "token": "guessed"}
            answer = self.url_open(
                "/mail/chatter_fetch",
                data=json.dumps({"id": 0, "params": params}),
                headers={"Content-Type": "application/json"},
            )
            answers.add(answer.text)
        self.assertEqual(len(answers), 1, answers)

    def test_links_let_no_other_chapter_in(self):
        token = self.event.sudo()._set_discuss_videocall_location() or self.event.access_token
        self.event.sudo().access_token = token = token or "marker-token"
        attendee = self.event.sudo().attendee_ids
        attendee.access_token = attendee.access_token or "attendee-token"
        self.authenticate(self.curious.login, "curious-password")
        foreign = self.url_open(f"/calendar/meeting/join?token={token}")
        missing = self.url_open("/calendar/meeting/join?token=missing")
        self.assertEqual((foreign.status_code, missing.status_code), (404, 404))
        self.assertNotIn(self.curious.partner_id, self.event.sudo().partner_ids)
        for page in ("meeting/view", "meeting/accept", "meeting/decline", "recurrence/accept"):
            answer = self.url_open(
                f"/calendar/{page}?token={attendee.access_token}&id={self.event.id}"
            )
            self.assertNotIn("Marker", answer.text)
        self.authenticate(self.boris.login, "boris-password-1")
        self.url_open(f"/calendar/meeting/join?token={token}", allow_redirects=False)
        self.assertIn(self.boris.partner_id, self.event.sudo().partner_ids)

    def test_a_list_of_meetings_costs_no_query_a_row(self):
        counts = []
        for number in (2, 78):
            for _each in range(number):
                self._meet(self.env_boris, name="Row")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.env_a["calendar.event"].web_search_read(
                [("name", "=", "Row")],
                {
                    "display_name": {},
                    "partner_ids": {"fields": {"display_name": {}}},
                    "attendee_ids": {"fields": {"state": {}}},
                },
                limit=80,
            )
            self.assertEqual(rows["length"], sum((2, 78)[: len(counts) + 1]))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 1, counts)
