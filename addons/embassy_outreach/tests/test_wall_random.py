import logging
import random

from odoo.tests import tagged

from .test_wall_event import EventChapters

_logger = logging.getLogger(__name__)
SEED = 20201
ROUNDS = 300


@tagged("post_install", "-at_install")
class TestNoGroupOpensAChapter(EventChapters):
    """Rules of groups widen each other, so no set of groups may open another chapter."""

    def test_random_groups_show_no_row_of_another_chapter(self):
        contact = self.env_a["mailing.contact"].create({"email": "marker@example.org"})
        lists = self.env_a["mailing.list"].create({"name": "L", "contact_ids": contact.ids})
        mailing = self.env_a["mailing.mailing"].create(
            {
                "subject": "S",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.list"),
                "contact_list_ids": lists.ids,
            }
        )
        trace = self.env["mailing.trace"].create(
            {"mass_mailing_id": mailing.id, "model": "mailing.contact", "res_id": contact.id}
        )
        report = self.env["mailing.trace.report"].search([("company_id", "=", self.chapter_a.id)])
        link = self.env_a["link.tracker"].create({"url": "https://example.org/page"})
        registration = self.registration_in(self.event_a)
        rows = [
            contact, lists, contact.subscription_ids, mailing, mailing.source_id, trace, report,
            link, link.link_code_ids, self.env_a["utm.campaign"].create({"title": "C"}),
            self.event_a, self.event_a.event_ticket_ids, self.event_a.event_mail_ids, registration,
            registration.mail_registration_ids, self.env_a["event.stage"].create({"name": "S"}),
            self.env_a["event.question"].create({"title": "Q"}),
            self.visit_of(self.chapter_a),
        ]  # fmt: skip
        self.assertTrue(all(rows))
        self.env.flush_all()
        person = self._person(self.chapter_b, "random_b", "base.group_user")
        groups = self._ordinary_groups()
        _logger.info("%s random sets of %s groups, seed %s", ROUNDS, len(groups), SEED)
        chance = random.Random(SEED)  # noqa: S311 - the same sets in every run
        read = 0
        for _round in range(ROUNDS):
            some = chance.sample(groups.ids, chance.randint(1, len(groups)))
            person.group_ids = self.env.ref("base.group_user") + groups.browse(some)
            for row in rows:
                mine = self.as_user(row, person).with_context(active_test=False)
                if not mine.browse().has_access("read"):
                    continue
                read += 1
                if mine.search_count([("id", "in", row.ids)]):
                    names = groups.browse(some).mapped("full_name")
                    self.fail(f"{row._name} is seen by {', '.join(names)}")
        self.assertGreater(read, ROUNDS, "the groups give no access to what is looked for")
