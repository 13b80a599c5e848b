import base64

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.embassy_core.sealing import SealError, keys

from ..tools import sealed_request
from .common_sealed import FILE, STORY, SealedFileCase


@tagged("post_install", "-at_install")
class TestRotation(SealedFileCase):
    """Whoever left opens no later copy: the next write seals all of the case anew."""

    def setUp(self):
        super().setUp()
        self.key = self.seal._case_key(self._key(self.coordinator), self._private(self.coordinator))
        self.seal._grant(self._key(self.worker), self.key)

    def write_note(self):
        self.enter(self.coordinator)
        self.ask("write", kind="note", text="Probe note")
        self.env.invalidate_all()

    def assertSealedAnew(self):
        for item in self.items_of(self.seal):
            with self.assertRaises(SealError):
                self.seal._read_item(item, self.key)
        new_key = self.seal._case_key(
            self._key(self.coordinator), self._private(self.coordinator)
        )
        contents = [self.seal._read_item(item, new_key)[1] for item in self.items_of(self.seal)]
        self.assertEqual(contents[:2], [STORY.encode(), FILE])
        return new_key

    def test_r10_who_left_the_desk(self):
        self.desk_a.write({"user_ids": [Command.unlink(self.worker.id)]})
        self.assertTrue(self.seal.is_stale)
        self.write_note()
        self.assertFalse(self.seal.is_stale)
        self.assertSealedAnew()
        self.assertEqual(
            self.env["embassy.case.grant"].search([("case_id", "=", self.case.id)]),
            self.env["embassy.case.grant"],
        )

    def test_two_who_write_at_once_are_told_apart(self):
        """Each writes the row of the seal, so that one of the two begins again."""
        place = "SELECT ctid::text FROM embassy_case_seal WHERE id = %s"
        self.env.cr.execute(place, [self.seal.id])
        before = self.env.cr.fetchone()
        self.write_note()
        self.env.cr.execute(place, [self.seal.id])
        self.assertNotEqual(self.env.cr.fetchone(), before)

    def test_nothing_is_sealed_anew_without_need(self):
        self.write_note()
        self.assertEqual(self.seal._read_item(self.story, self.key)[1], STORY.encode())

    def test_who_stays_still_opens_it(self):
        """A colleague, and the person with the receipt."""
        self.seal._mark_stale([("id", "=", self.seal.id)])
        self.write_note()
        new_key = self.assertSealedAnew()
        self.assertEqual(
            self.seal._case_key(self._key(self.worker), self._private(self.worker)), new_key
        )
        asker = keys.open_key(
            base64.b64decode(self.seal.asker_sealed_key),
            self.asker.private,
            sealed_request.context(self.seal.uuid),
        )
        self.assertEqual(asker, new_key)

    def test_r10_a_coordinator_who_left(self):
        """The key of the chapter was known to them: it is replaced, and then the cases follow."""
        left = self.chapter_key.grant_ids.user_id - self.coordinator
        left[:1].active = False
        self.assertTrue(self.chapter_key.is_known_outside)
        self.enter(self.coordinator)
        self.assertIn("no coordinator any more", self.url_open("/sealed").text)
        new_pair = keys.new_pair()
        new = self._open_intake(self.chapter_a, new_pair, state="shown")
        new._grant(self._key(self.coordinator), new_pair.private)
        new._confirm()
        self.assertTrue(self.seal.is_stale)
        self.write_note()
        self.assertEqual(self.seal.chapter_key_id, new)
        name = sealed_request.context(self.seal.uuid)
        with self.assertRaises(SealError):
            keys.open_key(
                base64.b64decode(self.seal.chapter_sealed_key), self.chapter_pair.private, name
            )
        self.assertSealedAnew()

    def test_who_made_a_new_key(self):
        """The passphrase of the old one may be known."""
        self._make_key(self.worker)
        self.assertTrue(self.seal.is_stale)

    def test_new_secrets_of_the_same_key_change_nothing(self):
        key = self._key(self.worker)
        made, self.phrase[self.worker], _code = key._make(
            self.worker, self._slot(), self._private(self.worker), key.uuid
        )
        made._confirm()
        self.assertFalse(self.seal.is_stale)
        self.assertEqual(
            self.seal._case_key(self._key(self.worker), self._private(self.worker)), self.key
        )
