from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CaseChapters

MARKER = "Ivan Q. Probe"


@tagged("post_install", "-at_install")
class TestCaseWall(CaseChapters):
    """No person, no free text and no talk on a case, by whatever path."""

    def setUp(self):
        super().setUp()
        self.case = self.as_worker(self.case_of(self.desk_a))
        self.partner = self.env["res.partner"].create(
            {"name": MARKER, "company_id": self.chapter_a.id}
        )
        self.words = {
            "name": MARKER,
            "description": MARKER,
            "partner_name": MARKER,
            "partner_email": "probe@example.org",
            "email_cc": "probe@example.org",
            "partner_id": self.partner.id,
            "duplicate_id": self.case.id,
            "properties": [{"name": "p", "type": "char", "value": MARKER, "definition_changed": 1}],
            "access_token": "token",
            "number": MARKER,
        }

    def _assert_clean(self, case):
        row = case.sudo().read()[0]
        self.assertNotIn("Probe", str(row))
        self.assertNotIn("probe", str(row))

    def test_create_and_write_refuse_words(self):
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        for name, value in self.words.items():
            for env in (tickets, tickets.sudo()):
                with self.subTest(field=name, su=env.env.su), self.assertRaises(UserError):
                    env.create({"team_id": self.desk_a.id, name: value})
                with self.subTest(field=name, su=env.env.su), self.assertRaises(UserError):
                    env.browse(self.case.id).write({name: value})

    def test_refusal_does_not_repeat_the_words(self):
        with self.assertRaises(UserError) as caught, self.assertNoLogs("odoo", "WARNING"):
            self.case.write({"partner_name": MARKER})
        self.assertNotIn(MARKER, str(caught.exception))

    def test_defaults_fill_nothing(self):
        words = {f"default_{name}": value for name, value in self.words.items()}
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        for name in ("name", "description", "partner_name", "partner_email", "email_cc"):
            self.env["ir.default"].set("helpdesk.ticket", name, MARKER)
        case = tickets.with_context(**words).create({"team_id": self.desk_a.id})
        self._assert_clean(case)
        case = tickets.with_context(**words, default_team_id=self.desk_a.id).create({})
        self.assertTrue(case.is_case)
        self._assert_clean(case)

    def test_onchange_keeps_nothing(self):
        """A form of the helpdesk filled by a link cannot be saved for a desk."""
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        shown = tickets.with_context(default_name=MARKER).onchange(
            {"team_id": self.desk_a.id}, ["team_id"], {"team_id": {}, "name": {}}
        )["value"]
        with self.assertRaises(UserError):
            tickets.create({"team_id": self.desk_a.id, "name": shown.get("name", MARKER)})

    def test_import_refuses_words(self):
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        result = tickets.load(["team_id/.id", "partner_name"], [[str(self.desk_a.id), MARKER]])
        self.assertFalse(result["ids"])
        self.assertIn("no persons", result["messages"][0]["message"])
        result = tickets.load([".id", "description"], [[str(self.case.id), MARKER]])
        self.assertFalse(result["ids"])

    def test_database_refuses_words(self):
        for column in (
            "partner_name",
            "partner_email",
            "email_cc",
            "name",
            "description",
            "access_token",
        ):
            with self.subTest(column=column), mute_logger("odoo.sql_db"):
                with self.assertRefused(CheckViolation, "case_has_no_person"):
                    self.env.cr.execute(
                        f"UPDATE helpdesk_ticket SET {column} = 'x' WHERE id = %s",  # noqa: S608
                        [self.case.id],
                    )

    def test_nothing_is_put_on_a_case(self):
        model_id = self.env["ir.model"]._get_id("helpdesk.ticket")
        reference = {"res_model": "helpdesk.ticket", "res_id": self.case.id}
        on_message = {"model": "helpdesk.ticket", "res_id": self.case.id}
        paths = {
            "message_post": lambda case: case.message_post(body=MARKER),
            "message_log": lambda case: case._message_log(body=MARKER),
            "message_notify": lambda case: case.message_notify(
                body=MARKER, partner_ids=self.partner.ids
            ),
            "message": lambda case: case.env["mail.message"].create({**on_message, "body": MARKER}),
            "mail": lambda case: case.env["mail.mail"].create({**on_message, "body": MARKER}),
            "scheduled": lambda case: case.env["mail.scheduled.message"].create(
                {**on_message, "body": MARKER, "scheduled_date": "2030-01-01 00:00:00",
                 "author_id": self.partner.id}
            ),
            "attachment": lambda case: case.env["ir.attachment"].create(
                {**reference, "name": MARKER, "raw": b"x"}
            ),
            "follower": lambda case: case.env["mail.followers"].create(
                {**reference, "partner_id": self.partner.id}
            ),
            "schedule": lambda case: case.activity_schedule(summary=MARKER),
            "activity": lambda case: case.env["mail.activity"].create(
                {"res_model_id": model_id, "res_id": self.case.id, "summary": MARKER}
            ),
            "meeting": lambda case: case.env["calendar.event"].create(
                {"res_model_id": model_id, "res_id": self.case.id, "name": MARKER,
                 "start": "2030-01-01 00:00:00", "stop": "2030-01-01 01:00:00"}
            ),
            "attachment by default": lambda case: case.env["ir.attachment"].with_context(
                default_res_model="helpdesk.ticket", default_res_id=self.case.id
            ).create({"name": MARKER, "raw": b"x"}),
            "message by default": lambda case: case.env["mail.message"].with_context(
                default_model="helpdesk.ticket", default_res_id=self.case.id
            ).create({"body": MARKER}),
            "activity by default": lambda case: case.env["mail.activity"].with_context(
                default_res_model_id=model_id, default_res_id=self.case.id
            ).create({"summary": MARKER}),
            "activity by name": lambda case: case.env["mail.activity"].create(
                {**reference, "summary": MARKER}
            ),
        }  # fmt: skip
        for name, path in paths.items():
            for case in (self.case, self.case.sudo()):
                with self.subTest(path=name, su=case.env.su):
                    with self.assertRaises(UserError) as caught:
                        path(case)
                    if case.env.su:
                        self.assertIn("takes no messages", str(caught.exception))
        self.case.message_subscribe(self.partner.ids)
        self.assertFalse(self.case.sudo().message_follower_ids)
        self.assertFalse(self.case.sudo().message_ids)

    def test_meeting_without_activity_is_refused(self):
        """Odoo makes an activity of a meeting, if there is such a type: that alone is no wall."""
        self.env["mail.activity.type"].search([("category", "=", "meeting")]).active = False
        with self.assertRefused(UserError, "takes no messages"):
            self.env["calendar.event"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": self.case.id,
                    "name": MARKER,
                    "start": "2030-01-01 00:00:00",
                    "stop": "2030-01-01 01:00:00",
                }
            )

    def test_nothing_is_moved_onto_a_case(self):
        note = self.partner.message_post(body=MARKER)
        file = self.env["ir.attachment"].create(
            {"name": MARKER, "res_model": "res.partner", "res_id": self.partner.id}
        )
        activity = self.partner.activity_schedule(summary=MARKER)
        meeting = self.env["calendar.event"].create(
            {"name": MARKER, "start": "2026-03-01 10:00:00", "stop": "2026-03-01 11:00:00"}
        )
        with self.assertRefused(UserError, "takes no messages"):
            meeting.write(
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": self.case.id,
                }
            )
        self.partner.message_subscribe(self.env.user.partner_id.ids)
        follower = self.partner.message_follower_ids[:1]
        with self.assertRefused(UserError, "takes no messages"):
            follower.write({"res_model": "helpdesk.ticket", "res_id": self.case.id})
        later = self.env["mail.scheduled.message"].create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "author_id": self.env.user.partner_id.id,
                "body": MARKER,
                "scheduled_date": "2100-01-01 10:00:00",
            }
        )
        with self.assertRefused(UserError, "takes no messages"):
            later.write({"model": "helpdesk.ticket", "res_id": self.case.id})
        with self.assertRefused(UserError, "takes no messages"):
            note.write({"model": "helpdesk.ticket", "res_id": self.case.id})
        with self.assertRefused(UserError, "takes no messages"):
            file.write({"res_model": "helpdesk.ticket", "res_id": self.case.id})
        with self.assertRefused(UserError, "takes no messages"):
            activity.write(
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": self.case.id,
                }
            )

    def test_working_a_case_leaves_no_trace_in_mail(self):
        counted = ("mail.message", "mail.followers", "mail.mail", "mail.notification")
        before = [self.env[model].search_count([]) for model in counted]
        case = self.as_worker(self.case_of(self.desk_a)).with_context(
            tracking_disable=False, mail_create_nolog=False
        )
        case.user_id = self.user_a["case_worker"]
        case.action_take()
        case.write({"stage_id": self.stages["closed"].id, "close_reason": "declined"})
        self.env.flush_all()
        self.assertEqual([self.env[model].search_count([]) for model in counted], before)

    def test_take_is_not_tracked_at_commit(self):
        """In the browser nobody could take a request.

        What is computed from the worker was noted for tracking, and at the commit the message
        that tells it was refused by our own wall. No test saw it: none came to a commit.
        """
        case = self.case_of(self.desk_a)
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        case = case.with_user(self.user_a["case_worker"]).with_context(tracking_disable=False)
        case.action_take()
        self.env.cr.precommit.run()
        self.assertEqual(case.user_id, self.user_a["case_worker"])
        self.assertFalse(case.message_ids)

    def test_copy_token_and_turning_are_refused(self):
        with self.assertRefused(UserError, "cannot be copied"):
            self.case.sudo().copy()
        with self.assertRefused(UserError, "never shown by a link"):
            self.case.sudo()._portal_ensure_token()
        plain_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Plain", "company_id": self.chapter_a.id}
        )
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken", "team_id": plain_team.id}
        )
        with self.assertRaises(UserError):
            ticket.team_id = self.desk_a
        with self.assertRaises(UserError):
            ticket.write({"is_case": True})
        with self.assertRaises(UserError):
            self.case.sudo().team_id = plain_team
        with self.assertRaises(UserError):
            self.case.sudo().team_id = self.desk_b
        with self.assertRaises(UserError):
            self.case.write({"is_case": False})

    def test_desk_has_no_address(self):
        sentence = "no mail address"
        with self.assertRefused(UserError, sentence):
            self.env["helpdesk.ticket.team"].create(
                {
                    "name": "Desk",
                    "is_assistance": True,
                    "company_id": self.chapter_a.id,
                    "alias_name": "desk",
                }
            )
        with self.assertRefused(UserError, sentence):
            self.desk_a.alias_name = "desk"
        with self.assertRefused(UserError, sentence):
            self.desk_a.alias_id.alias_name = "desk"
        with self.assertRefused(UserError, sentence):
            self.env["mail.alias"].create(
                {
                    "alias_name": "desk",
                    "alias_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "alias_defaults": {"team_id": self.desk_a.id},
                }
            )
        shipped = self.env.ref("helpdesk_mgmt.mail_alias_lead_info_helpdesk")
        self.assertFalse(shipped.alias_name)

    def test_mail_on_its_way_to_a_case_is_dropped(self):
        thread = self.env["mail.thread"]
        self.assertTrue(thread._leads_to_case("helpdesk.ticket", self.case.id, None))
        self.assertTrue(
            thread._leads_to_case("helpdesk.ticket", False, {"team_id": self.desk_a.id})
        )
        plain = self.env["helpdesk.ticket.team"].create({"name": "Plain", "alias_name": "plain"})
        self.assertFalse(thread._leads_to_case("helpdesk.ticket", False, {"team_id": plain.id}))
        self.env["ir.config_parameter"].set_param("mail.catchall.domain.allowed", "example.org")
        mail = (
            "From: probe@example.org\nTo: {to}@example.org\nSubject: Probe\n"
            "Message-Id: <{to}@example.org>\n\nProbe"
        )
        custom = {"team_id": self.desk_a.id}
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            thread.message_process("helpdesk.ticket", mail.format(to="desk"), custom_values=custom)
        tickets = self.env["helpdesk.ticket"].search_count([("team_id", "=", self.desk_a.id)])
        self.assertEqual(tickets, 1)
        thread.message_process(
            "helpdesk.ticket", mail.format(to="plain"), custom_values={"team_id": plain.id}
        )
        self.assertEqual(self.env["helpdesk.ticket"].search_count([("team_id", "=", plain.id)]), 1)

    def test_rows_opened_too_wide_are_closed(self):
        access = self.env["ir.model.access"]
        for user, model, operation in (
            (self.user_a["public"], "helpdesk.ticket.stage", "write"),
            (self.user_a["portal"], "helpdesk.ticket.sla", "read"),
            (self.user_a["employee"], "helpdesk.ticket.sla", "read"),
            (self.user_a["portal"], "helpdesk.sla", "read"),
        ):
            with self.subTest(model=model, operation=operation):
                self.assertFalse(access.with_user(user).check(model, operation, False))


@tagged("post_install", "-at_install")
class TestCaseRoutes(CaseChapters, HttpCase):
    def test_nobody_learns_the_numbers_of_cases(self):
        case = self.case_of(self.desk_a)
        answers = [
            self.url_open(f"/mail/view?model=helpdesk.ticket&res_id={id_}", allow_redirects=False)
            for id_ in (case.id, 99_999_999)
        ]
        found, missing = answers
        self.assertEqual(found.status_code, missing.status_code)
        self.assertEqual(
            found.headers["Location"].replace(f"res_id%3D{case.id}", "res_id%3D99999999"),
            missing.headers["Location"],
        )

    def test_close_and_portal_page_know_no_case(self):
        case = self.case_of(self.desk_a)
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        new_test_user(self.env, "case_probe", groups="base.group_portal")
        for login in ("case_probe", "test_case_worker_a"):
            self.authenticate(login, login)
            answer = self.url_open(f"/ticket/close?ticket_id={case.id}&stage_id={stage.id}")
            self.assertEqual(answer.status_code, 404)
            self.assertEqual(case.case_code, "new")
            answer = self.url_open(f"/my/ticket/{case.id}", allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertNotIn("/my/ticket", answer.headers["Location"])
