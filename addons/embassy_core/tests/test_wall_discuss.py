import json
from unittest.mock import Mock, patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.bus.models import ir_websocket

from .common_wall import WallCase


@tagged("post_install", "-at_install")
class TestWallDiscuss(WallCase, HttpCase):
    """Channels, chats, calls and who is there, between two chapters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.curious.password = "curious-password"
        cls.boris.password = "boris-password-1"
        cls.channel = cls.env_a["discuss.channel"]._create_channel("Marker channel", None)
        cls.channel.group_public_id = cls.env.ref("base.group_user")
        cls.message = cls.channel.message_post(body="Marker", message_type="comment")

    def rpc(self, route, **params):
        answer = self.url_open(
            route,
            data=json.dumps({"id": 0, "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def assertRefusedAlike(self, route, name, id_, missing=99_999_999, **params):
        """A row of the other chapter answers as one that is not there."""
        foreign = self.rpc(route, **{name: id_}, **params)
        absent = self.rpc(route, **{name: missing}, **params)
        self.assertEqual(foreign, absent)
        self.assertNotIn("Marker", str(foreign))

    # Channels

    def test_channels_are_a_chapters(self):
        self.assertEqual(self.channel.company_id, self.chapter_a)
        self.assertSeen(self.channel)
        self.assertSeen(self.channel.channel_member_ids)
        self.assertSeen(self.message)
        for rows in (self.channel, self.channel.channel_member_ids, self.message):
            self.assertHidden(rows)

    def test_threads_are_their_channels(self):
        thread = self.channel._create_sub_channel(self.message.id, "Marker thread")
        self.assertEqual(thread.company_id, self.chapter_a)
        # Also for who works in two chapters and ticked the other first.
        both = new_test_user(
            self.env,
            "test_both",
            "base.group_user",
            company_id=self.chapter_b.id,
            company_ids=[Command.set((self.chapter_a | self.chapter_b).ids)],
        )
        channel = self.channel.with_user(both).with_context(
            allowed_company_ids=(self.chapter_b | self.chapter_a).ids
        )
        channel.channel_join()
        self.assertEqual(channel._create_sub_channel().company_id, self.chapter_a)
        self.assertHidden(thread)

    def test_nobody_of_another_chapter_joins(self):
        channel = self.channel.with_env(self.env_b)
        for call in (
            channel.channel_join,
            channel._find_or_create_member_for_self,
            lambda: channel.add_members(self.curious.partner_id.ids),
            lambda: self.channel.sudo()._add_members(users=self.curious),
            lambda: self.channel.with_env(self.env_a).add_members(self.curious.partner_id.ids),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()
        self.assertNotIn(self.curious.partner_id, self.channel.sudo().channel_partner_ids)

    def test_invited_people_are_told_apart_by_nothing(self):
        own = self.env_b["discuss.channel"]._create_channel("Own channel", None)
        self.assertForeign(own.add_members, self.anna.partner_id.ids)
        self.assertForeign(own.add_members, [99_999_999])

    def test_no_chat_over_the_wall(self):
        Channel = self.env_b["discuss.channel"]
        foreign = self.anna.partner_id.ids
        self.assertForeign(Channel._get_or_create_chat, foreign)
        self.assertForeign(Channel._create_group, foreign)
        self.assertForeign(Channel._get_or_create_chat, [self.anna.partner_id.id + 1_000_000])
        self.assertForeign(
            Channel.create,
            {"name": "x", "channel_member_ids": [Command.create({"partner_id": foreign[0]})]},
        )
        self.assertForeign(
            Channel.create, {"name": "x", "channel_partner_ids": [Command.link(foreign[0])]}
        )

    def test_chats_inside_a_chapter(self):
        chat = self.env_a["discuss.channel"]._get_or_create_chat(self.boris.partner_id.ids)
        self.assertEqual(chat.company_id, self.chapter_a)
        message = chat.message_post(body="Hello", message_type="comment")
        self.assertSeen(chat)
        self.assertSeen(message)
        again = self.env_boris["discuss.channel"]._get_or_create_chat(self.anna.partner_id.ids)
        self.assertEqual(again, chat)
        group = self.env_a["discuss.channel"]._create_group(self.boris.partner_id.ids)
        group.add_members(self.user_a["coordinator"].partner_id.ids)
        self.assertEqual(len(group.channel_member_ids), 3)
        self.channel.with_env(self.env_boris).channel_join()
        self.assertIn(self.boris.partner_id, self.channel.channel_partner_ids)

    def test_chat_of_who_works_in_two_chapters(self):
        """It is of the chapter that both know, whichever was ticked first."""
        both = new_test_user(
            self.env,
            "test_both",
            "base.group_user",
            company_id=self.chapter_b.id,
            company_ids=[Command.set((self.chapter_a | self.chapter_b).ids)],
        )
        Channel = self.env["discuss.channel"].with_user(both)
        Channel = Channel.with_context(allowed_company_ids=(self.chapter_b | self.chapter_a).ids)
        chat = Channel._get_or_create_chat(self.boris.partner_id.ids)
        self.assertEqual(chat.company_id, self.chapter_a)
        self.assertSeen(chat)

    def test_who_leaves_the_chapter_leaves_its_channels(self):
        chat = self.env_a["discuss.channel"]._get_or_create_chat(self.boris.partner_id.ids)
        said = chat.with_env(self.env_boris).message_post(body="Marker", message_type="comment")
        self.boris.write(
            {"company_id": self.chapter_b.id, "company_ids": [(6, 0, self.chapter_b.ids)]}
        )
        env = self.as_user(self.env["res.partner"], self.boris).env
        for rows in (chat, said, chat.channel_member_ids):
            self.assertHidden(rows, env)

    def test_nobody_joins_by_a_group_from_everywhere(self):
        """The channel of all employees is closed; a group brings the people of one chapter."""
        general = self.env.ref("mail.channel_all_employees")
        self.assertFalse(general.active)
        self.assertFalse(general.group_ids)
        newcomer = new_test_user(
            self.env,
            "test_newcomer",
            "base.group_user",
            company_id=self.chapter_b.id,
            company_ids=[Command.set(self.chapter_b.ids)],
        )
        self.assertNotIn(newcomer.partner_id, general.channel_partner_ids)
        self.channel.sudo().group_ids = self.env.ref("base.group_user")
        members = self.channel.sudo().channel_partner_ids
        self.assertIn(self.boris.partner_id, members)
        self.assertNotIn(self.curious.partner_id, members)
        self.assertNotIn(newcomer.partner_id, members)

    def test_guests(self):
        """Whoever was invited sees the channel, and no other guest of the house does."""
        self.channel = self.env_a["discuss.channel"]._create_group(self.boris.partner_id.ids)
        guest = self.env["mail.guest"].create({"name": "Marker guest"})
        self.channel.sudo()._add_members(guests=guest)
        said = self.channel.sudo().message_post(
            body="Marker", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        said.write({"author_id": False, "author_guest_id": guest.id})
        self.assertSeen(guest)
        self.assertHidden(guest)
        public = self.env.ref("base.public_user")
        env = self.env["mail.guest"].with_user(public).with_context(guest=guest).env
        self.assertTrue(self.channel.with_env(env).has_access("read"))
        self.assertIn(said, env["mail.message"].search([("model", "=", "discuss.channel")]))
        stranger = self.env["mail.guest"].create({"name": "Stranger"})
        env = env["mail.guest"].with_context(guest=stranger).env
        self.assertHidden(self.channel, env)
        self.assertFalse(env["mail.message"].sudo(False)._get_with_access(said.id, "read"))

    def test_calls_are_their_channels(self):
        call = self.env["discuss.call.history"].create(
            {"channel_id": self.channel.id, "start_dt": "2026-01-01"}
        )
        self.assertSeen(call)
        self.assertHidden(call)

    # Over HTTP

    def test_routes_of_channels(self):
        self.authenticate(self.curious.login, "curious-password")
        id_ = self.channel.id
        for route, params in (
            ("/discuss/channel/members", {"known_member_ids": []}),
            ("/discuss/channel/messages", {}),
            ("/discuss/channel/pinned_messages", {}),
            ("/discuss/channel/attachments", {}),
            ("/discuss/channel/join", {}),
            ("/discuss/channel/notify_typing", {"is_typing": True}),
            ("/discuss/channel/update_avatar", {"data": "eA=="}),
        ):
            with self.subTest(route):
                self.assertRefusedAlike(route, "channel_id", id_, **params)
        self.assertRefusedAlike("/discuss/channel/sub_channel/create", "parent_channel_id", id_)
        self.assertRefusedAlike("/discuss/channel/sub_channel/fetch", "parent_channel_id", id_)
        self.assertEqual(self.url_open(f"/discuss/channel/{id_}").status_code, 404)
        self.assertRefusedAlike("/mail/message/reaction", "message_id", self.message.id,
                                content="x", action="add")

    def test_routes_of_threads(self):
        """Without its thread core goes on with all that one may read."""
        self.authenticate(self.curious.login, "curious-password")
        self.contact_b.message_post(body="Own words")
        for route, params in (
            ("/mail/thread/messages", {}),
            ("/mail/partner/from_email", {"emails": ["contact.b@example.org"]}),
        ):
            for id_ in (self.contact_a.id, 99_999_999):
                answer = self.rpc(route, thread_model="res.partner", thread_id=id_, **params)
                self.assertIn("error", answer, route)
            own = self.rpc(
                route, thread_model="res.partner", thread_id=self.contact_b.id, **params
            )
            self.assertNotIn("error", own, route)

    def test_invitation_links_let_no_other_chapter_in(self):
        self.authenticate(self.curious.login, "curious-password")
        answer = self.url_open(f"/chat/{self.channel.id}/{self.channel.sudo().uuid}")
        missing = self.url_open("/chat/99999999/abcdefghij")
        self.assertEqual((answer.status_code, missing.status_code), (404, 404))
        self.assertNotIn("Marker", answer.text)
        self.assertNotIn(self.curious.partner_id, self.channel.sudo().channel_partner_ids)
        self.authenticate(self.boris.login, "boris-password-1")
        answer = self.url_open(f"/chat/{self.channel.id}/{self.channel.sudo().uuid}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.boris.partner_id, self.channel.sudo().channel_partner_ids)

    def test_searches_and_store_tell_nothing(self):
        self.contact_a.with_env(self.env_a).message_post(body="Marker note")
        guest = self.env["mail.guest"].create({"name": "Marker guest"})
        self.channel.sudo()._add_members(guests=guest)
        self.anna.name = "Marker Anna"
        self.authenticate(self.curious.login, "curious-password")
        partner_id, user_id = self.anna.partner_id.id, self.anna.id
        answers = [
            self.rpc("/discuss/search", term="Marker"),
            self.rpc("/mail/inbox/messages"),
            self.rpc("/mail/history/messages"),
            self.rpc("/mail/starred/messages"),
            self.rpc(
                "/mail/thread/messages", thread_model="res.partner", thread_id=self.contact_a.id
            ),
        ]
        for fetch in (
            ["init_messaging", {}],
            "channels_as_member",
            "failures",
            "systray_get_activities",
            ["discuss.channel", [self.channel.id]],
            ["avatar_card", {"user_id": user_id}],
            ["res.partner", {"id": partner_id}],
            [
                "mail.thread",
                {
                    "thread_model": "res.partner",
                    "thread_id": self.contact_a.id,
                    "access_params": {},
                    "request_list": [
                        "activities",
                        "attachments",
                        "contact_fields",
                        "followers",
                        "display_name",
                        "scheduledMessages",
                        "suggestedRecipients",
                    ],
                },
            ],
        ):
            answers.append(self.rpc("/mail/data", fetch_params=[fetch]))
        for answer in answers:
            self.assertNotIn("Marker", str(answer))
            self.assertNotIn("Contact a", str(answer))
            self.assertNotIn(self.anna.login, str(answer))
        for method in ("get_mention_suggestions", "search_for_channel_invite"):
            found = getattr(self.env_b["res.partner"], method)("Marker")
            self.assertNotIn("Marker Anna", str(found))
        found = self.env_b["discuss.channel"].get_mention_suggestions("Marker")
        self.assertNotIn("Marker", str(found))
        self.assertNotIn(
            "Marker",
            str(
                self.env_b["res.partner"].get_mention_suggestions_from_channel(
                    self.channel.id, "Marker"
                )
            ),
        )

    def test_mention_of_a_role_reaches_the_chapter_alone(self):
        """A role has people in every chapter, whom core looks for as the system."""
        role = self.env["res.role"].create({"name": "Helpers"})
        (self.anna | self.curious | self.user_b["coordinator"]).role_ids = role
        self.authenticate(self.curious.login, "curious-password")
        answer = self.rpc(
            "/mail/message/post",
            thread_model="res.partner",
            thread_id=self.contact_b.id,
            post_data={"body": "Hello", "role_ids": role.ids, "partner_ids": []},
        )
        message = self.env["mail.message"].browse(answer["result"]["message_id"])
        self.assertIn(self.user_b["coordinator"].partner_id, message.partner_ids)
        self.assertNotIn(self.anna.partner_id, message.partner_ids)

    # Presence

    def test_nobody_listens_over_the_wall(self):
        guest = self.env["mail.guest"].create({"name": "Guest"})
        self.channel.sudo()._add_members(guests=guest)
        wanted = [
            f"discuss.channel_{self.channel.id}",
            f"odoo-presence-res.partner_{self.anna.partner_id.id}",
            f"odoo-presence-mail.guest_{guest.id}",
            # A token that is left over from better days.
            f"odoo-presence-res.partner_{self.anna.partner_id.id}"
            f"-{self.anna.partner_id._get_im_status_access_token()}",
        ]

        def heard(env):
            with patch.object(ir_websocket, "request", Mock(session=Mock(uid=env.uid))):
                return env["ir.websocket"]._prepare_subscribe_data(list(wanted), 0)["channels"]

        self.env["mail.presence"].search([]).unlink()
        channels = heard(self.env_b)
        self.assertNotIn(self.channel, channels)
        self.assertNotIn((self.anna.partner_id, "presence"), channels)
        self.assertNotIn((guest, "presence"), channels)
        channels = heard(self.env_boris)
        self.assertIn(self.channel, channels)
        self.assertIn((self.anna.partner_id, "presence"), channels)
        self.assertIn((guest, "presence"), channels)
