from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.embassy_outreach.tools.public_html import public_html

from .common import OutreachChapters

SOURCE = "https://example.org/source"


class BriefingCase(OutreachChapters):
    """An officer who writes and a coordinator who approves, in each of two chapters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.topic = cls.env.ref("embassy_outreach.embassy_topic_documents")
        cls.decree = cls.env.ref("embassy_outreach.embassy_reference_decree_278")
        cls.english = cls.env.ref("base.lang_en")
        cls.german = cls.env.ref("base.lang_de")
        cls.coordinator_a, cls.coordinator_b = (
            people["coordinator"] for people in (cls.user_a, cls.user_b)
        )

    @classmethod
    def draft(cls, env, **values):
        return env["embassy.briefing"].create(
            {
                "title": "Marker briefing",
                "body": "<p>Nobody renews a passport abroad.</p>",
                "topic_id": cls.topic.id,
                "language_id": cls.english.id,
                "claim_ids": [Command.create({"text": "No passports", "url": SOURCE})],
                **values,
            }
        )

    @classmethod
    def approved(cls, briefing, coordinator):
        """Led to its approval by a coordinator who did not write it."""
        if briefing.state == "draft":
            briefing.action_check()
        briefing.action_translated()
        mine = cls.as_user(cls, briefing, coordinator)
        mine.is_consented = True
        mine.action_approve()
        return briefing

    @classmethod
    def published(cls, env, coordinator, **values):
        briefing = cls.approved(cls.draft(env, **values), coordinator)
        briefing.action_publish()
        return briefing


@tagged("post_install", "-at_install")
class TestBriefing(BriefingCase):
    def test_whole_way(self):
        briefing = self.published(self.env_a, self.coordinator_a)
        self.assertEqual(briefing.state, "published")
        self.assertEqual(briefing.checked_by_id, self.mailer_a)
        self.assertEqual(briefing.approved_by_id, self.coordinator_a)
        self.assertEqual(briefing.author_id, self.mailer_a)
        self.assertTrue(briefing.published_on)
        self.as_user(briefing, self.coordinator_a).action_withdraw()
        self.assertEqual(briefing.state, "withdrawn")
        self.assertTrue(briefing.withdrawn_on)

    def test_hidden_from_the_other_chapter(self):
        briefing = self.published(self.env_a, self.coordinator_a)
        self.assertHidden(briefing)
        self.assertHidden(briefing.claim_ids)

    def test_claim_goes_with_its_briefing(self):
        """Nobody hangs a claim on what another chapter writes, whatever chapter it names."""
        briefing = self.draft(self.env_a)
        for company in (self.chapter_a, self.chapter_b):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env_b["embassy.briefing.claim"].create(
                    {"briefing_id": briefing.id, "text": "Foreign", "company_id": company.id}
                )

    # Facts

    def test_no_claims_no_check(self):
        briefing = self.draft(self.env_a, claim_ids=[])
        with self.assertRefused(UserError, "List the claims"):
            briefing.action_check()

    def test_each_claim_has_a_source(self):
        briefing = self.draft(self.env_a)
        claim = self.env_a["embassy.briefing.claim"].create(
            {"briefing_id": briefing.id, "text": "Bare words"}
        )
        with self.assertRefused(UserError, "Bare words"):
            briefing.action_check()
        claim.reference_id = self.decree
        briefing.action_check()
        self.assertEqual(briefing._sources()[0], (SOURCE, SOURCE))
        self.assertIn("Decree No. 278", briefing._sources()[1][0])

    def test_source_is_a_web_address(self):
        briefing = self.draft(self.env_a)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            briefing.claim_ids.url = "javascript:alert(1)"
            self.env.flush_all()

    def test_reference_of_another_chapter_is_no_source(self):
        foreign = self.env_b["embassy.reference"].create(
            {"title": "B", "issuer": "B", "date": "2026-01-01", "url": SOURCE}
        )
        briefing = self.draft(self.env_a)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            briefing.claim_ids.reference_id = foreign

    def test_empty_text_is_not_checked(self):
        briefing = self.draft(self.env_a, body="<p><br></p>")
        with self.assertRefused(UserError, "Write the text first"):
            briefing.action_check()

    # Steps

    def test_steps_are_not_skipped(self):
        briefing = self.draft(self.env_a)
        coordinator = self.as_user(briefing, self.coordinator_a)
        for state in ("translated", "approved", "published", "withdrawn"):
            with self.assertRefused(UserError, "cannot go from"):
                coordinator.state = state
        created = self.draft(self.env_a, state="published", published_on="2026-01-01 00:00:00")
        self.assertEqual(created.state, "draft")
        self.assertFalse(created.published_on)

    def test_who_did_a_step_is_not_written_by_hand(self):
        briefing = self.draft(self.env_a)
        for name in ("author_id", "writer_ids", "checked_by_id", "approved_by_id"):
            with self.assertRaises(AccessError):
                briefing.write({name: False})
        created = self.draft(self.env_a, author_id=self.coordinator_a.id)
        self.assertEqual(created.author_id, self.mailer_a)

    def test_officer_does_not_approve(self):
        briefing = self.draft(self.env_a)
        briefing.action_check()
        briefing.action_translated()
        briefing.is_consented = True
        officer = self.as_user(briefing, self.user_a["outreach_officer"])
        with self.assertRefused(AccessError, "A coordinator approves"):
            officer.action_approve()

    def test_who_wrote_of_it_does_not_approve(self):
        """Author, or whoever changed a word or a claim of another's draft."""
        writes = {
            "title": lambda mine: mine.write({"title": "Mended"}),
            "claim": lambda mine: mine.claim_ids.write({"text": "Mended"}),
            "new claim": lambda mine: mine.claim_ids.copy(),
        }
        for name, write in writes.items():
            with self.subTest(name):
                briefing = self.draft(self.env_a)
                mine = self.as_user(briefing, self.coordinator_a)
                write(mine)
                with self.assertRefused(AccessError, "does not approve it"):
                    self.approved(briefing, self.coordinator_a)
        own_env = self.env(
            user=self.coordinator_a.id, context={"allowed_company_ids": self.chapter_a.ids}
        )
        with self.assertRefused(AccessError, "does not approve it"):
            self.approved(self.draft(own_env), self.coordinator_a)

    def test_no_approval_without_the_tick(self):
        briefing = self.draft(self.env_a, is_consented=True)
        self.assertFalse(briefing.is_consented)
        with self.assertRefused(UserError, "Tick it when"):
            briefing.is_consented = True
        briefing.action_check()
        briefing.action_translated()
        with self.assertRefused(UserError, "can be recognised"):
            self.as_user(briefing, self.coordinator_a).action_approve()

    def test_tick_is_forgotten_with_the_approval(self):
        briefing = self.approved(self.draft(self.env_a), self.coordinator_a)
        briefing.action_back_to_draft()
        self.assertFalse(briefing.is_consented or briefing.approved_by_id)

    def test_content_is_frozen(self):
        briefing = self.draft(self.env_a)
        changes = {
            "title": "Other",
            "body": "<p>Other</p>",
            "topic_id": self.env.ref("embassy_outreach.embassy_topic_visas").id,
            "language_id": self.german.id,
            "claim_ids": [Command.clear()],
        }
        coordinator = self.as_user(briefing, self.coordinator_a)
        for step in ("check", "translated", "approve", "publish", "withdraw"):
            if step == "approve":
                coordinator.is_consented = True
            doer = coordinator if step in ("approve", "withdraw") else briefing
            getattr(doer, f"action_{step}")()
            for who in (briefing, coordinator, briefing.with_env(self.env)):
                for name, value in changes.items():
                    with (
                        self.subTest(step=step, field=name),
                        self.assertRefused(UserError, "does not change"),
                    ):
                        who.write({name: value})
                with self.assertRefused(UserError, "does not change"):
                    who.claim_ids.text = "Other"
                with self.assertRefused(UserError, "does not change"):
                    who.claim_ids.copy()

    def test_claim_moves_neither_off_nor_onto_what_is_frozen(self):
        checked, draft = self.draft(self.env_a), self.draft(self.env_a)
        checked.action_check()
        for claim, target in ((checked.claim_ids, draft), (draft.claim_ids, checked)):
            with self.assertRefused(UserError, "does not change"):
                claim.briefing_id = target
            with self.assertRefused(UserError, "does not change"):
                (claim if claim.briefing_id == checked else checked.claim_ids).unlink()

    def test_published_is_not_archived_or_deleted(self):
        briefing = self.published(self.env_a, self.coordinator_a)
        with self.assertRefused(UserError, "Withdraw it"):
            briefing.active = False
        with self.assertRaises(AccessError):
            briefing.unlink()
        with self.assertRefused(UserError, "stays on record"):
            briefing.with_env(self.env).unlink()

    # Translations

    def translation(self, original, **values):
        values = {"language_id": self.german.id, "claim_ids": [], **values}
        return self.draft(self.env_a, translation_of_id=original.id, **values)

    def test_translation_leans_on_checked_facts(self):
        original = self.draft(self.env_a)
        translation = self.translation(original)
        with self.assertRefused(UserError, "facts of the first text"):
            translation.action_check()
        original.action_check()
        self.approved(translation, self.coordinator_a)
        self.assertEqual(translation._sources(), original._sources())
        with self.assertRefused(UserError, "not approved yet"):
            translation.action_publish()

    def test_withdrawn_original_takes_translations_along(self):
        original = self.published(self.env_a, self.coordinator_a)
        german = self.approved(self.translation(original), self.coordinator_a)
        german.action_publish()
        french = self.translation(original, language_id=self.env.ref("base.lang_fr").id)
        french.action_check()
        self.as_user(original, self.coordinator_a).action_withdraw()
        self.assertEqual(german.state, "withdrawn")
        self.assertEqual(french.state, "draft")

    def test_original_taken_back_takes_translations_along(self):
        original = self.approved(self.draft(self.env_a), self.coordinator_a)
        german = self.approved(self.translation(original), self.coordinator_a)
        original.action_back_to_draft()
        self.assertEqual(german.state, "draft")
        self.assertFalse(german.approved_by_id)
        self.approved(original, self.coordinator_a)
        german.action_check()
        self.approved(german, self.coordinator_a).action_publish()
        with self.assertRefused(UserError, "Withdraw the translation first"):
            original.action_back_to_draft()

    def test_translation_of_a_translation_or_into_the_same(self):
        original = self.draft(self.env_a)
        translation = self.translation(original)
        for values in (
            {"translation_of_id": translation.id, "language_id": self.env.ref("base.lang_fr").id},
            {"translation_of_id": original.id, "language_id": self.english.id},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.draft(self.env_a, **values)

    def test_translate_opens_a_draft_of_the_same(self):
        original = self.draft(self.env_a)
        original.action_check()
        context = original.action_translate()["context"]
        form = Form(self.env_a["embassy.briefing"].with_context(**context))
        form.language_id = self.german
        translation = form.save()
        self.assertEqual(translation.translation_of_id, original)
        self.assertEqual(translation.topic_id, original.topic_id)

    # The form and the list

    def test_reference_is_inserted(self):
        form = Form(self.draft(self.env_a))
        form.reference_id = self.decree
        self.assertIn("Decree No. 278", form.body)
        self.assertIn("passport abroad", form.body)
        self.assertFalse(form.reference_id)

    def test_coordinators_who_did_not_write_hear_of_it(self):
        self.coordinator_a.email = "marker.coordinator@example.org"
        briefing = self.draft(self.env_a)
        briefing.action_check()
        before = self.env["mail.mail"].search([], order="id desc", limit=1).id
        briefing.action_translated()
        mails = self.env["mail.mail"].search([("id", ">", before)])
        self.assertEqual(mails.mapped("email_to"), [self.coordinator_a.email])
        self.assertNotIn("Marker", mails.subject + mails.body_html)

    def test_list_asks_no_more_for_many(self):
        for _number in range(20):
            self.draft(self.env_a)
        spec = {
            "title": {},
            "topic_id": {"fields": {"display_name": {}}},
            "language_id": {"fields": {"display_name": {}}},
            "author_id": {"fields": {"display_name": {}}},
            "state": {},
            "published_on": {},
        }
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.env_a["embassy.briefing"].web_search_read([], spec, limit=80)


@tagged("post_install", "-at_install")
class TestPublicHtml(BriefingCase):
    def test_plain_marks_stay(self):
        text = "<h1>A &amp; B</h1><p>One <strong>two</strong><br>three</p><ul><li>x</li></ul>"
        self.assertEqual(
            public_html(text),
            "<h2>A &amp; B</h2><p>One <strong>two</strong><br>three</p><ul><li>x</li></ul>",
        )
        self.assertEqual(public_html("words"), "words")

    def test_what_loads_or_runs_goes(self):
        text = (
            '<p style="x" onclick="y" class="z">a<script>alert(1)</script>b'
            '<img src="https://example.org/x.png">c<!-- d --><svg><a href="https://e">e</a></svg>f'
            '<a href="javascript:alert(1)">g</a><a href="/web">h</a><iframe src="x">i</iframe>j'
            '<form action="x"><input value="y">k</form></p>'
        )
        self.assertEqual("".join(public_html(text).split()), "<p>abcfghj</p>k")

    def test_links_lead_out_without_telling(self):
        self.assertEqual(
            public_html('<a href=" https://example.org/?a=1&amp;b=2" target="_blank">x</a>'),
            '<a href="https://example.org/?a=1&amp;b=2" rel="noreferrer noopener">x</a>',
        )

    def test_nothing_to_read(self):
        for text in (None, "", "  ", "<p><br></p>", "<p>&nbsp;</p>"):
            self.assertFalse(public_html(text), text)
