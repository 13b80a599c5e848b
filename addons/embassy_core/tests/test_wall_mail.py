from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.documents import hidden_by_document
from .common_wall import WallCase


@tagged("post_install", "-at_install")
class TestWallMail(WallCase):
    """Messages and what hangs on documents, between two chapters."""

    def _talk(self, document=None, **values):
        document = (document or self.contact_a).with_env(self.env_a)
        return document.message_post(
            body="Marker", message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )

    def _leave(self, user):
        """The user goes on in chapter B alone, as after a mistake of an admin."""
        user.write({"company_id": self.chapter_b.id, "company_ids": [(6, 0, self.chapter_b.ids)]})
        return self.as_user(self.env["res.partner"], user).env

    # Messages

    def test_messages_are_their_documents(self):
        message = self._talk()
        self.assertEqual(message.record_company_id, self.chapter_a)
        self.assertSeen(message)
        self.assertHidden(message)

    def test_each_way_of_writing_knows_its_chapter(self):
        """Notes, logs and messages to people have a chapter too; core leaves many without."""
        contact = self.contact_a.with_env(self.env_a)
        messages = contact._message_log(body="Log")
        messages |= contact.message_notify(body="Note", partner_ids=self.boris.partner_id.ids)
        messages |= self.env_a["mail.message"].create({"body": "Alone"})
        messages |= self.env_a["mail.message"].create(
            {"body": "On it", "model": "res.partner", "res_id": contact.id}
        )
        # As the system, for a document of another chapter than the system's.
        messages |= self.contact_a.message_post(body="By the system")
        self.assertEqual(messages.sudo().record_company_id, self.chapter_a)
        self.assertEqual(len(messages), 5)
        self.assertHidden(messages)

    def test_messages_move_with_their_document(self):
        message = self._talk()
        activity = self._activity()
        file = self.env_a["ir.attachment"].create(
            {"name": "Marker", "res_model": "res.partner", "res_id": self.contact_a.id}
        )
        self.contact_a.company_id = self.chapter_b
        self.env.invalidate_all()
        self.assertEqual(message.sudo().record_company_id, self.chapter_b)
        self.assertEqual(activity.sudo().company_id, self.chapter_b)
        self.assertEqual(file.sudo().company_id, self.chapter_b)
        self.assertHidden(message, self.env_boris)

    def test_who_wrote_or_was_told_reads_no_longer_than_the_document(self):
        """Core lets authors, recipients and those who were notified read for ever."""
        self.anna.notification_type = self.boris.notification_type = "inbox"
        written = self._talk(partner_ids=self.boris.partner_id.ids)
        told = written.notification_ids
        self.assertEqual(told.res_partner_id, self.boris.partner_id)
        self.assertSeen(written)
        self.assertTrue(self.env_boris["mail.message"].search_count([("needaction", "=", True)]))
        for user in (self.anna, self.boris):
            env = self._leave(user)
            self.assertHidden(written, env)
            self.assertHidden(told, env)
            self.assertFalse(written.with_env(env).has_access("write"))
            self.assertFalse(env["mail.message"].search([("needaction", "=", True)]))

    def test_the_bell_counts_what_one_sees(self):
        self.boris.notification_type = "inbox"
        told = self._talk(partner_ids=self.boris.partner_id.ids)
        self._talk(partner_ids=self.boris.partner_id.ids)
        self.assertEqual(self._bell(self.env_boris), 2)
        told.with_env(self.env_boris).set_message_done()
        self.assertEqual(self._bell(self.env_boris), 1)
        self.assertEqual(self._bell(self._leave(self.boris)), 0)

    def _bell(self, env):
        return env.user.with_env(env).partner_id._get_needaction_count()

    def test_document_of_the_same_chapter_that_is_seen_no_more(self):
        """Not only chapters: who loses the document by another rule loses its messages."""
        activity = self._activity()
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.contact_a.id})]",
            }
        )
        message = self.contact_a.sudo().message_post(
            body="Marker", partner_ids=self.boris.partner_id.ids
        )
        self.assertEqual(message.record_company_id, self.chapter_a)
        self.assertHidden(message, self.env_boris)
        for row, name in ((message, "body"), (activity, "summary")):
            self.assertForeign(row.with_env(self.env_boris).read, [name])

    def test_what_the_system_hangs_on_a_document_is_of_its_chapter(self):
        """The system has a chapter of its own, which is not meant."""
        message = self.env["mail.message"].create(
            {"body": "Marker", "model": "res.partner", "res_id": self.contact_a.id}
        )
        self.assertEqual(message.record_company_id, self.chapter_a)
        message.res_id = self.contact_b.id
        self.assertEqual(message.record_company_id, self.chapter_b)
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.contact_a.id,
            }
        )
        self.assertEqual(activity.company_id, self.chapter_a)

    def test_messages_to_people(self):
        """A message on no document is its author's and its recipients'."""
        message = self.env_a["mail.thread"].message_notify(
            body="Marker", partner_ids=self.boris.partner_id.ids
        )
        self.assertSeen(message)
        self.assertHidden(message)

    def test_foreign_people_are_written_to_by_no_way(self):
        for user in (self.anna, self.user_a["employee"]):
            foreign = user.partner_id.ids
            contact = self.contact_b.with_env(self.env_b)
            self.assertForeign(contact.message_subscribe, foreign)
            self.assertForeign(contact.message_post, body="Marker", partner_ids=foreign)
            self.assertForeign(contact.message_post, body="Marker", author_id=foreign[0])
            self.assertForeign(contact.message_notify, body="Marker", partner_ids=foreign)
            self.assertForeign(
                contact.env["mail.thread"].message_notify, body="Marker", partner_ids=foreign
            )
            composer = {"body": "Marker", "model": "res.partner", "res_ids": str(contact.ids)}
            self.assertForeign(
                contact.env["mail.compose.message"].create,
                {**composer, "partner_ids": [Command.set(foreign)]},
            )
            self.assertForeign(
                contact.env["mail.followers.edit"].create,
                {
                    "res_model": "res.partner",
                    "res_ids": str(contact.ids),
                    "partner_ids": [Command.set(foreign)],
                },
            )
        missing = [self.contact_b.id + 1_000_000]
        self.assertForeign(contact.message_subscribe, missing)
        self.assertForeign(contact.message_post, body="Marker", partner_ids=missing)

    def test_documents_of_others_take_nothing(self):
        hung = {"res_id": self.contact_a.id}
        model_id = self.env["ir.model"]._get_id("res.partner")
        contact = self.contact_a.with_env(self.env_b)
        for call, values in (
            (self.env_b["mail.message"].create, {"model": "res.partner", "body": "x", **hung}),
            (self.env_b["mail.activity"].create, {"res_model_id": model_id, **hung}),
            (
                self.env_b["mail.scheduled.message"].create,
                {
                    "model": "res.partner",
                    "author_id": self.curious.partner_id.id,
                    "scheduled_date": "2100-01-01",
                    **hung,
                },
            ),
        ):
            self.assertForeign(call, values)
        own = self.curious.partner_id.ids
        for call in (
            lambda: contact.message_post(body="x"),
            lambda: contact.message_subscribe(self.user_b["coordinator"].partner_id.ids),
            lambda: contact.activity_schedule("mail.mail_activity_data_todo"),
            lambda: contact.message_notify(body="x", partner_ids=own),
            lambda: self.env_b["mail.thread"].message_notify(
                body="x", partner_ids=own, model="res.partner", res_id=contact.id
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()
        self.assertFalse(contact.sudo().message_ids | contact.sudo().message_ids.child_ids)

    def test_dialogs_tell_nothing_of_documents_of_others(self):
        """The dialogs name documents by text, so no reference is checked."""
        ids = str(self.contact_a.ids)
        for model, values in (
            ("mail.compose.message", {"model": "res.partner", "res_ids": ids}),
            (
                "mail.compose.message",
                {"model": "res.partner", "res_ids": ids, "composition_mode": "mass_mail"},
            ),
            ("mail.activity.schedule", {"res_model": "res.partner", "res_ids": ids}),
            ("mail.followers.edit", {"res_model": "res.partner", "res_ids": ids}),
        ):
            with self.subTest(model=model):
                told = ""
                try:
                    with self.env.cr.savepoint():
                        dialog = self.env_b[model].create(values)
                        told = str(dialog.read()) + str(dialog.onchange({**values}, [], {}))
                except (AccessError, UserError) as error:
                    told = str(error)
                self.assertNotIn("Contact a", told)
                self.assertNotIn(self.contact_a.email, told)

    def test_talk_inside_a_chapter(self):
        """Colleagues write to each other, follow, and answer by the composer."""
        contact = self.contact_a.with_env(self.env_a)
        contact.message_subscribe(self.boris.partner_id.ids)
        message = self._talk(partner_ids=self.boris.partner_id.ids)
        self.assertIn(self.boris.partner_id, message.sudo().notified_partner_ids)
        composer = self.env_boris["mail.compose.message"].create(
            {
                "body": "Answer",
                "model": "res.partner",
                "res_ids": str(contact.ids),
                "partner_ids": [Command.set(self.anna.partner_id.ids)],
                "parent_id": message.id,
            }
        )
        composer._action_send_mail()
        answer = contact.message_ids[0]
        self.assertIn("Answer", answer.body)
        self.assertEqual(answer.author_id, self.boris.partner_id)
        contact.message_unsubscribe(self.boris.partner_id.ids)
        self.assertNotIn(self.boris.partner_id, contact.message_partner_ids)

    def test_hidden_people_break_no_chatter(self):
        """An author whom one does not see, from before the walls, is not suggested."""
        self.contact_b.sudo().message_post(
            body="Marker",
            author_id=self.contact_a.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        contact = self.contact_b.with_env(self.env_b)
        self.env.invalidate_all()
        suggested = contact._message_get_suggested_recipients(reply_discussion=True)
        self.assertNotIn(self.contact_a.id, [item["partner_id"] for item in suggested])

    # Followers

    def test_followers_are_their_documents(self):
        self.contact_a.with_env(self.env_a).message_subscribe(self.boris.partner_id.ids)
        followers = self.contact_a.sudo().message_follower_ids
        self.assertTrue(followers)
        self.assertSeen(followers)
        self.assertHidden(followers)

    def test_a_hidden_follower_of_a_document_that_one_sees(self):
        follower = self.env["mail.followers"].create(
            {
                "res_model": "res.partner",
                "res_id": self.contact_b.id,
                "partner_id": self.anna.partner_id.id,
            }
        )
        self.assertHidden(follower)

    def test_own_follower_row_of_a_document_that_is_gone(self):
        self.contact_a.with_env(self.env_a).message_subscribe(self.anna.partner_id.ids)
        follower = self.contact_a.sudo().message_follower_ids
        self.assertHidden(follower, self._leave(self.anna))

    # Activities

    def _activity(self, **values):
        return (
            self.contact_a.with_env(self.env_a)
            .activity_schedule("mail.mail_activity_data_todo", summary="Marker", **values)
            .with_env(self.env)
        )

    def test_activities_are_their_documents(self):
        activity = self._activity(user_id=self.boris.id)
        self.assertEqual(activity.company_id, self.chapter_a)
        self.assertSeen(activity)
        self.assertHidden(activity)
        self.assertHidden(activity, self._leave(self.boris))
        self.assertFalse(activity.with_user(self.boris).has_access("unlink"))

    def test_activities_of_ones_own(self):
        activity = self.env_a["mail.activity"].create(
            {"summary": "Marker", "user_id": self.anna.id}
        )
        self.assertSeen(activity, self.env_a)
        self.assertHidden(activity)
        self.assertHidden(activity, self.env_boris)

    def test_activity_for_somebody_of_another_chapter(self):
        self.assertForeign(
            self.contact_b.with_env(self.env_b).activity_schedule,
            "mail.mail_activity_data_todo",
            user_id=self.anna.id,
        )

    def test_done_with_an_activity(self):
        activity = self._activity(user_id=self.boris.id).with_env(self.env_boris)
        message_id = activity.action_feedback("Done")
        self.assertSeen(self.env["mail.message"].browse(message_id))
        self.assertHidden(self.env["mail.message"].browse(message_id))

    def test_scheduled_messages_are_their_documents(self):
        message = self.env_a["mail.scheduled.message"].create(
            {
                "model": "res.partner",
                "res_id": self.contact_a.id,
                "author_id": self.anna.partner_id.id,
                "body": "Marker",
                "scheduled_date": "2100-01-01",
            }
        )
        self.assertSeen(message)
        self.assertHidden(message)

    # Lists

    def test_lists_of_a_chapter(self):
        """Templates, answers and kinds: the own ones, and those that came with Odoo."""
        partner_model = self.env["ir.model"]._get_id("res.partner")
        everyone = self.env.ref("base.group_user").ids
        for model, values in (
            ("mail.template", {"name": "Marker", "model_id": partner_model}),
            ("mail.canned.response", {"source": "m", "substitution": "M", "group_ids": everyone}),
        ):
            with self.subTest(model):
                row = self.env_a[model].create(values)
                self.assertEqual(row.company_id, self.chapter_a)
                self.assertSeen(row)
                self.assertHidden(row)
        # Only settings make these.
        admin = self.env["res.partner"].with_company(self.chapter_a).env
        for model, values in (
            ("mail.activity.type", {"name": "Marker"}),
            ("mail.activity.plan", {"name": "Marker", "res_model": "res.partner"}),
        ):
            with self.subTest(model):
                row = admin[model].create(values)
                self.assertEqual(row.company_id, self.chapter_a)
                self.assertSeen(row)
                self.assertHidden(row)
        step = admin["mail.activity.plan.template"].create(
            {"plan_id": row.id, "summary": "Marker", "activity_type_id": self._todo().id}
        )
        self.assertHidden(step)

    def _todo(self):
        return self.env.ref("mail.mail_activity_data_todo")

    def test_what_modules_bring_is_shared(self):
        for xmlid in (
            "mail.mail_activity_data_todo",
            "calendar.calendar_template_meeting_invitation",
            "calendar.alarm_notif_1",
        ):
            row = self.env.ref(xmlid)
            self.assertFalse(row.company_id, xmlid)
            for env in (self.env_a, self.env_b):
                self.assertSeen(row, env)
        editor = self.user_b["employee"]
        editor.group_ids += self.env.ref("mail.group_mail_template_editor")
        template = self.env.ref("calendar.calendar_template_meeting_invitation")
        with self.assertRaises(AccessError):
            self.as_user(template, editor).name = "Mine"

    def test_canned_answers_are_told_to_the_chapter_alone(self):
        """A group, whom core tells, has people in every chapter."""
        self.env["bus.bus"].sudo().search([]).unlink()
        self.env_a["mail.canned.response"].create(
            {
                "source": "m",
                "substitution": "Marker",
                "group_ids": self.env.ref("base.group_user").ids,
            }
        )
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].sudo().search([("message", "ilike", "Marker")])
        channels = " ".join(told.mapped("channel"))
        self.assertTrue(told)
        self.assertNotIn("res.groups", channels)
        self.assertIn(f'"res.partner",{self.boris.partner_id.id}]', channels)
        self.assertNotIn(f'"res.partner",{self.curious.partner_id.id}]', channels)

    # Searching

    def test_domains_answer_nothing_about_others(self):
        """On a record that one sees, a domain tells nothing of what is hidden beneath it.

        What hangs on a record is of its chapter, so this state is made by hand.
        """
        contact = self.contact_b
        self.contact_a.with_env(self.env_a).message_subscribe(self.boris.partner_id.ids)
        self._talk()
        self._activity(user_id=self.boris.id)
        for table, model in (
            ("mail_message", "model"),
            ("mail_followers", "res_model"),
            ("mail_activity", "res_model"),
        ):
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET res_id = %s WHERE res_id = %s AND %s = 'res.partner'",
                    SQL.identifier(table),
                    contact.id,
                    self.contact_a.id,
                    SQL.identifier(model),
                )
            )
        self.env.invalidate_all()
        messages, followers = contact.message_ids, contact.message_follower_ids
        self.assertTrue(messages and followers and contact.activity_ids)
        contact.parent_id = self.env_b["res.partner"].create({"name": "Above"})
        tag = self.env["res.partner.category"].create(
            {"name": "Marker", "company_id": self.chapter_a.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)"
            " VALUES (%s, %s)",
            (contact.id, tag.id),
        )
        for condition in (
            ("message_ids.body", "ilike", "Marker"),
            ("website_message_ids.body", "ilike", "Marker"),
            ("message_partner_ids.name", "ilike", self.boris.name),
            ("message_partner_ids", "ilike", self.boris.name),
            ("message_partner_ids", "in", self.boris.partner_id.ids),
            ("message_follower_ids.partner_id.name", "ilike", self.boris.name),
            ("activity_ids.summary", "ilike", "Marker"),
            ("activity_summary", "ilike", "Marker"),
            ("activity_user_id", "in", self.boris.ids),
            ("activity_type_id", "=", self._todo().id),
            ("activity_date_deadline", "<", "2100-01-01"),
            ("message_ids", "!=", False),
            ("message_ids", "in", messages.ids),
            ("website_message_ids", "!=", False),
            ("has_message", "=", True),
            ("message_follower_ids", "!=", False),
            ("message_follower_ids", "in", followers.ids),
            ("activity_ids", "!=", False),
            ("activity_user_id", "=", True),
            ("activity_state", "in", ("planned", "today", "overdue")),
            ("activity_state", "!=", False),
            ("parent_id.child_ids.message_ids", "!=", False),
            ("category_id", "!=", False),
            ("category_id", "in", tag.ids),
            ("category_id", "child_of", tag.ids),
        ):
            with self.subTest(condition=condition):
                domain = [("id", "=", contact.id), condition]
                try:
                    found = self.env_b["res.partner"].search(domain)
                except AccessError:
                    found = self.env_b["res.partner"]
                self.assertFalse(found)
        values = contact.with_env(self.env_b).read(
            [
                "activity_summary",
                "activity_user_id",
                "activity_state",
                "message_needaction",
                "has_message",
                "message_attachment_count",
            ]
        )[0]
        self.assertFalse(any(values[name] for name in values if name != "id"))

    def test_domains_answer_about_ones_own(self):
        """What one sees is found as before, and what has nothing is told from what has."""
        self._talk()
        self.contact_a.with_env(self.env_a).message_subscribe(self.boris.partner_id.ids)
        self._activity(user_id=self.boris.id)
        tag = self.env_a["res.partner.category"].create({"name": "Marker"})
        self.contact_a.category_id = tag
        plain = self.env_a["res.partner"].create({"name": "Plain"})
        plain.message_ids.sudo().unlink()
        for condition in (
            ("message_ids", "!=", False),
            ("message_ids", "in", self.contact_a.message_ids.ids),
            ("has_message", "=", True),
            ("message_follower_ids", "!=", False),
            ("activity_ids", "!=", False),
            ("activity_user_id", "=", True),
            ("activity_state", "in", ("planned", "today", "overdue")),
            ("category_id", "=", tag.id),
            ("category_id", "child_of", tag.ids),
        ):
            both = [("id", "in", (self.contact_a | plain).ids)]
            with self.subTest(condition=condition):
                Partner = self.env_boris["res.partner"]
                self.assertEqual(Partner.search([*both, condition]).ids, self.contact_a.ids)
                self.assertEqual(Partner.search([*both, "!", condition]).ids, plain.ids)
        self.assertTrue(self.contact_a.with_env(self.env_boris).has_message)

    # Records that all chapters share

    def test_no_talk_on_shared_records(self):
        shared = self.shared.with_env(self.env_a)
        hung = {"res_model": "res.partner", "res_id": shared.id}
        todo = self._todo().id
        partner_model = self.env["ir.model"]._get_id("res.partner")
        for call, args in (
            (lambda: shared.message_post(body="Marker"), ()),
            (lambda: shared.message_subscribe(self.boris.partner_id.ids), ()),
            (lambda: shared.message_notify(body="M", partner_ids=self.boris.partner_id.ids), ()),
            (lambda: shared.activity_schedule("mail.mail_activity_data_todo"), ()),
            (shared.env["ir.attachment"].create, ({"name": "Marker", **hung},)),
            (
                shared.env["mail.message"].create,
                ({"body": "M", "model": "res.partner", "res_id": shared.id},),
            ),
            (
                shared.env["mail.activity"].create,
                ({"activity_type_id": todo, "res_model_id": partner_model, "res_id": shared.id},),
            ),
            (self.env["mail.followers"].create, ({**hung, "partner_id": self.anna.partner_id.id},)),
            (
                self.env["mail.scheduled.message"].create,
                (
                    {
                        "model": "res.partner",
                        "res_id": shared.id,
                        "author_id": self.anna.partner_id.id,
                        "scheduled_date": "2100-01-01",
                    },
                ),
            ),
        ):
            with self.subTest(args), self.env.cr.savepoint(flush=False) as savepoint:
                with self.assertRaises(UserError) as caught:
                    call(*args)
                self.assertIn("All chapters share", str(caught.exception))
                savepoint.rollback()
        file = self.env_a["ir.attachment"].create(
            {"name": "Marker", "res_model": "res.partner", "res_id": self.contact_a.id}
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            file.res_id = shared.id

    def test_shared_records_are_made_and_changed(self):
        """What core would write there by itself is left out."""
        federation = self.as_user(self.env["res.partner"], self.user_a["federation"])
        federation = federation.with_context(
            tracking_disable=False, mail_create_nolog=False, lang="en_US"
        )
        body = federation.create({"name": "Assembly", "directory_kind": "institution"})
        self.assertFalse(body.company_id)
        body.write({"name": "House", "image_1920": _PIXEL, "email": "house@example.org"})
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertTrue(body.image_1920)
        self.assertFalse(body.sudo().message_ids)
        self.assertFalse(body.sudo().message_follower_ids)

    def test_nothing_is_left_to_do_on_what_is_shared(self):
        own = self.env_a["res.partner"].create({"name": "Body", "directory_kind": "institution"})
        activity = own.activity_schedule("mail.mail_activity_data_todo", user_id=self.boris.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            own.action_share_with_chapters()
        activity.action_feedback()
        own.action_share_with_chapters()
        self.assertHidden(own.sudo().message_ids)

    def test_talk_before_sharing_stays_in_the_chapter(self):
        own = self.env_a["res.partner"].create({"name": "Body", "directory_kind": "institution"})
        message = self._talk(own)
        file = self.env_a["ir.attachment"].create(
            {"name": "Marker", "res_model": "res.partner", "res_id": own.id}
        )
        own.action_share_with_chapters()
        self.assertTrue(own.with_env(self.env_b).has_access("read"))
        self.assertHidden(message)
        self.assertHidden(file)
        self.assertEqual(message.sudo().record_company_id, self.chapter_a)

    def test_shared_records_have_no_place_for_talk(self):
        view = self.env_a["res.partner"].get_view(self.env.ref("base.view_partner_form").id, "form")
        chatter = etree.fromstring(view["arch"]).find(".//chatter")
        self.assertEqual(chatter.get("invisible"), "directory_kind and not company_id")

    # What it costs

    def test_a_long_thread_costs_no_query_a_message(self):
        contact = self.contact_a.with_env(self.env_a)
        counts = []
        for number in (1, 30):
            for _each in range(number):
                self._talk()
            self.env.flush_all()
            counts.append(self._count(lambda: self._open(contact)))
        self.assertLessEqual(counts[1] - counts[0], 1, counts)

    def test_the_bell_costs_no_query_a_message(self):
        self.boris.notification_type = "inbox"
        counts = []
        for number in (1, 30):
            for _each in range(number):
                self._talk(partner_ids=self.boris.partner_id.ids)
            self._bell(self.env_boris)
            counts.append(self._count(lambda: self._bell(self.env_boris)))
        self.assertLessEqual(counts[1], counts[0])

    def _open(self, contact):
        messages = contact.env["mail.message"]._message_fetch(domain=None, thread=contact)
        self.assertTrue(messages["messages"])
        return messages["messages"].mapped("body")

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_the_document_costs_two_queries(self):
        for _each in range(30):
            self._talk()
        messages = self.contact_a.with_env(self.env_a).message_ids
        self.env.flush_all()
        hidden_by_document(messages, "model", "res_id")
        with self.assertQueryCount(2):
            self.assertFalse(hidden_by_document(messages, "model", "res_id"))

    def test_a_list_of_contacts_costs_no_query_a_row(self):
        specification = {
            "display_name": {},
            "activity_ids": {"fields": {"summary": {}}},
            "activity_state": {},
            "message_needaction": {},
        }
        counts = []
        for number in (2, 78):
            contacts = self.env_a["res.partner"].create(
                [{"name": f"Row {number}"} for number in range(number)]
            )
            for contact in contacts:
                contact.activity_schedule("mail.mail_activity_data_todo", user_id=self.boris.id)
            domain = [("name", "like", "Row ")]
            counts.append(
                self._count(
                    lambda domain=domain: self.env_a["res.partner"].web_search_read(
                        domain, specification, limit=80
                    )
                )
            )
        self.assertLessEqual(counts[1] - counts[0], 1, counts)


_PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
