import re

from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import OutreachChapters


@tagged("post_install", "-at_install")
class TestWallMailingPublic(OutreachChapters, HttpCase):
    """Pages for who got a mailing: they lead to the chapter that sent it, and to no other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = "both@example.org"
        cls.lists, cls.contacts, cls.mailings = {}, {}, {}
        for key, env in (("a", cls.env_a), ("b", cls.env_b)):
            cls.lists[key] = env["mailing.list"].create(
                [{"name": f"List {key} {kind}", "is_public": True} for kind in ("one", "two")]
            )
            cls.contacts[key] = env["mailing.contact"].create(
                {"email": cls.address, "list_ids": cls.lists[key][0].ids}
            )
            cls.mailings[key] = env["mailing.mailing"].create(
                {
                    "subject": f"News {key}",
                    "body_html": "<p>Dear <t t-out='object.email'/></p>",
                    "mailing_model_id": cls.env["ir.model"]._get_id("mailing.list"),
                    "contact_list_ids": cls.lists[key].ids,
                }
            )
            env["mailing.subscription.optout"].create({"name": f"Reason {key}"})

    def token_of(self, key, **values):
        mailing, contact = self.mailings[key], self.contacts[key]
        return {
            "mailing_id": mailing.id,
            "document_id": contact.id,
            "email": self.address,
            "hash_token": mailing._generate_mailing_recipient_token(contact.id, self.address),
            **values,
        }

    def get(self, path, **params):
        return self.url_open(path, params=params, allow_redirects=False)

    def page(self, key, name):
        params = self.token_of(key)
        return self.get(f"/mailing/{params.pop('mailing_id')}/{name}", **params)

    def opted_out(self):
        self.env.invalidate_all()
        return {
            key: self.env["mailing.subscription"]
            .search([("contact_id", "=", contact.id), ("opt_out", "=", True)])
            .list_id
            for key, contact in self.contacts.items()
        }

    def rpc(self, path, **params):
        return self.make_jsonrpc_request(path, params)

    def test_page_of_a_mailing_names_lists_of_its_chapter_alone(self):
        page = self.page("a", "unsubscribe")
        self.assertEqual(page.status_code, 200)
        for shown in ("List a one", "List a two", "Reason a"):
            self.assertIn(shown, page.text)
        for hidden in ("List b one", "List b two", "Reason b"):
            self.assertNotIn(hidden, page.text)
        self.assertEqual(self.opted_out()["a"], self.lists["a"][0])
        self.assertFalse(self.opted_out()["b"])

    def test_own_page_shows_own_chapters(self):
        person = self.user_a["employee"]
        person.email = self.address
        self.authenticate(person.login, person.login)
        page = self.get("/mailing/my")
        self.assertIn("List a one", page.text)
        self.assertNotIn("List b", page.text)

    def test_choosing_lists_touches_the_chapter_alone(self):
        """Odoo takes who saves the page off all lists it did not show."""
        token = self.token_of("a")
        answer = self.rpc("/mailing/list/update", lists_optin_ids=[], **token)
        self.assertEqual(answer, 1)
        self.assertEqual(self.opted_out()["a"], self.lists["a"][0])
        self.assertFalse(self.opted_out()["b"])
        chosen = (self.lists["a"] + self.lists["b"]).ids
        self.rpc("/mailing/list/update", lists_optin_ids=chosen, **token)
        self.assertFalse(self.opted_out()["a"])
        self.env.invalidate_all()
        self.assertEqual(self.contacts["a"].list_ids, self.lists["a"])
        self.assertEqual(self.contacts["b"].list_ids, self.lists["b"][0])

    def test_lists_of_two_chapters_are_joined_by_two_contacts(self):
        """Who is known in two chapters chooses lists of both on the own page."""
        lists = self.lists["a"] + self.lists["b"]
        lists.with_env(self.env)._update_subscription_from_email(self.address, opt_out=False)
        self.env.invalidate_all()
        for key, contact in self.contacts.items():
            self.assertEqual(contact.list_ids, self.lists[key])

    def test_one_click_leaves_the_list(self):
        params = self.token_of("a")
        path = f"/mailing/{params.pop('mailing_id')}/unsubscribe_oneclick"
        self.assertEqual(self.url_open(path, data=params).status_code, 200)
        self.assertEqual(self.opted_out()["a"], self.lists["a"][0])
        self.assertFalse(self.opted_out()["b"])

    def test_feedback_stays_in_the_chapter(self):
        self.page("a", "unsubscribe")
        reason_a, reason_b = (
            self.env["mailing.subscription.optout"].search([("name", "=", f"Reason {key}")])
            for key in "ab"
        )
        token = self.token_of("a", last_action="subscription_updated", feedback="Too much")
        told = self.rpc("/mailing/feedback", opt_out_reason_id=reason_b.id, **token)
        self.assertEqual(told, "error")
        told = self.rpc("/mailing/feedback", opt_out_reason_id=reason_a.id, **token)
        self.assertTrue(told)
        self.env.invalidate_all()
        subscription = self.contacts["a"].subscription_ids[0]
        self.assertEqual(subscription.opt_out_reason_id, reason_a)
        self.assertIn("Too much", self.contacts["a"].message_ids[0].body)
        self.assertFalse(
            self.contacts["b"].message_ids.filtered(lambda note: "Too much" in note.body)
        )

    def test_asking_for_no_mail_at_all(self):
        """The page still leads to the list of who wants nothing from anybody."""
        self.assertTrue(self.rpc("/mailing/blocklist/add", **self.token_of("a")))
        self.assertTrue(self.contacts["b"].is_blacklisted)
        self.assertTrue(self.rpc("/mailing/blocklist/remove", **self.token_of("a")))

    def test_a_mailing_of_others_is_answered_as_none(self):
        """Odoo shows any mailing to anybody who may send some."""
        missing = self.env["mailing.mailing"].search([], order="id desc", limit=1).id + 1000
        for person in (self.mailer_b, self.everything_b, self.user_b["employee"]):
            self.authenticate(person.login, person.login)
            for name in ("view", "unsubscribe", "confirm_unsubscribe"):
                answers = [
                    self.get(f"/mailing/{id_}/{name}") for id_ in (self.mailings["a"].id, missing)
                ]
                with self.subTest(person=person.login, page=name):
                    self.assertIn(answers[0].status_code, (400, 401))
                    self.assertEqual(answers[0].status_code, answers[1].status_code)
                    self.assertEqual(*(self._plain(answer) for answer in answers))
            for path, params in (
                ("/mailing/list/update", {"lists_optin_ids": self.lists["a"].ids}),
                ("/mailing/feedback", {"opt_out_reason_id": 1}),
                ("/mailing/blocklist/add", {}),
            ):
                told = [
                    self.rpc(path, mailing_id=id_, document_id=1, **params)
                    for id_ in (self.mailings["a"].id, missing)
                ]
                with self.subTest(person=person.login, path=path):
                    self.assertIn(told[0], ("error", "unauthorized"))
                    self.assertEqual(*told)
        self.authenticate(self.mailer_a.login, self.mailer_a.login)
        self.assertEqual(self.get(f"/mailing/{self.mailings['a'].id}/view").status_code, 200)

    def _plain(self, answer):
        return re.sub(r'csrf_token: "\w+"|\d+', "#", answer.text)

    def test_an_own_mailing_is_not_read_on_records_of_others(self):
        """Odoo renders it on whatever record the address names."""
        mailing = self.env_b["mailing.mailing"].create(
            {
                "subject": "Look",
                "body_html": "<p>Dear <t t-out='object.email'/></p>",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.contact"),
            }
        )
        self.authenticate(self.mailer_b.login, self.mailer_b.login)
        path = f"/mailing/{mailing.id}/view"
        answers = [
            self.get(path, document_id=id_) for id_ in (self.contacts["a"].id, 10**8, "x")
        ]
        for answer in answers:
            self.assertEqual(answer.status_code, 401)
            self.assertNotIn(self.address, answer.text)
        page = self.get(path, document_id=self.contacts["b"].id, email="someone@example.org")
        self.assertIn(f"Dear {self.address}", page.text)
        for id_ in (self.contacts["a"].id, 10**8):
            told = self.rpc(
                "/mailing/feedback", mailing_id=mailing.id, document_id=id_, opt_out_reason_id=1,
                feedback="Mine",
            )  # fmt: skip
            self.assertEqual(told, "unauthorized")

    def test_pages_of_digests_are_closed(self):
        """They would name a digest to who has a link to leave it, or guesses its number."""
        digest = self.env["digest.digest"].create({"name": "Figures"})
        user = self.env.ref("base.user_admin")
        token = digest._get_unsubscribe_token(user.id)
        path = f"/digest/{digest.id}/unsubscribe"
        params = {"token": token, "user_id": user.id}
        self.assertEqual(self.get(path, **params).status_code, 404)
        self.assertEqual(self.url_open(f"{path}_oneclik", data=params).status_code, 404)
        self.authenticate("mailer_b", "mailer_b")
        answer = self.get(f"/digest/{digest.id}/set_periodicity", periodicity="daily")
        self.assertEqual(answer.status_code, 404)

    def test_nobody_is_watched(self):
        link = self.env_a["link.tracker"].create({"url": "https://example.org/page"})
        mail = self.env["mail.mail"].create({"subject": "S", "mailing_id": self.mailings["a"].id})
        opened = "/mail/" + mail._get_tracking_url().split("/mail/", 1)[1]
        for path in (f"/r/{link.code}", f"/r/{link.code}/m/1", opened, "/r/none"):
            with self.subTest(path=path):
                self.assertEqual(self.get(path).status_code, 404)
        self.assertFalse(link.link_click_ids)

    def test_calls_on_rows_of_others(self):
        self.authenticate(self.everything_b.login, self.everything_b.login)
        for row in (self.mailings["a"], self.lists["a"][0], self.contacts["a"]):
            for id_ in (row.id, 10**8):
                with mute_logger("odoo.http"), self.assertRaisesRegex(
                    JsonRpcException, "odoo.exceptions.MissingError"
                ):
                    self.rpc(
                        "/web/dataset/call_kw", model=row._name, method="read", args=[[id_]],
                        kwargs={},
                    )  # fmt: skip
