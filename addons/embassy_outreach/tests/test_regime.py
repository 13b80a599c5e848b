from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VISIT, OutreachChapters


@tagged("post_install", "-at_install")
class TestRegime(OutreachChapters):
    """Bodies of the regime are never invited, registered, listed or mailed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = cls.env.ref("embassy_core.embassy_institution_type_regime")
        cls.regime = cls.env["res.partner"].create(
            {
                "name": "Ministry of Fear",
                "is_company": True,
                "email": "fear@regime.example.org",
                "directory_kind": "institution",
                "institution_type_id": kind.id,
                "keeper_company_id": cls.chapter_a.id,
                "company_id": False,
            }
        )
        cls.friend = cls.env["res.partner"].create(
            {
                "name": "Friend",
                "email": "friend@example.org",
                "company_id": cls.chapter_a.id,
            }
        )

    def assertGuarded(self):
        return self.assertRefused(UserError, "belongs to the regime")

    def test_hosts(self):
        visit = self.visit_of(self.chapter_a)
        item = self.env["embassy.programme.item"].create(self.item_values(visit))
        for record in (visit, item):
            record.host_id = self.friend
            with self.subTest(model=record._name), self.assertGuarded():
                record.host_id = self.regime

    def test_registrations(self):
        event = self.env["event.event"].create({**VISIT, "is_visit": False})
        registrations = self.env["event.registration"]
        for values in (
            {"partner_id": self.regime.id},
            {"name": "Probe", "email": "Fear <FEAR@regime.example.org>"},
        ):
            with self.subTest(values=list(values)), self.assertGuarded():
                registrations.create({"event_id": event.id, **values})
            registration = registrations.create({"event_id": event.id, "name": "Friend"})
            with self.subTest(written=list(values)), self.assertGuarded():
                registration.write(values)

    def test_lists(self):
        contacts = self.env["mailing.contact"]
        with self.assertGuarded():
            contacts.create({"name": "Fear", "email": "fear@regime.example.org"})
        contact = contacts.create({"name": "Friend", "email": "later@example.org"})
        with self.assertGuarded():
            contact.email = "fear@regime.example.org"
        self.regime.email = "later@example.org"
        mailing_list = self.env["mailing.list"].create({"name": "List"})
        with self.assertGuarded():
            self.env["mailing.subscription"].create(
                {"contact_id": contact.id, "list_id": mailing_list.id}
            )
        with self.assertGuarded():
            mailing_list.contact_ids = contact
        with self.assertGuarded():
            self.env["mailing.list"].create({"name": "List", "contact_ids": contact.ids})
        other = contacts.create({"name": "Other", "email": "other@example.org"})
        subscription = self.env["mailing.subscription"].create(
            {"contact_id": other.id, "list_id": mailing_list.id}
        )
        with self.assertGuarded():
            subscription.contact_id = contact

    def test_recipients_of_a_mailing(self):
        mailing = self.env_a["mailing.mailing"].create(
            {
                "subject": "News",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [("id", "in", (self.regime + self.friend).ids)],
            }
        )
        self.assertEqual(mailing._get_recipients(), self.friend.ids)
        with self.assertRaises(AccessError):
            mailing.action_send_mail(res_ids=self.regime.ids)
        mailing_list = self.env_a["mailing.list"].create({"name": "List"})
        contacts = self.env_a["mailing.contact"].create(
            [
                {"email": f"{name}@example.org", "list_ids": mailing_list.ids}
                for name in ("friend", "later")
            ]
        )
        mailing = self.env_a["mailing.mailing"].create(
            {
                "subject": "News",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.list"),
                "contact_list_ids": mailing_list.ids,
            }
        )
        self.assertEqual(set(mailing._get_recipients()), set(contacts.ids))
        self.regime.email = "later@example.org"
        self.assertEqual(mailing._get_recipients(), contacts[0].ids)
