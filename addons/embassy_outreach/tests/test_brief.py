from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_commitment import PromiseCase


@tagged("post_install", "-at_install")
class TestBrief(PromiseCase):
    def _brief(self, env, partners):
        action = partners.with_env(env).action_brief()
        self.assertEqual(action["report_type"], "qweb-html")
        html, _kind = env["ir.actions.report"]._render_qweb_html(
            action["report_name"], partners.ids
        )
        return html.decode()

    def _fill(self, env, relation, mark):
        """What a chapter may have with somebody, with a word of its own in each."""
        relation.write({"do_not_say": f"{mark} fish", "note": f"{mark} note"})
        self.stance_in(relation, evidence=f"{mark} evidence")
        self.ask_in(env, relation.partner_id, name=f"{mark} ask", state="raised")
        self.promise_in(env, relation.partner_id, quote=f"{mark} promise")
        meeting = env["embassy.meeting"].create(
            {
                "name": f"{mark} meeting",
                "start": "2026-06-01 10:00:00",
                "stop": "2026-06-01 11:00:00",
                "partner_ids": relation.partner_id.ids,
                "state": "held",
            }
        )
        env["embassy.meeting.point"].create(
            {
                "meeting_id": meeting.id,
                "name": f"{mark} point",
                "is_follow_up": True,
                "date_due": "2026-06-10",
            }
        )
        env["embassy.godparent"].create(
            {"partner_id": relation.partner_id.id, "prisoner_code": f"{mark} prisoner"}
        )

    def test_everything_of_our_chapter_on_one_page(self):
        self.env["embassy.mandate"].create(
            {"person_id": self.member.id, "body_id": self.parliament.id, "role": "Speaker"}
        )
        self._fill(self.env_a, self.relation, "Ours")
        self._fill(self.env_b, self.relation_in(self.env_b, self.member), "Theirs")
        self.env.invalidate_all()
        text = self._brief(self.env_a, self.member)
        for words in ("fish", "note", "evidence", "ask", "promise", "meeting", "point", "prisoner"):
            with self.subTest(words=words):
                self.assertIn(f"Ours {words}", text)
        self.assertIn("Speaker", text)
        self.assertIn("Maria Samplesson", text)
        self.assertNotIn("Theirs", text)
        self.env.invalidate_all()
        self.assertNotIn("Ours", self._brief(self.env_b, self.member))

    def test_all_of_it_is_printed_when_the_person_asks(self):
        letter = {"partner_id": self.member.id, "body": "<p>In a letter</p>"}
        self.env_a["embassy.letter"].create({**letter, "subject": "Ours letter"})
        self.env_b["embassy.letter"].create({**letter, "subject": "Theirs letter"})
        self._fill(self.env_a, self.relation, "Ours")
        self._fill(self.env_b, self.relation_in(self.env_b, self.member), "Theirs")
        self.env.invalidate_all()
        html, _kind = self.env_a["ir.actions.report"]._render_qweb_html(
            "embassy_outreach.report_relation_held", self.relation.ids
        )
        text = html.decode()
        for words in ("note", "ask", "promise", "meeting", "point", "prisoner", "letter"):
            with self.subTest(words=words):
                self.assertIn(f"Ours {words}", text)
        self.assertNotIn("Theirs", text)

    def test_of_the_chosen_chapter_alone(self):
        """Who works in two chapters gets the page of the one that is chosen."""
        self.mailer_a.company_ids += self.chapter_b
        chapters = (self.chapter_a + self.chapter_b).ids
        env = self.env(user=self.mailer_a.id, context={"allowed_company_ids": chapters})
        other = self.relation_in(self.env_b, self.member)
        self._fill(self.env_a, self.relation, "Ours")
        self._fill(self.env_b, other, "Theirs")
        self.env.invalidate_all()
        text = self._brief(env, self.member)
        self.assertIn("Ours promise", text)
        self.assertNotIn("Theirs", text)
        html, _kind = env["ir.actions.report"]._render_qweb_html(
            "embassy_outreach.report_relation_held", other.ids
        )
        self.assertIn("Theirs promise", html.decode())
        self.assertNotIn("Ours", html.decode())

    def test_closed_matters_are_left_out(self):
        self.ask_in(self.env_a, self.member, name="Given up", state="withdrawn")
        self.promise_in(
            self.env_a, self.member, quote="Done long ago", state="kept", evidence="Roll call"
        )
        self.stance_in(self.relation, "neutral", date="2026-01-01", evidence="Old words")
        self.stance_in(self.relation, date="2026-02-01", evidence="New words")
        text = self._brief(self.env_a, self.member)
        for words in ("Given up", "Done long ago", "Old words"):
            with self.subTest(words=words):
                self.assertNotIn(words, text)
        self.assertIn("New words", text)

    def test_small_numbers_are_hidden(self):
        for number in range(5):
            self.promise_in(self.env_a, self.member, quote=f"Promise {number}")
        numbers = dict(self.env_a["report.embassy_outreach.report_brief"]._numbers())
        self.assertEqual(numbers["Promises given to us"], "5")
        self.assertEqual(numbers["of them kept"], "fewer than 5")
        self.promise_in(self.env_b, self.member)
        numbers = dict(self.env_b["report.embassy_outreach.report_brief"]._numbers())
        self.assertEqual(numbers["Promises given to us"], "fewer than 5")

    def test_nothing_above_the_level_of_the_reader(self):
        for role in ("case_worker", "federation", "employee"):
            partner = self.as_user(self.member, self.user_a[role])
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    partner.action_brief()
                with self.assertRaises(AccessError):
                    partner.env["ir.actions.report"]._render_qweb_html(
                        "embassy_outreach.report_brief", partner.ids
                    )
        with self.assertRaises(AccessError):
            self._brief(self.env_a, self.person_b)

    def test_of_all_whom_we_meet(self):
        meeting = self.env_a["embassy.meeting"].create(
            {
                "name": "Tea",
                "start": "2026-06-01 10:00:00",
                "stop": "2026-06-01 11:00:00",
                "partner_ids": (self.member + self.parliament).ids,
            }
        )
        action = meeting.action_brief()
        self.assertEqual(
            set(action["context"]["active_ids"]), set((self.member + self.parliament).ids)
        )
