from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .common import OutreachChapters


class EventChapters(OutreachChapters):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event_a = cls.event_in(cls.env_a, "a")
        cls.event_b = cls.event_in(cls.env_b, "b")

    @classmethod
    def event_in(cls, env, key, **values):
        now = fields.Datetime.now()
        return env["event.event"].create(
            {
                "name": f"Marker {key}",
                "date_begin": now + timedelta(hours=1),
                "date_end": now + timedelta(days=2),
                "event_ticket_ids": [(0, 0, {"name": f"Marker ticket {key}"})],
                **values,
            }
        )

    @classmethod
    def registration_in(cls, event, **values):
        return event.env["event.registration"].create(
            {"event_id": event.id, "name": "Marker", "email": "marker@example.org", **values}
        )


@tagged("post_install", "-at_install")
class TestWallEvent(EventChapters):
    """An event is one chapter's, with everybody who registers and everything it is made of."""

    def test_rows_are_the_chapters_own(self):
        now = fields.Date.today()
        question = self.env_a["event.question"].create(
            {"title": "Marker?", "answer_ids": [(0, 0, {"name": "Marker"})]}
        )
        self.event_a.question_ids += question
        registration = self.registration_in(
            self.event_a,
            registration_answer_ids=[
                (0, 0, {"question_id": question.id, "value_answer_id": question.answer_ids.id})
            ],
        )
        slotted = self.event_in(
            self.env_a,
            "hours",
            is_multi_slots=True,
            event_slot_ids=[
                (0, 0, {"date": now + timedelta(days=1), "start_hour": 10, "end_hour": 11})
            ],
        )
        template = self.env_a["event.type"].create(
            {"name": "Marker", "event_type_ticket_ids": [(0, 0, {"name": "Marker"})]}
        )
        category = self.env_a["event.tag.category"].create(
            {"name": "Marker", "tag_ids": [(0, 0, {"name": "Marker"})]}
        )
        rows = [
            self.event_a,
            self.event_a.event_ticket_ids,
            self.event_a.event_mail_ids,
            registration,
            registration.registration_answer_ids,
            registration.mail_registration_ids,
            slotted.event_slot_ids,
            self.env["event.mail.slot"].create(
                {
                    "scheduler_id": slotted.event_mail_ids[0].id,
                    "event_slot_id": slotted.event_slot_ids.id,
                }
            ),
            question,
            question.answer_ids,
            template,
            template.event_type_ticket_ids,
            template.event_type_mail_ids,
            category,
            category.tag_ids,
            self.env_a["event.stage"].create({"name": "Marker"}),
        ]
        for row in rows:
            self.assertTrue(row, row._name)
            self.assertSeen(row, self.env_a)
            self.assertHidden(row)

    def test_an_event_has_a_chapter(self):
        self.assertTrue(self.env["event.event"]._fields["company_id"].required)
        self.assertEqual(self.event_b.company_id, self.chapter_b)
        with self.assertRaises(AccessError):
            self.event_b.company_id = self.chapter_a
        with self.assertRaises(AccessError):
            self.event_in(self.env_b, "x", company_id=self.chapter_a.id)

    def test_lists_are_shared_by_their_keepers_alone(self):
        stage = self.env.ref("event.event_stage_new")
        question = self.env.ref("event.event_question_name")
        template = self.env["event.type"].create(
            {
                "name": "Shared",
                "company_id": False,
                "event_type_ticket_ids": [(0, 0, {"name": "Seat"})],
            }
        )
        for row in (
            stage,
            question,
            template,
            template.event_type_ticket_ids,
            template.event_type_mail_ids,
        ):
            with self.subTest(model=row._name):
                self.assertFalse(row.company_id)
                self.assertSeen(row, self.env_b)
                with self.assertRaises(AccessError):
                    row.with_env(self.env_b).write({"sequence": 7} if "sequence" in row else {
                        "interval_nbr": 7
                    })
        for model, values in (
            ("event.type.ticket", {"name": "Mine", "event_type_id": template.id}),
            ("event.question.answer", {"name": "Mine", "question_id": question.id}),
            ("event.stage", {"name": "Mine", "company_id": False}),
            ("event.tag.category", {"name": "Mine", "company_id": False}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env_b[model].create(values)
        own = self.env_b["event.stage"].create({"name": "Mine"})
        self.assertEqual(own.company_id, self.chapter_b)
        with self.assertRaises(AccessError):
            own.company_id = False

    def test_who_works_in_two_chapters_mixes_no_events(self):
        self.mailer_a.company_ids += self.chapter_b
        both = self.env(
            user=self.mailer_a.id, context={"allowed_company_ids": self.mailer_a.company_ids.ids}
        )
        event = self.event_a.with_env(both)
        stage_b = both["event.stage"].create({"name": "B", "company_id": self.chapter_b.id})
        question_b = both["event.question"].create(
            {"title": "B", "company_id": self.chapter_b.id}
        )
        friend = self.env["res.partner"].create(
            {"name": "B", "company_id": self.chapter_b.id}
        )
        for values in (
            {"stage_id": stage_b.id},
            {"question_ids": [(4, question_b.id)]},
        ):
            with self.assertRaises(UserError):
                event.write(values)
        with self.assertRaises(UserError):
            self.registration_in(event, partner_id=friend.id)
        registration = self.registration_in(event)
        with self.assertRaisesRegex(ValidationError, "registered for it"):
            both["event.mail.registration"].create(
                {
                    "registration_id": registration.id,
                    "scheduler_id": self.event_b.event_mail_ids[0].id,
                }
            )

    def test_nobody_registers_people_of_others(self):
        foreign = self.registration_in(self.event_a)
        contact = self.env["res.partner"].create(
            {"name": "Marker", "company_id": self.chapter_a.id}
        )
        for attempt in (
            lambda: self.registration_in(self.event_b, partner_id=contact.id),
            lambda: self.registration_in(
                self.event_b, event_ticket_id=self.event_a.event_ticket_ids.id
            ),
            lambda: self.env_b["event.registration"].create({"event_id": self.event_a.id}),
            lambda: self.env_b["event.mail.registration"].create(
                {
                    "registration_id": foreign.id,
                    "scheduler_id": self.event_b.event_mail_ids[0].id,
                }
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_an_answer_is_not_named_from_what_the_system_read(self):
        question = self.env_a["event.question"].create(
            {"title": "Marker?", "answer_ids": [(0, 0, {"name": "Marker"})]}
        )
        answer = self.registration_in(
            self.event_a,
            registration_answer_ids=[
                (0, 0, {"question_id": question.id, "value_answer_id": question.answer_ids.id})
            ],
        ).registration_answer_ids
        self.env.flush_all()
        self.env.invalidate_all()
        answer.sudo().read(["value_answer_id", "value_text_box", "question_type"])
        with self.assertRaises(AccessError):
            answer.with_env(self.env_b)._compute_display_name()

    def test_numbers_on_a_shared_contact_are_the_chapters(self):
        shared = self.env["res.partner"].create(
            {"name": "Council", "directory_kind": "institution", "company_id": False,
             "keeper_company_id": self.chapter_a.id,
             "institution_type_id": self.env.ref(
                 "embassy_core.embassy_institution_type_regime"
             ).search([], limit=1).id}
        )  # fmt: skip
        self.registration_in(self.event_a, partner_id=shared.id)
        self.assertEqual(shared.with_env(self.env_a).event_count, 1)
        self.env.invalidate_all()
        self.assertEqual(shared.with_env(self.env_b).event_count, 0)

    def test_a_ticket_of_others_is_no_ticket(self):
        registration = self.registration_in(self.event_a)
        told = self.env_b["event.registration"].register_attendee(
            registration.barcode, self.event_b.id
        )
        self.assertEqual(told, {"error": "invalid_ticket"})
        self.assertEqual(registration.state, "open")

    # What jobs of the system do

    def run_schedulers(self):
        self.env.flush_all()
        with self.mock_smtplib_connection():
            self.env["event.mail"].schedule_communications()
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        return self.emails

    def test_mails_of_an_event_reach_who_registered_for_it(self):
        """And come from its chapter: the job works in the chapter of the system."""
        main = self.env.company
        main.email = "main@example.org"
        for chapter, event in ((self.chapter_a, self.event_a), (self.chapter_b, self.event_b)):
            chapter.email = f"{event.id}@example.org"
            event.with_env(self.env).organizer_id = False
        template = self.env["mail.template"].create(
            {
                "name": "Reminder",
                "company_id": False,
                "model_id": self.env["ir.model"]._get_id("event.registration"),
                "subject": "Soon",
                "body_html": "<p>Soon</p>",
                "use_default_to": True,
            }
        )
        for key, event in (("a", self.event_a), ("b", self.event_b)):
            event.with_env(self.env).event_mail_ids.unlink()
            self.registration_in(event, email=f"guest_{key}@example.org")
            event.env["event.mail"].create(
                {
                    "event_id": event.id,
                    "interval_type": "before_event",
                    "interval_nbr": 3,
                    "interval_unit": "days",
                    "template_ref": f"mail.template,{template.id}",
                }
            )
        mails = {mail["smtp_to_list"][0]: mail for mail in self.run_schedulers()}
        self.assertEqual(set(mails), {"guest_a@example.org", "guest_b@example.org"})
        self.assertIn(self.chapter_a.email, mails["guest_a@example.org"]["msg_from"])
        self.assertIn(self.chapter_b.email, mails["guest_b@example.org"]["msg_from"])
        self.assertFalse(self.run_schedulers())

    def test_a_failure_is_told_in_the_chapter(self):
        """Odoo tells it to whoever wrote the template, which may be shared."""
        scheduler = self.event_a.event_mail_ids[0].with_env(self.env)
        scheduler.template_ref.with_user(self.user_b["technical_admin"]).sudo().name = "Shared"
        with self.mock_smtplib_connection():
            scheduler._warn_error(ValueError("broken"))
        told = self.event_a.sudo().message_ids[0].notified_partner_ids
        self.assertNotIn(self.user_b["technical_admin"].partner_id, told)
        self.assertIn(self.mailer_a.partner_id, told)

    def test_ended_events_go_to_a_stage_of_their_chapter(self):
        """The job takes the first stage of ended events that it finds, whose ever it is."""
        first = {"name": "Over", "pipe_end": True, "sequence": -1}
        self.env_a["event.stage"].create(first)
        (self.event_a + self.event_b).with_env(self.env).write(
            {"date_begin": "2020-01-01 00:00:00", "date_end": "2020-01-02 00:00:00"}
        )
        self.env["event.event"]._gc_mark_events_done()
        self.env.flush_all()
        self.assertEqual(self.event_a.stage_id.name, "Over")
        self.assertFalse(self.event_b.with_env(self.env).stage_id.company_id)

    def test_defaults_are_of_the_chapter(self):
        """Also when the system makes the event."""
        self.env_b["event.question"].create({"title": "Ours?", "is_default": True})
        event = self.env["event.event"].create(
            {
                "name": "Import",
                "company_id": self.chapter_a.id,
                "organizer_id": False,
                "address_id": False,
                "date_begin": "2026-06-01 08:00:00",
                "date_end": "2026-06-03 20:00:00",
            }
        )
        self.assertNotIn("Ours?", event.question_ids.mapped("title"))
        self.assertTrue(event.question_ids)

    def test_an_answer_by_mail_ties_people_of_the_chapter(self):
        """Odoo puts the contact of who is answered on all with the same address."""
        ours = self.registration_in(self.event_a).with_env(self.env)
        theirs = self.registration_in(self.event_b).with_env(self.env)
        contact = self.env["res.partner"].create(
            {"name": "M", "email": "marker@example.org", "company_id": self.chapter_a.id}
        )
        ours.message_post(body="Hello", partner_ids=contact.ids)
        self.assertEqual(ours.partner_id, contact)
        self.assertFalse(theirs.partner_id)

    def test_life_inside_a_chapter(self):
        """Somebody registers, gets a mail, and comes."""
        tag = self.env_a["event.tag.category"].create(
            {"name": "Kind", "tag_ids": [(0, 0, {"name": "Open"})]}
        ).tag_ids
        template = self.env_a["event.type"].create({"name": "Evening", "tag_ids": tag.ids})
        with self.mock_smtplib_connection():
            event = self.event_in(self.env_a, "evening", event_type_id=template.id)
            self.env.flush_all()
            registration = self.registration_in(event, email="guest@example.org")
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.assertEqual(event.tag_ids, tag)
        self.assertEqual(event.seats_taken, 1)
        self.assertEqual([to for mail in self.emails for to in mail["smtp_to_list"]],
                         ["guest@example.org"])  # fmt: skip
        told = self.env_a["event.registration"].register_attendee(registration.barcode, event.id)
        self.assertEqual(told["status"], "confirmed_registration")


@tagged("post_install", "-at_install")
class TestWallEventPublic(EventChapters, HttpCase):
    def answers(self, path, *ids):
        return [self.url_open(path.format(id_), allow_redirects=False) for id_ in ids]

    def test_pages_of_others_events_are_not_there(self):
        event_id = self.event_a.id
        slug = self.env["ir.http"]._slug(self.event_a)
        for login in (None, "mailer_b", "everything_b", "test_portal_b", "test_portal_a"):
            self.authenticate(login, login)
            for path in (
                "/event/{}/ics",
                "/event/{}/my_tickets?registration_ids=[1]&tickets_hash=guess",
                "/event/{}/my_tickets?registration_ids=no-list&tickets_hash=guess",
            ):
                for answer in self.answers(path, event_id, slug, 10**8):
                    with self.subTest(login=login, path=path):
                        self.assertEqual(answer.status_code, 404)
                        self.assertNotIn("Marker", answer.text)

    def test_own_calendar_entry(self):
        self.authenticate("mailer_a", "mailer_a")
        slug = self.env["ir.http"]._slug(self.event_a)
        for answer in self.answers("/event/{}/ics", self.event_a.id, slug):
            self.assertEqual(answer.status_code, 200)
            self.assertIn("Marker a", answer.text)
        for slot_id in (10**8, "x"):
            [answer] = self.answers("/event/{}/ics?slot_id=" + str(slot_id), self.event_a.id)
            self.assertEqual(answer.status_code, 404)

    def test_tickets_by_their_link(self):
        registration = self.registration_in(self.event_a)
        token = self.event_a._get_tickets_access_hash(registration.ids)
        path = (
            f"/event/{{}}/my_tickets?registration_ids=[{registration.id}]"
            f"&tickets_hash={token}&responsive_html=1"
        )
        self.authenticate(None, None)
        own, other = self.answers(path, self.event_a.id, self.event_b.id)
        self.assertEqual(own.status_code, 200)
        self.assertIn("Marker", own.text)
        self.assertEqual(other.status_code, 404)

    def test_desk_at_the_door(self):
        self.authenticate("everything_b", "everything_b")
        told = [
            self.make_jsonrpc_request("/event/init_barcode_interface", {"event_id": id_})
            for id_ in (self.event_a.id, 10**8)
        ]
        self.assertEqual(*told)
        own = self.make_jsonrpc_request(
            "/event/init_barcode_interface", {"event_id": self.event_b.id}
        )
        self.assertEqual(own["name"], "Marker b")
