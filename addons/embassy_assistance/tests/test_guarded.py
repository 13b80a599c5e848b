from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_sealed import SealedFileCase
from .test_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestGuarded(IntakeCase, SealedFileCase):
    """Who is threatened or recruited tells it to two people whom the chapter named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chapter_a.protected_holder_ids = [Command.set((cls.worker + cls.second).ids)]

    @classmethod
    def _people(cls):
        cls.second = cls._new_user("second_guard", "case_worker", cls.chapter_a)
        cls.desk_a.user_ids += cls.second
        return [*super()._people(), cls.second]

    @classmethod
    def _new_user(cls, login, role, chapter):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"embassy_core.group_{role}",
            company_id=chapter.id,
            company_ids=[(6, 0, chapter.ids)],
        )

    def tell(self):
        """Send a report by the public form, and find its case."""
        before = self.seals()
        response = self.send(self.fields(need=["recruit", "rent"]))
        seal = self.seals() - before
        return response, seal.case_id, seal

    def test_two_people_and_nobody_else(self):
        response, case, seal = self.tell()
        self.assertEqual(len(self.digits(response).split()), 5)
        self.assertEqual(case.case_grant_ids.user_id, self.worker + self.second)
        self.assertFalse(seal.chapter_sealed_key)
        for user in (self.worker, self.second):
            self.enter(user)
            file = self.ask(case_id=case.id)
            self.assertTrue(file["has_access"])
            story = self.ask("open", case_id=case.id, item_id=file["items"][0]["id"])
            self.assertIn("CNRY story", story["text"])
            self.assertIn("Approach by secret services, threats", str(story["about"]))
            self.assertIn("Беларуская", str(story["about"]))

    def test_the_others_see_that_it_is_protected(self):
        """A coordinator who holds the chapter's key opens nothing, and learns no more."""
        _response, case, seal = self.tell()
        item = self.items_of(seal)
        self.enter(self.worker)
        self.ask("open", case_id=case.id, item_id=item.id)
        self.assertEqual(len(self.ask("openings", case_id=case.id)), 1)
        self.enter(self.coordinator)
        file = self.ask(case_id=case.id)
        self.assertEqual((file["has_access"], file["items"]), (False, []))
        self.assertTrue(file["is_guarded"])
        self.assertRefusal("cannot open this case", "open", case_id=case.id, item_id=item.id)
        self.assertRefusal("protected", "write", case_id=case.id, kind="note", text="Mine")
        self.assertEqual(self.ask("openings", case_id=case.id), [])
        seen = self.as_user(case, self.coordinator)
        self.assertEqual(seen.need_ids.mapped("code"), ["protected"])
        self.assertFalse(seen.language_id)
        self.assertFalse(
            self.env["embassy.case.item"]
            .with_user(self.coordinator)
            .search([("case_id", "=", case.id)])
        )

    def test_the_others_do_not_work_on_it(self):
        _response, case, _seal = self.tell()
        for change in (
            lambda record: record.action_take(),
            lambda record: record.write({"urgency": "normal"}),
        ):
            with self.assertRefused(AccessError, "protected"):
                change(self.as_user(case, self.coordinator))
        self.as_user(case, self.worker).action_take()
        with self.assertRefused(ValidationError, "protected"):
            self.as_user(case, self.worker).user_id = self.coordinator
        with self.assertRefused(UserError, "cannot be set"):
            self.as_user(case, self.worker).is_guarded = False

    def test_nobody_protects_a_case_by_hand(self):
        case = self.env["helpdesk.ticket"].with_user(self.worker).create(
            {"team_id": self.desk_a.id, "is_guarded": True}
        )
        self.assertFalse(case.is_guarded)

    def test_without_two_people_nothing_is_kept(self):
        before = self.seals()
        keyless = self._new_user("keyless", "case_worker", self.chapter_a)
        for people in (self.worker.browse(), self.worker + keyless):
            self.chapter_a.protected_holder_ids = [Command.set(people.ids)]
            response = self.send(self.fields(need=["recruit", "rent"]))
            self.assertIn("do not report them here", response.text)
            self.assertIn("CNRY story", response.text)
            self.assertEqual(self.seals(), before)

    def test_the_two_are_case_workers_of_the_chapter(self):
        coordinator = self.as_user(self.chapter_a, self.coordinator)
        for people, sentence in (
            (self.worker, "Name two people"),
            (self.worker + self.stranger, "no case worker"),
            (self.worker + self.user_a["outreach_officer"], "no case worker"),
        ):
            with self.assertRefused(ValidationError, sentence):
                self.chapter_a.protected_holder_ids = [Command.set(people.ids)]
        coordinator.protected_holder_ids = [Command.set((self.second + self.worker).ids)]

    def test_one_of_the_two_gives_back_what_the_other_lost(self):
        _response, case, seal = self.tell()
        self.phrase[self.second] = self._make_key(self.second)
        self.assertEqual(case.case_grant_ids.user_id, self.worker)
        self.enter(self.worker)
        # The coordinator has a key as well and works at the desk, and is not named.
        self.assertEqual(self.ask(case_id=case.id)["waiting"], [[self.second.id, self.second.name]])
        self.ask("grant", case_id=case.id, person_id=self.coordinator.id)
        self.ask("grant", case_id=case.id, person_id=self.second.id)
        self.assertEqual(case.case_grant_ids.user_id, self.worker + self.second)
        self.assertTrue(seal._case_key(self._key(self.second), self._private(self.second)))

    def test_no_key_of_the_chapter_opens_it(self):
        _response, _case, seal = self.tell()
        key = self._key(self.coordinator)
        self.assertIn(key, self.chapter_key.grant_ids.person_key_id)
        self.assertIsNone(seal._case_key(key, self._private(self.coordinator)))
