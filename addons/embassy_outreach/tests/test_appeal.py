from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_letter import LetterCase


class AppealCase(LetterCase):
    """A committee with three members, one of them of a party."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.committee = cls._institution(cls.env_a, "Committee of Testing", "parl_group")
        cls.party = cls._institution(cls.env_a, "Party of Probes", "party")
        cls.topic = cls.env.ref("embassy_outreach.embassy_topic_prisoners")
        cls.anna, cls.boris, cls.vera = (
            cls._member(name, faction)
            for name, faction in (("Anna", cls.party), ("Boris", None), ("Vera", None))
        )
        cls.Appeal = cls.env_a["embassy.appeal"]

    @classmethod
    def _member(cls, name, faction=None, **mandate):
        person = cls.env_a["res.partner"].create(
            {
                "name": name,
                "directory_kind": "person",
                "email": f"{name.lower()}@example.org",
                "mandate_ids": [
                    Command.create(
                        {
                            "body_id": cls.committee.id,
                            "faction_id": faction and faction.id,
                            "role": "Chair",
                            "date_start": "2024-01-01",
                            **mandate,
                        }
                    )
                ],
            }
        )
        return person

    def appeal(self, **values):
        return self.Appeal.create(
            {
                "subject": "Free them",
                "salutation": "Dear {name},",
                "body": "<p>You are {role} of {body}.</p>",
                **values,
            }
        )

    def stance(self, person, stance):
        relation = self.env_a["embassy.relation"].search([("partner_id", "=", person.id)])
        relation = relation or relation.create({"partner_id": person.id})
        self.env_a["embassy.stance"].create(
            {
                "relation_id": relation.id,
                "topic_id": self.topic.id,
                "stance": stance,
                "evidence": "Said so",
                "source": "A speech",
            }
        )

    def choose(self, appeal, **values):
        return self.env_a["embassy.appeal.choose"].create(
            {
                "appeal_id": appeal.id,
                **{
                    name: value.id if hasattr(value, "id") else value
                    for name, value in values.items()
                },
            }
        )


@tagged("post_install", "-at_install")
class TestAppeal(AppealCase):
    def test_people_are_chosen_by_seat_party_and_stance(self):
        self._member("Gone", date_end="2024-12-31")
        self.stance(self.boris, "sceptic")
        self.stance(self.boris, "supporter")
        self.stance(self.vera, "opponent")
        for values, expected in (
            ({"body_id": self.committee}, self.anna | self.boris | self.vera),
            ({"body_id": self.committee, "faction_id": self.party}, self.anna),
            ({"topic_id": self.topic, "stance_group": "friends"}, self.boris),
            ({"topic_id": self.topic, "stance_group": "against"}, self.vera),
        ):
            appeal = self.appeal()
            choice = self.choose(appeal, **values)
            self.assertEqual(choice.found_count, len(expected))
            choice.action_add()
            self.assertEqual(appeal.partner_ids, expected)
            with self.assertRefused(UserError, "Nobody new"):
                choice.action_add()

    def test_who_is_not_to_be_contacted_is_left_out(self):
        self.stance(self.vera, "no_contact")
        appeal = self.appeal()
        self.choose(appeal, body_id=self.committee).action_add()
        self.assertEqual(appeal.partner_ids, self.anna | self.boris)

    def test_a_stance_needs_its_topic(self):
        with self.assertRefused(UserError, "Choose the topic"):
            self.choose(self.appeal(), stance_group="friends").action_add()

    def test_each_gets_a_letter_of_their_own_with_a_number_of_its_own(self):
        appeal = self.appeal()
        self.choose(appeal, body_id=self.committee).action_add()
        appeal.action_prepare()
        letters = appeal.letter_ids
        self.assertEqual(letters.partner_id, self.anna | self.boris | self.vera)
        anna = letters.filtered(lambda letter: letter.partner_id == self.anna)
        self.assertEqual(anna.salutation, "Dear Anna,")
        self.assertIn("You are Chair of Committee of Testing.", anna.body)
        with self.assertRefused(UserError, "already has a letter"):
            appeal.action_prepare()
        late = self._member("Late <b>One</b>")
        appeal.partner_ids |= late
        appeal.action_prepare()
        self.assertEqual(appeal.letter_count, 4)
        appeal.action_review()
        with self.assertRefused(AccessError, "did not write"):
            appeal.action_approve()
        self.as_colleague(appeal).action_approve()
        self.assertEqual(appeal.step, "approved")
        appeal.action_register()
        self.assertEqual(sorted(appeal.letter_ids.mapped("serial")), [1, 2, 3, 4])
        late.email = False
        appeal.action_mail()
        self.assertEqual((appeal.sent_count, appeal.step), (3, "registered"))
        mails = self.env["mail.mail"].search([("model", "=", "embassy.letter")])
        self.assertEqual(
            sorted(mails.recipient_ids.mapped("email")),
            ["anna@example.org", "boris@example.org", "vera@example.org"],
        )
        with self.assertRefused(UserError, "None of these people"):
            appeal.action_mail()

    def test_who_wrote_the_appeal_does_not_approve_its_letters(self):
        appeal = self.as_colleague(self.Appeal).create(
            {"subject": "Free them", "lang": "en_US", "body": "<p>Text</p>"}
        )
        appeal = self.Appeal.browse(appeal.id)
        appeal.partner_ids = self.anna
        appeal.action_prepare()
        appeal.action_review()
        with self.assertRefused(AccessError, "did not write"):
            self.as_colleague(appeal).action_approve()
        with self.assertRefused(AccessError, "register alone"):
            appeal.author_ids = False

    def test_names_are_no_markup(self):
        person = self._member("<b>Bold</b>")
        appeal = self.appeal(body="<p>{name}</p>", partner_ids=[Command.set(person.ids)])
        appeal.action_prepare()
        self.assertIn("&lt;b&gt;Bold", appeal.letter_ids.body)

    def test_the_text_is_fixed_when_letters_are_written(self):
        appeal = self.appeal(partner_ids=[Command.set(self.anna.ids)])
        appeal.action_prepare()
        with self.assertRefused(UserError, "are written already"):
            appeal.body = "<p>Else</p>"
        with self.assertRefused(UserError, "Archive it"):
            appeal.unlink()

    def test_the_regime_gets_no_appeal(self):
        regime = self._institution(self.env_a, "Ministry of Fear", "regime")
        with self.assertRefused(UserError, "belongs to the regime"):
            self.appeal(partner_ids=[Command.set(regime.ids)])
        judge = self._member("Judge", body_id=regime.id)
        self.assertNotIn(judge, self.appeal()._people(self.committee))

    def test_appeals_stay_in_their_chapter(self):
        appeal = self.appeal(partner_ids=[Command.set(self.anna.ids)])
        appeal.action_prepare()
        self.assertHidden(appeal)
        self.assertHidden(appeal.letter_ids)

    def test_many_letters_take_as_many_queries_as_few(self):
        self._queries_for(2)
        few, many = self._queries_for(5), self._queries_for(45)
        # Odoo writes and reads in batches, of which a longer list may take one more.
        self.assertLess(many - few, 10)

    def _queries_for(self, count):
        """How many queries it takes to write, number and send that many letters (int)."""
        people = self.env_a["res.partner"]
        for number in range(count):
            people |= self._member(f"Member {number}")
        appeal = self.appeal(partner_ids=[Command.set(people.ids)])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        appeal.action_prepare()
        appeal.action_review()
        self.as_colleague(appeal).action_approve()
        appeal.action_register()
        appeal.action_mail()
        self.env.flush_all()
        self.assertEqual(appeal.sent_count, count)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestQuestionnaire(AppealCase):
    def questionnaire(self, **values):
        other = self._institution(self.env_a, "Party of Samples", "party")
        return self.env_a["embassy.questionnaire"].create(
            {
                "name": "Before the election",
                "topic_id": self.topic.id,
                "party_ids": [Command.set((self.party | other).ids)],
                "question_ids": [
                    Command.create({"name": "Will you help?"}),
                    Command.create({"name": "When?"}),
                ],
                **values,
            }
        )

    def test_parties_are_asked_and_their_answers_published(self):
        questionnaire = self.questionnaire()
        opened = questionnaire.action_write_letters()
        appeal = self.Appeal.browse(opened["res_id"])
        self.assertEqual(appeal.partner_ids, questionnaire.party_ids)
        self.assertIn("<li>Will you help?</li>", appeal.body)
        self.assertEqual(questionnaire.missing_count, 4)
        questionnaire.action_fill()
        self.assertEqual(len(questionnaire._answers()), 4)
        [first, _second] = questionnaire._matrix()
        first["answers"][0].write(
            {"answer": "yes", "text": "We will", "url": "https://example.org/answer"}
        )
        questionnaire.invalidate_recordset(["missing_count"])
        self.assertEqual(questionnaire.missing_count, 3)
        opened = questionnaire.action_make_briefing()
        briefing = self.env_a["embassy.briefing"].browse(opened["res_id"])
        for text in ("Party of Probes", "Party of Samples", "Will you help?", "We will"):
            self.assertIn(text, briefing.body)
        self.assertEqual(briefing.claim_ids.mapped("url"), ["https://example.org/answer"])

    def test_questions_and_parties_come_first(self):
        with self.assertRefused(UserError, "choose the parties first"):
            self.questionnaire(party_ids=[]).action_write_letters()

    def test_questionnaires_stay_in_their_chapter(self):
        questionnaire = self.questionnaire()
        questionnaire.action_fill()
        for rows in (questionnaire, questionnaire.question_ids, questionnaire._answers()):
            self.assertHidden(rows)
