from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user
from odoo.tools import SQL

from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestWallBase(ChapterCase):
    """People, contacts and references, between two chapters.

    The curious one is an officer of chapter B who also manages contacts and exports.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.user_a["outreach_officer"]
        cls.curious = cls.user_b["outreach_officer"]
        cls.curious.group_ids += cls.env.ref("base.group_partner_manager")
        for user in (cls.curious, cls.anna, cls.user_b["coordinator"]):
            user.group_ids += cls.env.ref("base.group_allow_export")
        cls.contact_a, cls.contact_b = cls.env["res.partner"].create(
            [
                {"name": f"Contact {chapter.id}", "street": "Wall street", "company_id": chapter.id}
                for chapter in (cls.chapter_a, cls.chapter_b)
            ]
        )
        cls.Partner_b = cls.as_user(cls, cls.env["res.partner"], cls.curious)
        cls.text = cls.env["ir.rule"]._foreign_text()
        cls.missing_id = cls.contact_b.id + 1_000_000

    def assertForeign(self, call, *args, **kwargs):
        """The call is refused with the one text, and changes nothing."""
        with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
            call(*args, **kwargs)
        self.assertEqual(str(caught.exception), self.text)

    def test_contacts_and_people_of_another_chapter_are_not_found(self):
        for role, user in self.user_a.items():
            if role == "public":
                continue
            with self.subTest(role):
                self.assertFalse(self.Partner_b.search([("id", "=", user.partner_id.id)]))
                self.assertFalse(
                    self.Partner_b.env["res.users"].search([("login", "=", user.login)])
                )
        self.assertFalse(self.Partner_b.search([("id", "=", self.contact_a.id)]))
        self.assertFalse(self.Partner_b.search([("id", "=", self.chapter_a.partner_id.id)]))

    def test_life_inside_a_chapter(self):
        """People of one chapter find each other, their contacts and their chapter."""
        found = self.Partner_b.search([("id", "in", (self.contact_a | self.contact_b).ids)])
        self.assertEqual(found, self.contact_b)
        colleague = self.user_b["case_worker"]
        self.assertIn(colleague, self.Partner_b.env["res.users"].search([]))
        self.assertTrue(self.Partner_b.search([("id", "=", colleague.partner_id.id)]))
        self.assertTrue(self.Partner_b.search([("id", "=", self.chapter_b.partner_id.id)]))
        # The sender of automatic messages is archived.
        system = self.env.ref("base.partner_root").with_env(self.Partner_b.env)
        self.assertTrue(system.has_access("read"))

    def test_the_database_and_odoo_agree_who_sees_a_contact(self):
        """The rule is asked of PostgreSQL when it searches, and of Odoo when it reads."""
        Partner = self.env["res.partner"].with_context(active_test=False)
        keeper = {"directory_kind": "institution", "keeper_company_id": self.chapter_a.id}
        kept, shared, nobodys = Partner.create(
            [
                {"name": "Kept", "company_id": self.chapter_a.id, **keeper},
                {"name": "Everybody's", "company_id": False, **keeper},
                {"name": "Nobody's"},
            ]
        )
        nobodys.company_id = False
        self.user_b["case_worker"].company_ids += self.chapter_a
        rows = Partner.search([])
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT id, chapter_key FROM res_partner")
        keys = dict(self.env.cr.fetchall())
        self.assertEqual(keys, {row.id: row.chapter_key for row in rows})
        self.assertEqual(keys[kept.id], self.chapter_a.id)
        self.assertEqual(keys[shared.id], keys[self.env.ref("base.partner_root").id])
        self.assertEqual(keys[nobodys.id], -nobodys.id)
        self.assertNotIn(Partner.new({}).chapter_key, keys.values())
        for user in (self.curious, self.user_b["case_worker"], self.user_a["portal"]):
            with self.subTest(user.login):
                mine = self.as_user(rows, user)
                if user.has_group("base.group_user"):
                    self.assertEqual(mine.search([]), mine._filtered_access("read"))
                self.assertTrue(user.partner_id.with_env(mine.env).has_access("read"))
                self.assertFalse(nobodys.with_env(mine.env).has_access("read"))

    def test_a_person_sees_the_own_contact_wherever_it_stands(self):
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s",
            [self.chapter_a.id, self.curious.partner_id.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        own = self.curious.partner_id.with_env(self.Partner_b.env)
        self.assertTrue(own.has_access("read"))
        self.assertEqual(own.search([("id", "in", (own | self.contact_a).ids)]), own)

    def test_an_index_serves_the_wall(self):
        """With many contacts, who searches does not open those of others."""
        self.env.cr.execute(
            """INSERT INTO res_partner (name, complete_name, active, type, company_id)
               SELECT md5(n::text), md5(n::text), TRUE, 'contact',
                      CASE WHEN n %% 4 = 0 THEN %s ELSE %s END
                 FROM generate_series(1, 20000) n""",
            [self.chapter_b.id, self.chapter_a.id],
        )
        self.env.cr.execute("ANALYZE res_partner")
        for index, domain, limit in (
            ("key", [], None),
            ("order", [("name", "ilike", "a")], 80),
        ):
            with self.subTest(index):
                order = limit and "complete_name, id desc"
                query = self.Partner_b._search(domain, limit=limit, order=order)
                self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
                plan = "\n".join(line for (line,) in self.env.cr.fetchall())
                self.assertIn(f"res_partner_chapter_{index}_index", plan)
                self.assertIn("Index Cond: (chapter_key", plan)

    def test_archived_people_stay_behind_the_wall(self):
        self.anna.active = False
        Partner_b = self.Partner_b.with_context(active_test=False)
        self.assertFalse(Partner_b.search([("id", "=", self.anna.partner_id.id)]))

    def test_a_contact_gets_the_chapter_of_who_makes_it(self):
        contact = self.Partner_b.create({"name": "New"})
        self.assertEqual(contact.company_id, self.chapter_b)
        child = self.env["res.partner"].create({"name": "Child", "parent_id": self.contact_a.id})
        self.assertEqual(child.company_id, self.chapter_a)

    def test_nobody_makes_a_contact_everybodys(self):
        self.assertForeign(self.contact_b.with_env(self.Partner_b.env).write, {"company_id": False})
        with self.assertRaises(AccessError):
            self.Partner_b.create({"name": "Shared", "is_shared": True})

    def test_the_contact_of_a_person_is_where_the_person_works(self):
        user = new_test_user(
            self.env,
            "two_chapters",
            company_id=self.chapter_a.id,
            company_ids=[Command.set(self.chapter_a.ids)],
        )
        partner = user.partner_id
        self.assertEqual(partner.company_id, self.chapter_a)
        user.company_ids += self.chapter_b
        self.assertFalse(partner.company_id)
        self.assertTrue(self.Partner_b.search([("id", "=", partner.id)]))
        user.write(
            {"company_id": self.chapter_b.id, "company_ids": [Command.set(self.chapter_b.ids)]}
        )
        self.assertEqual(partner.company_id, self.chapter_b)

    def test_a_contact_with_accounts_in_two_chapters(self):
        """An account for a contact that has one elsewhere: core refused it, as we had set where
        the contact belongs."""
        partner = self.anna.partner_id
        new_test_user(
            self.env,
            "second_account",
            partner_id=partner.id,
            company_id=self.chapter_b.id,
            company_ids=[Command.set(self.chapter_b.ids)],
        )
        self.assertFalse(partner.company_id)
        self.assertTrue(self.Partner_b.search([("id", "=", partner.id)]))

    def test_people_are_archived_and_not_moved(self):
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.chapter_a | self.chapter_b
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.anna.with_user(admin).write(
                {
                    "company_id": self.chapter_b.id,
                    "company_ids": [Command.set(self.chapter_b.ids)],
                }
            )
        self.env.invalidate_all()
        self.assertEqual(self.anna.company_ids, self.chapter_a)

    def test_a_loss_counts_at_once(self):
        """With a warm cache, who leaves a chapter sees nothing of it in the next call."""
        self.curious.company_ids += self.chapter_a
        both = self.Partner_b.with_context(allowed_company_ids=self.curious.company_ids.ids)
        self.assertTrue(both.search([("id", "=", self.contact_a.id)]))
        self.curious.company_ids -= self.chapter_a
        with self.assertRaises(AccessError):
            both.search([("id", "=", self.contact_a.id)])
        self.assertFalse(self.Partner_b.search([("id", "=", self.contact_a.id)]))

    def test_people_come_and_go_by_the_companys_side(self):
        """As by the person's side: with a warm cache, at the next call, and with the contact."""
        partner = self.curious.partner_id
        self.assertEqual(partner.company_id, self.chapter_b)
        self.assertFalse(self.Partner_b.search([("id", "=", self.contact_a.id)]))
        self.chapter_a.user_ids += self.curious
        self.assertFalse(partner.company_id)
        self.assertTrue(self.curious.has_group("base.group_multi_company"))
        both = self.Partner_b.with_context(
            allowed_company_ids=(self.chapter_b | self.chapter_a).ids
        )
        self.assertTrue(both.search([("id", "=", self.contact_a.id)]))
        Partner_a = self.as_user(self.env["res.partner"], self.anna)
        self.assertTrue(Partner_a.search([("id", "=", partner.id)]))
        self.chapter_a.user_ids -= self.curious
        self.assertEqual(partner.company_id, self.chapter_b)
        with self.assertRaises(AccessError):
            both.search([("id", "=", self.contact_a.id)])
        self.assertFalse(Partner_a.search([("id", "=", partner.id)]))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.chapter_b.user_ids -= self.curious
        new = self.env["res.company"].create({"name": "New", "user_ids": self.curious.ids})
        self.assertIn(new, self.curious.company_ids)
        self.assertFalse(partner.company_id)

    def test_a_reference_implies_visibility(self):
        mine = self.contact_b.with_env(self.Partner_b.env)
        for foreign_id in (self.contact_a.id, self.missing_id):
            values = {"parent_id": foreign_id}
            with self.subTest(foreign_id):
                self.assertForeign(mine.write, values)
                self.assertForeign(mine.web_save, values, {"parent_id": {"fields": {"name": {}}}})
                self.assertForeign(self.Partner_b.create, {"name": "New", **values})
                self.assertForeign(mine.onchange, values, ["parent_id"], {"street": {}})
                self.assertForeign(mine.onchange, {"parent_id": {"id": foreign_id}}, [], {})
                self.assertForeign(mine.copy, values)
                for command in (
                    Command.link(foreign_id),
                    Command.set([foreign_id]),
                    Command.unlink(foreign_id),
                    Command.delete(foreign_id),
                    Command.update(foreign_id, {"name": "Mine"}),
                ):
                    self.assertForeign(mine.write, {"child_ids": [command]})
                    self.assertForeign(mine.onchange, {"child_ids": [command]}, [], {})
                # As in a request, where lines are written as who asks.
                self.env.transaction.default_env = mine.env
                nested = [Command.create({"name": "Child", "child_ids": [(4, foreign_id)]})]
                self.assertForeign(mine.write, {"child_ids": nested})
                self.assertForeign(mine.onchange, {"child_ids": nested}, [], {})
                self.assertForeign(mine.write, {"user_id": self.anna.id})
        self.env.invalidate_all()
        self.assertFalse(self.contact_b.parent_id | self.contact_b.child_ids)

    def test_defaults_name_nobody_of_another_chapter(self):
        for foreign_id in (self.contact_a.id, self.missing_id):
            Partner_b = self.Partner_b.with_context(
                default_parent_id=foreign_id, default_function="Clerk"
            )
            self.assertEqual(
                Partner_b.default_get(["parent_id", "function"]), {"function": "Clerk"}
            )
            values = Partner_b.onchange({}, [], {"parent_id": {"fields": {}}, "function": {}})
            self.assertFalse(values["value"]["parent_id"])
        Partner_b = self.Partner_b.with_context(default_parent_id=self.contact_b.id)
        self.assertEqual(Partner_b.default_get(["parent_id"])["parent_id"], self.contact_b.id)

    def test_an_import_names_nobody_of_another_chapter(self):
        result = self.Partner_b.load(["name", "parent_id/.id"], [["New", str(self.contact_a.id)]])
        self.assertFalse(result["ids"])
        result = self.Partner_b.load(["name", "parent_id/.id"], [["New", str(self.contact_b.id)]])
        self.assertTrue(result["ids"])

    def test_what_a_record_holds_can_be_saved_again(self):
        """A form sends what stands: it must not be refused for what somebody else put there."""
        self.contact_b.with_context(tracking_disable=True).user_id = self.anna
        mine = self.contact_b.with_env(self.Partner_b.env)
        mine.write({"user_id": self.anna.id, "street": "New street"})
        self.assertEqual(mine.street, "New street")

    def test_a_guess_at_hidden_lines_tells_nothing(self):
        """Naming another chapter's contact passed where it stood, and showed it from then on."""
        tag_b = self.env["res.partner.category"].create(
            {"name": "Tag of B", "company_id": self.chapter_b.id}
        )
        tag_b.partner_ids = self.contact_a | self.contact_b
        mine = tag_b.with_env(self.Partner_b.env)
        for command in (Command.link(self.contact_a.id), Command.unlink(self.contact_a.id)):
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertForeign(mine.write, {"partner_ids": [command]})
            self.assertEqual(mine.partner_ids, self.contact_b)

    def test_properties_name_nobody_of_another_chapter(self):
        definition = [{"name": "who", "type": "many2one", "comodel": "res.partner"}]
        mine = self.contact_b.with_env(self.Partner_b.env)
        value = [{**definition[0], "string": "Who", "value": self.contact_a.id}]
        self.assertForeign(mine.write, {"properties": value})

    def test_one_text_for_all_refusals(self):
        """Also with debug mode, which shows employees the record's name in plain Odoo."""
        self.curious.group_ids += self.env.ref("base.group_no_one")
        foreign = self.contact_a.with_env(self.Partner_b.env)
        self.assertForeign(foreign.read, ["name"])
        self.assertForeign(foreign.write, {"name": "Mine"})
        self.assertForeign(foreign.unlink)
        self.assertForeign(foreign.signup_get_auth_param)

    def test_numbers_of_other_chapters_contacts_are_not_told(self):
        """Core warns of a contact with the same number, of whatever chapter."""
        self.contact_a.vat = "QA12345"
        answer = self.Partner_b.onchange(
            {"name": "New", "vat": "QA12345", "company_id": False},
            ["vat"],
            {"vat": {}, "same_vat_partner_id": {"fields": {"display_name": {}}}},
        )
        self.assertFalse(answer["value"].get("same_vat_partner_id"))
        self.contact_b.vat = "QB12345"
        answer = self.Partner_b.onchange(
            {"name": "New", "vat": "QB12345", "company_id": False},
            ["vat"],
            {"vat": {}, "same_vat_partner_id": {"fields": {"display_name": {}}}},
        )
        self.assertEqual(answer["value"]["same_vat_partner_id"]["id"], self.contact_b.id)

    def test_contacts_of_other_chapters_are_not_merged(self):
        """Core takes the ids from a text that the person may write."""
        Wizard = self.Partner_b.env["base.partner.merge.automatic.wizard"]
        ids = (self.contact_a | self.contact_b).ids
        self.assertForeign(Wizard.create({})._merge, ids)
        twin = self.Partner_b.create({"name": "Twin"})
        Wizard.create({})._merge((twin | self.contact_b).ids)
        self.assertEqual(len((twin | self.contact_b).exists()), 1)

    def test_a_row_of_data_is_told_by_no_answer(self):
        Data = self.Partner_b.env["ir.model.data"]
        for id_ in (self.contact_a.id, 99_999_999):
            with self.assertRaises(AccessError):
                Data.toggle_noupdate("res.partner", id_)

    def test_whether_an_address_left_is_not_told(self):
        """Core gives who may not make a row of the list the one that is there."""
        self.env["mail.blacklist"].create({"email": "left@example.org"})
        List = self.as_user(self.env["mail.blacklist"], self.user_b["portal"])
        for email in ("left@example.org", "stays@example.org"):
            with self.assertRaises(AccessError):
                List.create({"email": email})

    def test_templates_hold_no_programs(self):
        """An editor of templates read any contact, as the system fills templates in."""
        self.curious.group_ids += self.env.ref("mail.group_mail_template_editor")
        program = f"{{{{ env['res.partner'].sudo().browse({self.contact_a.id}).name }}}}"
        values = {"name": "Letter", "model_id": self.env.ref("base.model_res_partner").id}
        Template = self.Partner_b.env["mail.template"]
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Template.create({**values, "subject": program})
        template = Template.create({**values, "subject": "Dear {{ object.name }}"})
        self.assertEqual(
            template._render_field("subject", self.contact_b.ids)[self.contact_b.id],
            f"Dear {self.contact_b.name}",
        )
        composer = self.Partner_b.env["mail.compose.message"].with_context(
            default_composition_mode="mass_mail"
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mail = composer.create(
                {"model": "res.partner", "res_ids": self.contact_b.ids, "subject": program}
            )
            mail._render_field("subject", self.contact_b.ids)

    def test_login_and_token_are_not_told(self):
        self.assertForeign(self.anna.partner_id.with_env(self.Partner_b.env).signup_get_auth_param)
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        params = self.contact_b.with_env(self.Partner_b.env).signup_get_auth_param()
        self.assertFalse(params[self.contact_b.id])

    def test_a_dialog_is_its_authors_alone(self):
        """A mail that somebody writes lies in a row that plain Odoo shows to all employees."""
        draft = self.as_user(self.env["mail.compose.message"], self.user_b["case_worker"]).create(
            {"subject": "Not sent", "model": "res.partner", "res_ids": self.contact_b.ids}
        )
        self.assertEqual(draft.subject, "Not sent")
        with self.assertRaises(AccessError):
            draft.with_env(self.Partner_b.env).read(["subject"])
        self.assertFalse(self.Partner_b.env["mail.compose.message"].search([]))
        # For this one Odoo has no rule.
        invitation = self.as_user(
            self.env["mail.followers.edit"], self.user_b["case_worker"]
        ).create({"res_model": "res.partner", "res_ids": "1", "message": "Not sent"})
        with self.assertRaises(AccessError):
            invitation.with_env(self.Partner_b.env).read(["message"])

    def test_saved_searches_tags_and_lists_stay_in_the_chapter(self):
        cases = {
            "ir.filters": {"name": "Ours", "model_id": "res.partner", "user_ids": []},
            "res.partner.category": {"name": "Ours"},
            "ir.exports": {"name": "Ours", "resource": "res.partner"},
            "base_import.mapping": {"res_model": "res.partner", "column_name": "Ours"},
        }
        for model, values in cases.items():
            with self.subTest(model):
                mine = self.Partner_b.env[model].create(values)
                self.assertEqual(mine.company_id, self.chapter_b)
                theirs = self.as_user(self.env[model], self.anna)
                self.assertFalse(theirs.search([("id", "=", mine.id)]))
                colleague = self.as_user(self.env[model], self.user_b["coordinator"])
                self.assertTrue(colleague.search([("id", "=", mine.id)]))
                self.assertForeign(mine.write, {"company_id": self.chapter_a.id})
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    mine.write({"company_id": False})

    def test_who_made_a_shared_record_is_not_told(self):
        body = self.as_user(self.env["res.partner"], self.anna).create(
            {"name": "Parliament", "directory_kind": "institution"}
        )
        body.action_share_with_chapters()
        theirs = body.with_env(self.Partner_b.env)
        told = [
            theirs.read(["create_uid", "write_uid"]),
            theirs.web_read({"create_uid": {"fields": {"display_name": {}}}}),
            theirs.get_metadata(),
            theirs.formatted_read_group([("id", "=", body.id)], ["create_uid"], ["__count"]),
            theirs.web_read_group([("id", "=", body.id)], ["create_uid"], ["__count"]),
        ]
        self.assertNotIn(self.anna.name, str(told))
        self.assertIn("another chapter", str(told))
        colleague = self.as_user(body, self.user_a["coordinator"])
        self.assertEqual(colleague.read(["create_uid"])[0]["create_uid"][1], self.anna.name)

    def test_default_values_of_others(self):
        """Core limits who changes default values, and lets everybody read them."""
        self.as_user(self.env["ir.default"], self.anna).set(
            "res.partner", "function", "Anna's", user_id=True
        )
        Default_b = self.Partner_b.env["ir.default"]
        self.assertFalse(Default_b.search([("json_value", "ilike", "Anna")]))

    def test_names_of_regions_are_nobodys(self):
        state = self.env["res.country.state"].search([], limit=1)
        with self.assertRaises(AccessError):
            state.with_env(self.Partner_b.env).name = "Ours"

    def test_calls_of_other_programs_are_refused(self):
        with self.assertRaises(AccessDenied):
            self.env["res.users"]._check_uid_passwd(self.curious.id, self.curious.login)

    def test_the_check_of_references_costs_one_query(self):
        """However many models a value names."""
        values = {
            "parent_id": self.contact_b.id,
            "user_id": self.user_b["coordinator"].id,
            "company_id": self.chapter_b.id,
        }
        self.Partner_b._check_references([values])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.Partner_b._check_references([values])
