from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.res_company import capabilities_of
from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestChapter(ChapterCase):
    def mine(self, role="coordinator"):
        return self.as_user(self.chapter_a, self.user_a[role])

    def test_coordinator_gets_the_page_up(self):
        chapter = self.mine()
        chapter.write(self.ready_values())
        self.assertFalse(chapter.setup_missing)
        chapter.action_open_page()
        self.assertTrue(chapter.is_page_open)
        self.assertEqual(chapter.page_path, "/embassy/qa")

    def test_page_stays_closed_while_something_is_missing(self):
        """Each missing piece alone keeps the page closed, with a sentence that names it."""
        pieces = self.ready_values()
        for name in pieces:
            with self.subTest(missing=name), self.env.cr.savepoint() as savepoint:
                chapter = self.mine()
                chapter.write({key: value for key, value in pieces.items() if key != name})
                self.assertEqual(len(chapter._setup_missing()), 1)
                with self.assertRaises(ValidationError):
                    chapter.action_open_page()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_open_page_cannot_lose_what_it_needs(self):
        chapter = self.mine()
        chapter.write(self.ready_values())
        chapter.action_open_page()
        with self.assertRaises(ValidationError):
            chapter.chapter_code = False

    def test_channel_without_check_does_not_count(self):
        chapter = self.mine()
        chapter.write(self.ready_values())
        chapter.chapter_channel_ids.date_checked = False
        self.assertIn("channel", chapter.setup_missing)

    def test_code_is_unique_and_well_formed(self):
        self.chapter_a.chapter_code = "QA"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.chapter_b.chapter_code = "QA"
                self.env.flush_all()
        for wrong in ("Q", "qa", "Q1", "QA-1"):
            with self.subTest(code=wrong), self.assertRaises(ValidationError):
                self.chapter_b.chapter_code = wrong

    def test_coordinator_changes_the_chapter_only(self):
        """A company carries currency, layout, tax number …: a coordinator touches none of it."""
        chapter = self.mine()
        for values in (
            {"vat": "X1"},
            {"email": "x@example.org"},
            {"currency_id": self.env.ref("base.EUR").id},
            {"sequence": 1},
            {"partner_id": self.chapter_b.partner_id.id},
            {"helper_chapter_id": self.chapter_b.id},
            {"user_ids": [Command.link(self.user_b["coordinator"].id)]},
            {"chapter_level": "federation"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                chapter.write(values)

    def test_only_coordinators_change_the_chapter(self):
        for role in self.user_a:
            if role == "coordinator":
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.mine(role).write({"chapter_code": "QX"})

    def test_other_chapter_is_closed_to_a_coordinator(self):
        foreign = self.chapter_b.with_user(self.user_a["coordinator"])
        with self.assertRaises(AccessError):
            foreign.write({"chapter_code": "QX"})
        with self.assertRaises(AccessError):
            foreign.read(["chapter_code"])

    def test_coordinator_takes_no_channel_of_another_chapter(self):
        """The row commands of a one2many must not become a way round the wall."""
        channel_b = self.env["embassy.channel"].create(
            {"company_id": self.chapter_b.id, "kind": "email", "address": "qb@example.org"}
        )
        chapter = self.mine()
        for command in (
            Command.link(channel_b.id),
            Command.update(channel_b.id, {"address": "mine@example.org"}),
            Command.delete(channel_b.id),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                with self.env.cr.savepoint():
                    chapter.write({"chapter_channel_ids": [command]})
                    self.env.flush_all()
        self.assertEqual(channel_b.address, "qb@example.org")
        self.assertEqual(channel_b.company_id, self.chapter_b)

    def test_row_cannot_be_given_away(self):
        """The ORM checks the old chapter of a row only: writing the column passed the wall."""
        channel = self.env["embassy.channel"].create(
            {"company_id": self.chapter_a.id, "kind": "email", "address": "qa@example.org"}
        )
        mine = self.as_user(channel, self.user_a["coordinator"])
        with self.assertRaises(AccessError):
            mine.write({"company_id": self.chapter_b.id})

    def test_coordinator_takes_no_service_of_another_chapter(self):
        service_b = self.env["embassy.service"].create(
            {"company_id": self.chapter_b.id, "name": "Of B"}
        )
        values = {"chapter_service_ids": [Command.link(service_b.id)]}
        with self.assertRaises(AccessError):
            self.mine().write(values)
        with self.assertRaises(ValidationError):
            self.chapter_a.write(values)

    def test_helper_is_found_by_its_public_code(self):
        self.chapter_b.chapter_code = "QB"
        chapter = self.mine()
        chapter.helper_code = "qb"
        self.assertEqual(self.chapter_a.helper_chapter_id, self.chapter_b)
        self.assertEqual(chapter.helper_name, self.chapter_b.name)
        with self.assertRaises(ValidationError):
            chapter.helper_code = "NONE"
        chapter.helper_code = False
        self.assertFalse(self.chapter_a.helper_chapter_id)

    def test_chapter_is_not_its_own_helper(self):
        self.chapter_a.chapter_code = "QA"
        with self.assertRaises(ValidationError):
            self.mine().helper_code = "QA"

    def test_steps_can_be_left_and_taken_up_again(self):
        chapter = self.mine()
        self.assertEqual(chapter.setup_step, "identity")
        chapter.action_setup_back()
        self.assertEqual(chapter.setup_step, "identity")
        for step in ("services", "channels", "preview"):
            chapter.action_setup_next()
            self.assertEqual(chapter.setup_step, step)
        self.assertEqual(chapter.action_setup_chapter()["res_id"], self.chapter_a.id)

    def test_channel_address_fits_its_kind(self):
        Channel = self.as_user(self.env["embassy.channel"], self.user_a["coordinator"])
        for kind, address in (
            ("email", "no address"),
            ("phone", "call us"),
            ("website", "http://example.org"),
            ("website", "example.org"),
            ("telegram", "javascript:alert(1)"),
            ("telegram", "https://exa mple.org"),
        ):
            with self.subTest(kind=kind, address=address), self.assertRaises(ValidationError):
                Channel.create({"kind": kind, "address": address})
        with self.assertRaises(ValidationError):
            Channel.create(
                {
                    "kind": "email",
                    "address": "qa@example.org",
                    "date_checked": fields.Date.today() + timedelta(days=2),
                }
            )

    def test_link_is_never_a_script(self):
        channel = self.env["embassy.channel"].create(
            {"company_id": self.chapter_a.id, "kind": "other", "address": "javascript:alert(1)"}
        )
        self.assertFalse(channel.link)

    def test_levels_add_up(self):
        self.assertEqual(capabilities_of("info"), {"guides"})
        self.assertIn("cases", capabilities_of("consulate"))
        self.assertNotIn("visits", capabilities_of("consulate"))
        self.assertLess(capabilities_of("consulate"), capabilities_of("embassy"))
        self.assertLess(capabilities_of("embassy"), capabilities_of("office"))
        self.assertNotIn("cases", capabilities_of("federation"))

    def test_level_switches_menus(self):
        action = self.env.ref("embassy_core.res_company_action_chapter")
        menu = self.env["ir.ui.menu"].create(
            {
                "name": "Probe of visits",
                "chapter_capability": "visits",
                "action": f"{action._name},{action.id}",
            }
        )
        user = self.user_a["coordinator"]
        shown = []
        for level in ("info", "embassy", "initiative"):
            self.mine().chapter_level = level
            shown.append(menu.id in self.env["ir.ui.menu"].with_user(user).load_menus(False))
        self.assertEqual(shown, [False, True, False])

    def test_directory_comes_with_the_second_level(self):
        menu = self.env.ref("embassy_core.directory_menu")
        shown = {}
        for role in ("coordinator", "federation"):
            for level in ("info", "initiative"):
                self.mine().chapter_level = level
                menus = self.env["ir.ui.menu"].with_user(self.user_a[role]).load_menus(False)
                shown[role, level] = menu.id in menus
        self.assertEqual(
            shown,
            {
                ("coordinator", "info"): False,
                ("coordinator", "initiative"): True,
                ("federation", "info"): True,
                ("federation", "initiative"): True,
            },
        )
