import json
from contextlib import nullcontext
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, tagged

from ..walls.gate import _sees
from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestGate(ChapterCase, HttpCase):
    """What the web client calls, over HTTP: a row of others is as a row that is not there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.curious = cls.user_b["outreach_officer"]
        cls.curious.password = "curious-password"
        for group in ("base.group_no_one", "base.group_partner_manager"):
            cls.curious.group_ids += cls.env.ref(group)
        cls.contact_a, cls.contact_b = cls.env["res.partner"].create(
            [
                {"name": f"Marker {chapter.name}", "company_id": chapter.id}
                for chapter in (cls.chapter_a, cls.chapter_b)
            ]
        )

    def setUp(self):
        super().setUp()
        self.authenticate(self.curious.login, "curious-password")

    def call(self, model, method, *args, route="call_kw", **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.url_open(
            f"/web/dataset/{route}/{model}/{method}?debug=1",
            data=json.dumps({"id": 0, "params": params}),
            headers={"Content-Type": "application/json"},
        )

    def refused(self, *args, **kwargs):
        """The answer to a call that is refused, which Odoo's log tells too."""
        with self.assertLogs("odoo.http", "WARNING") as logs:
            answer = self.call(*args, **kwargs)
        self.assertNotIn("Marker", "".join(logs.output))
        self.assertIn("error", answer.json())
        return answer

    def assertAlike(self, model, method, *args, **kwargs):
        foreign = self.refused(model, method, self.contact_a.ids, *args, **kwargs)
        missing = self.refused(model, method, [99_999_999], *args, **kwargs)
        self.assertEqual(foreign.text, missing.text)
        self.assertEqual(foreign.status_code, missing.status_code)
        self.assertNotIn("Marker", foreign.text)
        own = self.call(model, method, self.contact_b.ids, *args, **kwargs)
        self.assertNotIn("error", own.json(), own.text)

    def test_foreign_and_missing_rows_answer_alike(self):
        self.assertAlike("res.partner", "read", ["name"])
        self.assertAlike("res.partner", "web_read", {"name": {}})
        self.assertAlike("res.partner", "write", {"function": "Clerk"})
        self.assertAlike("res.partner", "signup_get_auth_param")
        self.assertAlike("res.partner", "copy_data")
        self.assertAlike("res.partner", "open_commercial_entity", route="call_button")
        # Which asks nothing of the row itself.
        self.assertAlike("res.partner", "get_formview_id", route="call_button")

    def test_ids_that_are_none(self):
        """Ids that are no numbers name nothing that a person sees."""
        for ids in ([self.contact_b.id, "x"], ["x"], [None], [self.contact_a.id, False]):
            with self.subTest(ids):
                self.refused("res.partner", "read", ids, ["name"])

    def test_other_programs_are_not_served(self):
        for path in ("/xmlrpc/2/common", "/xmlrpc/common", "/jsonrpc"):
            with self.subTest(path):
                response = self.url_open(path, data=b"{}", headers={"Content-Type": "text/plain"})
                self.assertEqual(response.status_code, 404)
        self.assertEqual(self.url_open("/json/2/res.partner/search").status_code, 404)
        self.env["ir.config_parameter"].set_param("web.json.enabled", True)
        navigation = {"Dest": "document", "Mode": "navigate", "Site": "none", "User": "?1"}
        response = self.url_open(
            f"/json/1/contacts/{self.contact_b.id}",
            headers={f"Sec-Fetch-{name}": value for name, value in navigation.items()},
        )
        self.assertEqual(response.status_code, 404)

    def test_other_programs_are_not_served_where_the_server_loads_them(self):
        """Who runs Odoo in another way may have its addresses loaded for all databases."""
        import odoo.addons.rpc.controllers  # noqa: F401

        def addresses(Http):
            found = Http._generate_routing_rules(["base", "rpc"], Http._get_converters())
            return {address for address, _endpoint in found}

        Http = self.env["ir.http"]
        self.assertFalse({address for address in addresses(Http) if "rpc" in address})
        with patch.object(type(Http), "_closed_modules", frozenset()):
            self.assertIn("/jsonrpc", addresses(Http))

    def test_addresses_and_exports_answer_alike(self):
        """Also where core checks the row itself, in the address or in a file of an export."""
        export = {
            "model": "res.partner",
            "fields": [{"name": "name", "label": "Name"}],
            "domain": [],
            "import_compat": False,
        }
        group = self.env.ref("base.group_allow_export")
        self.curious.group_ids += group
        answers = {}
        for id_ in (self.contact_a.id, 99_999_999, self.contact_b.id):
            seen = id_ == self.contact_b.id
            with nullcontext() if seen else self.assertLogs("odoo", "WARNING"):
                answers[id_] = [
                    self.url_open(f"/web/partner/vcard?partner_ids={id_}"),
                    self.url_open(f"/web_enterprise/partner/{id_}/vcard"),
                    self.url_open(f"/web/content/res.partner/{id_}/avatar_128"),
                    self.url_open(f"/web/image/res.partner/{id_}/avatar_128"),
                    *(
                        self.url_open(
                            f"/web/export/{kind}",
                            data={
                                "data": json.dumps({**export, "ids": [id_]}),
                                "csrf_token": http.Request.csrf_token(self),
                            },
                        )
                        for kind in ("xlsx", "csv")
                    ),
                ]
        foreign, missing, own = answers.values()
        for one, other in zip(foreign, missing, strict=True):
            with self.subTest(one.url):
                self.assertEqual(one.status_code, other.status_code)
                self.assertEqual(
                    one.text.replace(str(self.contact_a.id), "#"),
                    other.text.replace("99999999", "#"),
                )
                self.assertNotIn("Marker", one.text)
        self.assertIn("Marker", own[-1].text)

    def test_without_login_pages_lead_to_the_login(self):
        """Our answer to errors asked for the groups of nobody: a page that needs a login broke."""
        self.authenticate(None, None)
        for path in ("/my", "/odoo"):
            response = self.url_open(path, allow_redirects=False)
            self.assertIn(response.status_code, (302, 303), path)

    def test_the_other_of_ones_own_chapters_is_offered(self):
        """Who works in two chapters and ticked one is led to the other, as in plain Odoo."""
        self.curious.company_ids += self.chapter_a
        answer = self.refused(
            "res.partner",
            "web_read",
            self.contact_a.ids,
            {"name": {}},
            context={"allowed_company_ids": self.chapter_b.ids},
        ).json()
        self.assertEqual(
            answer["error"]["data"]["context"]["suggested_company"]["id"], self.chapter_a.id
        )

    def test_the_gate_costs_one_query(self):
        """However many rows are named."""
        Partner_b = self.as_user(self.env["res.partner"], self.curious)
        many = self.env["res.partner"].create(
            [{"name": str(number), "company_id": self.chapter_b.id} for number in range(80)]
        )
        self.env.flush_all()
        _sees(Partner_b, self.contact_b.ids)
        for ids in (self.contact_b.ids, many.ids):
            with self.assertQueryCount(1):
                self.assertTrue(_sees(Partner_b, set(ids)))
