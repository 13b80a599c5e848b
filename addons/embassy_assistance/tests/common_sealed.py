import base64
import uuid
from contextlib import nullcontext

from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from odoo.addons.embassy_core.sealing import codes, items, keys

from ..tools import sealed_request
from ..tools.sealed_request import Content, Facts, seal_request
from .common import CaseChapters

STORY = "Probe: нас трое, дапамажыце"
FILE = bytes(range(256)) * 5000


class SealedCase(CaseChapters):
    """Chapter A takes requests: two coordinators hold its key. Chapter B does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chapter_pair = keys.new_pair()
        cls.chapter_key = cls._open_intake(cls.chapter_a, cls.chapter_pair)

    @classmethod
    def _open_intake(cls, chapter, pair, state="open"):
        """What two coordinators do at their pages, without the slow derivations."""
        key = cls.env["embassy.chapter.key"].create(
            {
                "company_id": chapter.id,
                "uuid": str(uuid.uuid4()),
                "public_key": base64.b64encode(pair.public),
                "recovery_key": b"MQ==",
                "state": state,
            }
        )
        for number in range(2):
            user = new_test_user(
                cls.env,
                login=f"holder_{key.id}_{number}",
                groups="embassy_core.group_coordinator",
                company_id=chapter.id,
                company_ids=[(6, 0, chapter.ids)],
            )
            person = cls.env["embassy.person.key"].create(
                {
                    "user_id": user.id,
                    "state": "ready",
                    "uuid": str(uuid.uuid4()),
                    "public_key": base64.b64encode(keys.new_pair().public),
                    "wrapped_key": b"MQ==",
                    "recovery_key": b"MQ==",
                }
            )
            key._grant(person, pair.private)
        return key

    def seals(self):
        self.env.invalidate_all()
        return self.env["embassy.case.seal"].search([])

    def opened(self, seal, item):
        """What an item says about itself, and its content, as staff with the key read it."""
        case_key = keys.open_key(
            base64.b64decode(seal.chapter_sealed_key),
            self.chapter_pair.private,
            sealed_request.context(seal.uuid),
        )
        return items.open_item(case_key, seal._place(item), item._pieces(), item.piece_count)

    def items_of(self, seal):
        return self.env["embassy.case.item"].search([("case_id", "=", seal.case_id.id)], order="id")


class SealedFileCase(SealedCase, HttpCase):
    """People with keys of their own, and a case that came to chapter A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.user_a["case_worker"]
        cls.coordinator = cls.user_a["coordinator"]
        cls.stranger = cls.user_b["coordinator"]
        cls.case = cls._request(b"1" * 32)
        cls.seal = cls.env["embassy.case.seal"].search([("case_id", "=", cls.case.id)])
        cls.story, cls.file = cls.env["embassy.case.item"].search(
            [("case_id", "=", cls.case.id)], order="id"
        )
        cls.phrase = {}
        for user in cls._people():
            cls.phrase[user] = cls._make_key(user)
        cls.chapter_key._grant(cls._key(cls.coordinator), cls.chapter_pair.private)

    def setUp(self):
        super().setUp()
        # Keys that a test makes go with it.
        self.phrase = {**self.phrase}

    @classmethod
    def _people(cls):
        return [cls.worker, cls.coordinator, cls.stranger]

    @classmethod
    def _make_key(cls, user):
        """Make a key for a person, who is told the passphrase (str)."""
        key, phrase, _code = cls.env["embassy.person.key"]._make(user, cls._slot())
        key._confirm()
        return phrase

    @staticmethod
    def _slot():
        return nullcontext()

    @classmethod
    def _key(cls, user):
        return cls.env["embassy.person.key"]._of(user)

    @classmethod
    def _request(cls, nonce):
        facts = Facts(
            cls.chapter_a.id, cls.chapter_key.id, "urgent", cls.env.ref("base.lang_en").id, [], []
        )
        contents = [
            Content("story", {}, STORY.encode()),
            Content("file", {"name": "a b.txt"}, FILE),
        ]
        cls.asker = keys.new_pair()
        opened = codes.Opened(nonce, cls.asker)
        return cls.env["helpdesk.ticket"]._receive_request(
            seal_request(facts, cls.chapter_pair.public, nonce, opened, contents)
        )

    def enter(self, user, unlocked=True):
        self.authenticate(user.login, user.login)
        if unlocked:
            self.ask("unlock", passphrase=self.phrase[user])

    def answer(self, what, **values):
        """What a route of the file answers: the dict of JSON-RPC."""
        with mute_logger("odoo.http"):
            path = f"/sealed/case/{what}".rstrip("/")
            return self.url_open(path, json={"jsonrpc": "2.0", "params": values}).json()

    def ask(self, what="", case_id=None, **values):
        """Result of a route of the file (anything that JSON holds)."""
        return self.answer(what, case_id=case_id or self.case.id, **values)["result"]

    def assertRefusal(self, word, what, case_id=None, **values):
        """The file answers by a sentence, and shows nothing."""
        answer = self.answer(what, case_id=case_id or self.case.id, **values)
        self.assertIn(word, answer["error"]["data"]["message"])

    def _private(self, user):
        return self._key(user)._private(self.phrase[user], self._slot())
