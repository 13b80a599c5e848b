from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common_relation import RelationCase


class PromiseCase(RelationCase):
    @classmethod
    def promise_in(cls, env, partner, **values):
        return env["embassy.commitment"].create(
            {
                "partner_id": partner.id,
                "quote": "We shall vote for it",
                "source": "Radio of 3 May",
                "date": "2026-05-03",
                **values,
            }
        )

    def ask_in(self, env, partners, **values):
        return env["embassy.ask"].create(
            {"name": "Name the prisoners", "partner_ids": partners.ids, **values}
        )


@tagged("post_install", "-at_install")
class TestAsk(PromiseCase):
    def test_from_the_idea_to_the_promise(self):
        ask = self.ask_in(self.env_a, self.member, topic_id=self.topic.id)
        self.assertEqual(ask.state, "idea")
        with freeze_time("2026-05-03"):
            ask.state = "raised"
        self.assertEqual(ask.date_raised, fields.Date.to_date("2026-05-03"))
        action = ask.action_add_commitment()
        model = self.env_a["embassy.commitment"].with_context(**action["context"])
        with Form(model) as form:
            form.quote = "Next week"
            form.source = "Our meeting"
        promise = form.record
        self.assertEqual(promise.partner_id, self.member)
        self.assertEqual(promise.topic_id, self.topic)
        self.assertEqual(ask.commitment_ids, promise)
        self.assertEqual(self.member.with_env(self.env_a).ask_ids, ask)

    def test_stays_in_the_chapter(self):
        ask = self.ask_in(self.env_a, self.member + self.parliament)
        self.assertSeen(ask, self.env_a)
        self.assertHidden(ask)
        self.env.invalidate_all()
        self.assertFalse(self.member.with_env(self.env_b).ask_ids)
        with self.assertRaises(AccessError):
            self.ask_in(self.env_a, self.person_b)
        with self.assertRaises(AccessError):
            self.promise_in(self.env_b, self.member, ask_id=ask.id)

    def test_nothing_is_asked_of_the_regime(self):
        with self.assertGuarded():
            self.ask_in(self.env_a, self.member + self.regime)
        ask = self.ask_in(self.env_a, self.member)
        with self.assertGuarded():
            ask.partner_ids += self.regime
        self.env["embassy.mandate"].create(
            {"person_id": self.member.id, "body_id": self.regime.id, "role": "Minister"}
        )
        with self.assertGuarded():
            ask.state = "raised"
        ask.state = "withdrawn"

    def test_nothing_is_asked_of_who_does_not_want_it(self):
        ask = self.ask_in(self.env_a, self.member)
        self.stance_in(self.relation, "no_contact")
        with self.assertRefused(UserError, "Not to be contacted: Maria Samplesson"):
            self.ask_in(self.env_a, self.member)
        with self.assertRefused(UserError, "Not to be contacted"):
            ask.state = "raised"
        ask.state = "withdrawn"
        self.ask_in(self.env_b, self.member)


@tagged("post_install", "-at_install")
class TestCommitment(PromiseCase):
    def test_stays_in_the_chapter(self):
        promise = self.promise_in(self.env_a, self.member)
        self.assertSeen(promise, self.env_a)
        self.assertHidden(promise)
        with self.assertRaises(AccessError):
            self.promise_in(self.env_a, self.person_b)
        with self.assertRaises(AccessError):
            promise.unlink()
        with self.assertGuarded():
            self.promise_in(self.env_a, self.regime)

    def test_an_outcome_needs_evidence(self):
        promise = self.promise_in(self.env_a, self.member)
        for state in ("kept", "partly", "broken"):
            with self.subTest(state=state), self.assertRefused(ValidationError, "what shows"):
                promise.state = state
        promise.write({"state": "kept", "evidence": "Roll call of 9 May"})
        with self.assertRefused(ValidationError, "what shows"):
            promise.evidence = False

    def test_expires_once_and_its_owner_learns_of_news(self):
        self.mailer_a.email = "owner@example.org"
        today = fields.Date.today()
        yesterday = today - timedelta(days=1)
        late = self.promise_in(self.env_a, self.member, date=yesterday, date_due=yesterday)
        due = self.promise_in(self.env_a, self.member, date=yesterday, date_due=today)
        open_end = self.promise_in(self.env_a, self.member)
        before = self.env["mail.mail"].search([])
        with self.uncommitted():
            self.env["embassy.commitment"]._cron_expire()
            self.env["embassy.commitment"]._cron_expire()
        self.assertEqual((late + due + open_end).mapped("state"), ["expired", "open", "open"])
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(mails.mapped("email_to"), ["owner@example.org"])
        self.assertNotIn("vote", mails.body_html)
        late.write({"state": "kept", "evidence": "A week late"})

    def test_list_queries_do_not_grow(self):
        for _number in range(40):
            self.promise_in(self.env_a, self.member)
        spec = dict.fromkeys(("quote", "date_due", "state"), {})
        spec |= dict.fromkeys(
            ("partner_id", "topic_id", "user_id"), {"fields": {"display_name": {}}}
        )
        counts = []
        for limit in (40, 2, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env_a["embassy.commitment"].web_search_read([], spec, limit=limit)
            self.assertEqual(len(found["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 8)


@tagged("post_install", "-at_install")
class TestScoreCard(PromiseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shared = {"company_id": False, "keeper_company_id": cls.chapter_a.id}
        cls.party = cls.institution(cls.env["res.partner"], "Party of Probes", **shared)
        cls.env["embassy.mandate"].create(
            {
                "person_id": cls.member.id,
                "body_id": cls.parliament.id,
                "faction_id": cls.party.id,
                "role": "Member",
                "date_start": "2026-01-01",
            }
        )

    def _card(self, env, body):
        html, _kind = env["ir.actions.report"]._render_qweb_html(
            "embassy_outreach.report_score_card", body.ids
        )
        return html.decode()

    def test_public_columns_of_this_chapter_only(self):
        self.promise_in(
            self.env_a,
            self.member,
            note="She is afraid of her leader",
            state="broken",
            evidence="Told us so in tears",
        )
        self.promise_in(self.env_a, self.member, quote="Before the seat", date="2020-01-01")
        self.promise_in(self.env_a, self.party, quote="The party says")
        self.promise_in(self.env_b, self.member, quote="To the others")
        for body in (self.party, self.parliament):
            text = self._card(self.env_a, body)
            with self.subTest(body=body.name):
                self.assertIn("We shall vote for it", text)
                self.assertIn("Radio of 3 May", text)
                self.assertIn("Maria Samplesson", text)
                self.assertIn("Broken", text)
                for words in ("afraid", "in tears", "To the others", "Before the seat"):
                    self.assertNotIn(words, text)
        self.assertIn("The party says", self._card(self.env_a, self.party))
        self.assertIn("To the others", self._card(self.env_b, self.party))

    def test_not_for_who_may_not_read_promises(self):
        for role in ("case_worker", "federation", "employee"):
            env = self.as_user(self.party, self.user_a[role]).env
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._card(env, self.party)
