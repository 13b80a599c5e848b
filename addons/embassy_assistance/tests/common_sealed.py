import base64
import uuid

from odoo.tests import new_test_user

from odoo.addons.embassy_core.sealing import items, keys

from ..tools import sealed_request
from .common import CaseChapters


class SealedCase(CaseChapters):
    """Chapter A takes requests: two coordinators hold its key. Chapter B does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chapter_pair = keys.new_pair()
        cls.chapter_key = cls._open_intake(cls.chapter_a, cls.chapter_pair)

    @classmethod
    def _open_intake(cls, chapter, pair):
        """What two coordinators do at their pages, without the slow derivations."""
        key = cls.env["embassy.chapter.key"].create(
            {
                "company_id": chapter.id,
                "uuid": str(uuid.uuid4()),
                "public_key": base64.b64encode(pair.public),
                "recovery_key": b"MQ==",
                "state": "open",
            }
        )
        for number in range(2):
            user = new_test_user(
                cls.env,
                login=f"holder_{chapter.id}_{number}",
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
