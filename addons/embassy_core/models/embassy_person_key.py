import base64
import uuid

from odoo import fields, models
from odoo.fields import NO_ACCESS

from ..sealing import codes, keys, phrases
from ..tools.server_secrets import pepper


class EmbassyPersonKey(models.Model):
    """The pair of keys of a person who works with sealed content.

    The private half is kept under a passphrase made for the person, and once more under a
    recovery code on paper. It is nowhere else: who has neither begins anew, and colleagues give
    back what they can open themselves.

    Nothing here is for a form: all goes through the pages of ``controllers/sealed.py``.
    """

    _name = "embassy.person.key"
    _inherit = ["embassy.cached.mixin"]
    _description = "Key of a person"
    _order = "user_id, id"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", related="user_id.company_id", store=True, index=True
    )
    state = fields.Selection(
        [("shown", "Not confirmed yet"), ("ready", "Ready")],
        required=True,
        readonly=True,
        default="shown",
    )
    uuid = fields.Char(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    public_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    wrapped_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    recovery_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)

    _ready_unique = models.UniqueIndex("(user_id) WHERE state = 'ready'")

    def _of(self, user):
        """The ready key of a person (one record or none, sudo)."""
        # sudo: nobody reads keys; the callers are the pages for oneself and giving access
        keys_sudo = self.sudo()
        return keys_sudo.search([("user_id", "=", user.id), ("state", "=", "ready")])

    def _make(self, user, slot, private=None, name=None):
        """Make a key that counts once the person has shown to have written down both secrets.

        :param user: the person
        :param slot: of the pool for Argon2id
        :param private: keep this pair and make new secrets for it
        :param name: its uuid then
        :return: the new record (sudo), the passphrase, the recovery code
        """
        pair = keys.pair_of(private) if private else keys.new_pair()
        name = name or str(uuid.uuid4())
        passphrase = phrases.new_passphrase((user.lang or "en").split("_")[0])
        code = codes.new_recovery_code()
        with slot:
            wrapped, recovery = (
                keys.wrap_key(pair.private, secret, pepper(), self._context(name, use))
                for secret, use in ((passphrase, "passphrase"), (code, "recovery"))
            )
        # sudo: only this method makes keys
        keys_sudo = self.sudo()
        keys_sudo.search([("user_id", "=", user.id), ("state", "=", "shown")]).unlink()
        made_sudo = keys_sudo.create(
            {
                "user_id": user.id,
                "uuid": name,
                "public_key": base64.b64encode(pair.public),
                "wrapped_key": base64.b64encode(wrapped),
                "recovery_key": base64.b64encode(recovery),
            }
        )
        return made_sudo, passphrase, code

    def _confirm(self):
        """Let a key count, in the place of the one before it."""
        self.ensure_one()
        former_sudo = self._of(self.user_id)
        if former_sudo.uuid == self.uuid:
            # The same pair under new secrets: what was given to it stays.
            self._take_over(former_sudo)
        former_sudo.unlink()
        self.state = "ready"

    def unlink(self):
        # sudo: what was sealed to the key goes with it, and not by the database alone: others
        # have to hear of it
        grants_sudo = self.env["embassy.chapter.key.grant"].sudo()
        grants_sudo.search([("person_key_id", "in", self.ids)]).unlink()
        return super().unlink()

    def _take_over(self, former_sudo):
        """Move what was sealed to the same pair. Extended where more is sealed to people."""
        # sudo: only this method moves them, to the same person
        grants_sudo = self.env["embassy.chapter.key.grant"].sudo()
        grants_sudo.search([("person_key_id", "=", former_sudo.id)]).person_key_id = self

    def _private(self, secret, slot, use="passphrase"):
        """The private half (32 bytes).

        :param secret: what was typed
        :param slot: of the pool for Argon2id
        :param use: "passphrase" or "recovery"
        :raise SealError: it is not the right one
        """
        self.ensure_one()
        if use == "recovery":
            secret = codes.recovery_code(secret)
        kept = self.wrapped_key if use == "passphrase" else self.recovery_key
        return keys.unwrap_key(
            base64.b64decode(kept), secret, pepper(), self._context(self.uuid, use), slot
        )

    @staticmethod
    def _context(name, use):
        return f"person {name} {use}"

    def _seal(self, key, context):
        """A key (32 bytes) sealed to this person, as a binary field takes it."""
        return base64.b64encode(keys.seal_key(key, base64.b64decode(self.public_key), context))
