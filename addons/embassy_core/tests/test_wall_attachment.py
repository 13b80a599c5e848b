import time

from odoo.tests import HttpCase, tagged
from odoo.tools.misc import limited_field_access_token

from .common_wall import WallCase


@tagged("post_install", "-at_install")
class TestWallAttachment(WallCase, HttpCase):
    """Files, between two chapters."""

    PICTURE = (
        b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
        b"RU5ErkJggg=="
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.curious.password = "curious-password"
        cls.boris.password = "boris-password-1"
        cls.file = cls._keep(cls.env_a, res_model="res.partner", res_id=cls.contact_a.id)

    @classmethod
    def _keep(cls, env, **values):
        return env["ir.attachment"].create({"name": "Marker.txt", "raw": b"Marker", **values})

    def test_files_are_a_chapters(self):
        self.assertEqual(self.file.company_id, self.chapter_a)
        self.assertSeen(self.file)
        self.assertHidden(self.file)
        loose = self._keep(self.env_a)
        self.assertEqual(loose.company_id, self.chapter_a)
        self.assertHidden(loose)
        # As the system, for a document of another chapter than the system's.
        kept = self._keep(self.env, res_model="res.partner", res_id=self.contact_b.id)
        self.assertEqual(kept.company_id, self.chapter_b)

    def test_a_file_is_as_closed_as_its_document(self):
        """Core refuses in words of its own where the rule of files lets through."""
        self.env.cr.execute(
            "UPDATE ir_attachment SET company_id = %s WHERE id = %s",
            [self.chapter_b.id, self.file.id],
        )
        self.env.invalidate_all()
        self.assertForeign(self.file.with_env(self.env_b).read, ["name"])

    def test_a_file_goes_with_what_it_is_hung_on(self):
        """Visitors upload first; where the file belongs is known when it finds its document."""
        file = self._keep(self.env)
        file.write({"res_model": "res.partner", "res_id": self.contact_b.id})
        self.assertEqual(file.company_id, self.chapter_b)
        self.assertSeen(file, self.env_b)
        self.assertHidden(file, self.env_a)

    def test_file_of_a_message_or_a_channel(self):
        message = self.contact_a.with_env(self.env_a).message_post(
            body="Marker", attachments=[("Marker.txt", b"Marker")]
        )
        channel = self.env_a["discuss.channel"]._create_channel("Marker", None)
        said = channel.message_post(body="Marker", attachments=[("Marker.txt", b"Marker")])
        kept = self._keep(self.env, res_model="mail.message", res_id=message.id)
        for file in message.attachment_ids | said.attachment_ids | kept:
            self.assertEqual(file.company_id, self.chapter_a)
            self.assertSeen(file)
            self.assertHidden(file)

    def test_pictures_are_seen_as_their_record(self):
        """A value of a field has its own rule; shared records have pictures too."""
        self.shared.image_1920 = self.PICTURE
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.shared.with_env(self.env_b).image_128)

    def test_files_of_what_all_chapters_share(self):
        """A template that came with Odoo is sent by all, so its files are all chapters'."""
        template = self.env.ref("calendar.calendar_template_meeting_invitation")
        file = self._keep(self.env, res_model="mail.template", res_id=template.id)
        self.assertFalse(file.company_id)
        for env in (self.env_a, self.env_b):
            self.assertSeen(file, env)

    def test_files_of_others_are_named_by_no_way(self):
        contact = self.contact_b.with_env(self.env_b)
        self.assertForeign(
            self._keep, self.env_b, res_model="res.partner", res_id=self.contact_a.id
        )
        self.assertForeign(
            self._keep(self.env_b).write, {"res_model": "res.partner", "res_id": self.contact_a.id}
        )
        self.assertForeign(
            contact.env["mail.compose.message"].create,
            {
                "body": "x",
                "model": "res.partner",
                "res_ids": str(contact.ids),
                "attachment_ids": [(4, self.file.id)],
            },
        )

    def test_addresses_of_files(self):
        self.authenticate(self.curious.login, "curious-password")
        missing = self.file.id + 1_000_000
        for address in ("/web/content/{}", "/web/image/{}", "/web/content/ir.attachment/{}/raw"):
            foreign = self.url_open(address.format(self.file.id))
            absent = self.url_open(address.format(missing))
            self.assertEqual(foreign.status_code, absent.status_code)
            self.assertNotIn(b"Marker", foreign.content)
            self.assertNotIn("Marker", str(foreign.headers))
        self.authenticate(self.boris.login, "boris-password-1")
        self.assertEqual(self.url_open(f"/web/content/{self.file.id}").content, b"Marker")

    def test_tokens_do_not_outlive_access(self):
        """A token is for visitors and for two days; who works in a chapter is asked for."""
        file = self.file.sudo()
        token = file._get_raw_access_token()
        _token, until = token.rsplit("o", 1)
        self.assertLessEqual(int(until, 16), time.time() + 2 * 24 * 60 * 60)
        for other in (
            file._get_thumbnail_token(),
            file._get_ownership_token(),
            self.anna.partner_id._get_avatar_128_access_token(),
            self.anna.partner_id._get_im_status_access_token(),
            self.anna.partner_id._get_mention_token(),
        ):
            self.assertEqual(other.rsplit("o", 1)[1], until)
        old = limited_field_access_token(file, "raw", hex(int(time.time()) - 1), scope="binary")
        [lasting] = file.generate_access_token()
        self.assertEqual(self._content(token), b"Marker")
        self.assertNotEqual(self._content(old), b"Marker")
        self.assertEqual(self._content(lasting), b"Marker")
        self.authenticate(self.boris.login, "boris-password-1")
        for known in (token, old, lasting):
            self.assertEqual(self._content(known), b"Marker")
        self.boris.write(
            {"company_id": self.chapter_b.id, "company_ids": [(6, 0, self.chapter_b.ids)]}
        )
        for known in (token, old, "wrong"):
            self.assertNotEqual(self._content(known), b"Marker")
        # Mails to the world lead to their files by it.
        self.assertEqual(self._content(lasting), b"Marker")

    def _content(self, token):
        return self.url_open(f"/web/content/{self.file.id}?access_token={token}").content

    def test_pictures_of_people_are_seen_with_a_token_too(self):
        partner = self.anna.partner_id
        partner.image_1920 = self.PICTURE
        token = partner._get_avatar_128_access_token()
        address = f"/web/image/res.partner/{partner.id}/avatar_128?access_token={token}"
        visitor = self.url_open(address).content
        self.authenticate(self.boris.login, "boris-password-1")
        self.assertEqual(self.url_open(address).content, visitor)
        self.authenticate(self.curious.login, "curious-password")
        self.assertNotEqual(self.url_open(address).content, visitor)
