from datetime import timedelta

from psycopg2.errors import CheckViolation, NotNullViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_relation import RelationCase


@tagged("post_install", "-at_install")
class TestRelation(RelationCase):
    def test_each_chapter_has_its_own(self):
        other = self.relation_in(self.env_b, self.member, next_move="Call the office")
        self.assertSeen(self.relation, self.env_a)
        self.assertHidden(self.relation)
        for env, own in ((self.env_b, other), (self.env_a, self.relation)):
            self.env.invalidate_all()
            self.assertEqual(self.member.with_env(env).relation_ids, own)
        self.assertEqual(
            self.member.with_env(self.env_b).action_open_relation()["res_id"], other.id
        )
        new = self.parliament.with_env(self.env_b).action_open_relation()
        self.assertFalse(new["res_id"])
        self.assertEqual(new["context"], {"default_partner_id": self.parliament.id})

    def test_one_a_chapter(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.relation_in(self.env_a, self.member)

    def test_relation_stays_with_its_person_and_chapter(self):
        with self.assertRefused(UserError, "stays with its person"):
            self.relation.partner_id = self.successor
        with self.assertRaises(AccessError):
            self.relation.company_id = self.chapter_b
        with self.assertRaises(AccessError):
            self.relation_in(self.env_a, self.person_b)
        with self.assertRaises(AccessError):
            self.relation_in(self.env_a, self.successor, company_id=self.chapter_b.id)
        contact = self.env["res.partner"].create(
            {"name": "Somebody", "company_id": self.chapter_a.id}
        )
        with self.assertRefused(UserError, "of the directory"):
            self.relation_in(self.env["res.partner"].with_company(self.chapter_a).env, contact)

    def test_quadrant(self):
        for power, interest, quadrant in (
            ("5", "3", "manage_closely"),
            ("3", "2", "keep_satisfied"),
            ("2", "5", "keep_informed"),
            ("1", "1", "monitor"),
            (False, "5", False),
        ):
            self.relation.write({"power": power, "interest": interest})
            with self.subTest(power=power, interest=interest):
                self.assertEqual(self.relation.quadrant, quadrant)

    def test_still_true_of_many_at_once(self):
        relations = self.relation + self.relation_in(self.env_a, self.successor)
        with freeze_time("2026-03-31"):
            relations.action_still_true()
        due = set(relations.mapped("date_verify_due"))
        self.assertEqual(due, {fields.Date.to_date("2026-09-30")})
        self.assertEqual(relations.verified_by_id, self.mailer_a)
        with self.assertRaises(AccessError):
            self.relation.with_env(self.env_b).action_still_true()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.relation.verify_months = 0
            self.relation.flush_recordset()

    def test_the_regime_has_no_relation(self):
        with self.assertGuarded():
            self.relation_in(self.env_a, self.regime)
        self.relation.next_move = "Invite"
        self.env["embassy.mandate"].create(
            {"person_id": self.member.id, "body_id": self.regime.id, "role": "Minister"}
        )
        for vals in ({"next_move": "Call"}, {"date_next_move": fields.Date.today()}):
            with self.subTest(vals=vals), self.assertGuarded():
                self.relation.write(vals)
        self.relation.next_move = False
        self.relation.note = "Took an office in the regime"

    def test_officers_archive_and_coordinators_delete(self):
        with self.assertRaises(AccessError):
            self.relation.unlink()
        self.relation.active = False
        self.stance_in(self.relation)
        self.as_user(self.relation, self.coordinator_a).unlink()

    def test_shared_record_with_which_others_work_stays_shared(self):
        self.relation_in(self.env_b, self.parliament)
        with self.assertRefused(ValidationError, "Other chapters work with this record"):
            self.parliament.with_env(self.env_a).action_keep_to_chapter()
        self.successor.with_env(self.env_a).action_keep_to_chapter()

    def test_dormant_after_half_a_year(self):
        today = fields.Date.today()
        silent, heard = self.relation, self.relation_in(self.env_a, self.successor)
        silent.write({"temperature": "warm", "date_last_contact": today - timedelta(days=181)})
        heard.write({"temperature": "warm", "date_last_contact": today - timedelta(days=179)})
        with self.uncommitted():
            self.env["embassy.relation"]._cron_go_dormant()
        self.assertEqual(silent.temperature, "dormant")
        self.assertEqual(heard.temperature, "warm")

    def test_notes_go_out_by_no_mail(self):
        """Neither the person nor a colleague gets by mail what was noted."""
        colleague = self.coordinator_a
        colleague.write({"email": "colleague@example.org", "notification_type": "email"})
        self.member.email = "maria@example.org"
        self.assertFalse(
            any(
                self.relation._message_get_suggested_recipients_batch(
                    reply_discussion=True, no_create=True
                ).values()
            )
        )
        before = self.env["mail.mail"].search_count([])
        message = self.relation.message_post(
            body="Was cold today",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(self.member + colleague.partner_id).ids,
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        told = message.sudo().notification_ids
        self.assertEqual(told.res_partner_id, colleague.partner_id)
        self.assertEqual(told.notification_type, "inbox")

    def test_new_owner_learns_that_there_is_news(self):
        self.coordinator_a.email = "colleague@example.org"
        relation = self.relation.with_context(tracking_disable=False)
        before = self.env["mail.mail"].search([])
        relation.user_id = self.coordinator_a
        self.env.flush_all()
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(mails.mapped("email_to"), ["colleague@example.org"])
        self.assertTrue(all(mails.mapped("is_news")))

    def test_form_asks_for_the_person_alone(self):
        with Form(self.env_a["embassy.relation"]) as form:
            form.partner_id = self.successor.with_env(self.env_a)
        self.assertEqual(form.record.user_id, self.mailer_a)

    def test_tab_of_the_person(self):
        view = "embassy_core.res_partner_view_form_person"
        arch = self.env_a["res.partner"].get_view(self.env.ref(view).id)["arch"]
        self.assertIn("relation_ids", arch)
        federation = self.as_user(self.env["res.partner"], self.user_a["federation"])
        self.assertNotIn("relation_ids", federation.get_view(self.env.ref(view).id)["arch"])

    def test_list_queries_do_not_grow(self):
        people = self.env["res.partner"].create(
            [
                {"name": f"Member {number}", "directory_kind": "person", "company_id": False}
                for number in range(40)
            ]
        )
        self.env_a["embassy.relation"].create([{"partner_id": person.id} for person in people])
        names = dict.fromkeys(("next_move", "date_next_move", "quadrant", "date_verify_due"), {})
        names |= dict.fromkeys(("partner_id", "user_id"), {"fields": {"display_name": {}}})
        counts = []
        for limit in (40, 2, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env_a["embassy.relation"].web_search_read([], names, limit=limit)
            self.assertEqual(len(found["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 8)


@tagged("post_install", "-at_install")
class TestStance(RelationCase):
    def test_history_is_kept(self):
        first = self.stance_in(self.relation, "neutral", date="2026-01-10")
        second = self.stance_in(self.relation, "supporter", date="2026-02-10")
        late = self.stance_in(self.relation, "sceptic", date="2026-01-20")
        self.assertEqual(self.relation.stance_ids, second + late + first)
        self.assertEqual(self.member.with_env(self.env_a).current_stance_ids, second)
        with self.assertRaises(AccessError):
            first.evidence = "Something else"
        with self.assertRaises(AccessError):
            first.unlink()
        with self.assertRaises(AccessError):
            self.as_user(first, self.coordinator_a).stance = "opponent"
        self.as_user(second, self.coordinator_a).unlink()
        self.assertEqual(self.member.with_env(self.env_a).current_stance_ids, late)

    def test_topics_stand_apart(self):
        sanctions = self.env.ref("embassy_outreach.embassy_topic_sanctions")
        stances = self.stance_in(self.relation) + self.stance_in(
            self.relation, "opponent", topic_id=sanctions.id
        )
        self.assertEqual(self.member.with_env(self.env_a).current_stance_ids, stances.sorted())

    def test_nobody_says_what_is_current(self):
        self.stance_in(self.relation, date="2026-02-01")
        old = self.stance_in(self.relation, date="2026-01-01", is_current=True)
        self.assertFalse(old.is_current)

    def test_source_and_evidence_are_asked_for(self):
        for name in ("source", "evidence"):
            with (
                self.subTest(name=name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(NotNullViolation),
                self.env.cr.savepoint(),
            ):
                self.stance_in(self.relation, **{name: False})
        with self.assertRefused(ValidationError, "today or before"):
            self.stance_in(self.relation, date=fields.Date.today() + timedelta(days=2))

    def test_do_not_contact_is_seen_on_the_relation(self):
        self.stance_in(self.relation, "no_contact", date="2026-01-10")
        self.assertTrue(self.relation.is_no_contact)
        self.stance_in(self.relation, "neutral", date="2026-02-10")
        self.assertFalse(self.relation.is_no_contact)

    def test_who_asked_for_it_is_left_alone(self):
        self.relation.next_move = "Call"
        self.stance_in(self.relation, "no_contact")
        meeting = {
            "name": "Tea",
            "start": "2026-06-01 10:00:00",
            "stop": "2026-06-01 11:00:00",
            "partner_ids": self.member.ids,
        }
        with self.assertRefused(UserError, "Not to be contacted: Maria Samplesson"):
            self.relation.next_move = "Write"
        with self.assertRefused(UserError, "Not to be contacted"):
            self.env_a["embassy.meeting"].create(meeting)
        self.relation.next_move = False
        self.env_b["embassy.meeting"].create(meeting)

    def test_stance_stays_in_the_chapter(self):
        stance = self.stance_in(self.relation)
        self.assertEqual(stance.company_id, self.chapter_a)
        self.assertHidden(stance)
        self.env.invalidate_all()
        self.assertFalse(self.member.with_env(self.env_b).current_stance_ids)
        with self.assertRaises(AccessError):
            self.stance_in(self.relation.with_env(self.env_b))


@tagged("post_install", "-at_install")
class TestRelationHeld(RelationCase):
    """A person asks what a chapter holds."""

    def _printed(self, env, relation):
        report = "embassy_outreach.report_relation_held"
        html, _kind = env["ir.actions.report"]._render_qweb_html(report, relation.ids)
        return html.decode()

    def test_everything_of_this_chapter_is_printed(self):
        self.relation.write({"do_not_say": "Nothing on fish", "note": "Speaks Polish"})
        self.stance_in(self.relation, "neutral", date="2026-01-10", evidence="First words")
        self.stance_in(self.relation, evidence="Later words", source="Radio of 3 May")
        self.relation.message_post(body="Met at the fair")
        other = self.relation_in(self.env_b, self.member, note="Of the second chapter")
        text = self._printed(self.env_a, self.relation)
        for words in (
            "Maria Samplesson",
            "Nothing on fish",
            "Speaks Polish",
            "First words",
            "Later words",
            "Radio of 3 May",
            "Met at the fair",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertNotIn("Of the second chapter", text)
        with self.assertRaises(AccessError):
            self._printed(self.env_a, other)
