import base64
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..sealing import SealError, codes, keys
from ..tools.server_secrets import pepper

# One coordinator who is ill, arrested or forgets must not be the end of all requests.
FEWEST_HOLDERS = 2


class EmbassyChapterKey(models.Model):
    """The pair of keys to which requests for help to a chapter are sealed.

    The server keeps the public half. The private half is sealed to coordinators and kept under a
    recovery code on paper. A key that was replaced stays, so that older requests still open.
    """

    _name = "embassy.chapter.key"
    _inherit = ["embassy.chapter.mixin", "embassy.cached.mixin"]
    _description = "Key of a chapter"
    _order = "company_id, id desc"

    state = fields.Selection(
        [("shown", "Not confirmed yet"), ("open", "In use"), ("retired", "Replaced")],
        required=True,
        readonly=True,
        default="shown",
    )
    grant_ids = fields.One2many("embassy.chapter.key.grant", "chapter_key_id", "Who opens it")
    is_known_outside = fields.Boolean(
        "Somebody who left could open it", readonly=True, groups=NO_ACCESS
    )
    uuid = fields.Char(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    public_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    recovery_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)

    _open_unique = models.UniqueIndex("(company_id) WHERE state = 'open'")

    @api.model
    def _make(self, company, slot):
        """Make the key of a chapter; it counts once the code was seen to be written down.

        :param company: the chapter
        :param slot: of the pool for Argon2id
        :return: the new record (sudo), the recovery code
        :raise UserError: too few coordinators have keys of their own
        """
        holders_sudo = company._coordinator_keys()
        if len(holders_sudo) < FEWEST_HOLDERS:
            raise UserError(
                self.env._("Two coordinators need keys of their own first. Ask a second one.")
            )
        pair, name, code = keys.new_pair(), str(uuid.uuid4()), codes.new_recovery_code()
        wrapped = keys.wrap_key(pair.private, code, pepper(), self._context(name), slot=slot)
        # sudo: only this method makes keys
        keys_sudo = self.sudo()
        keys_sudo.search([("company_id", "=", company.id), ("state", "=", "shown")]).unlink()
        made_sudo = keys_sudo.create(
            {
                "company_id": company.id,
                "uuid": name,
                "public_key": base64.b64encode(pair.public),
                "recovery_key": base64.b64encode(wrapped),
            }
        )
        for holder_sudo in holders_sudo:
            made_sudo._grant(holder_sudo, pair.private)
        return made_sudo, code

    def _confirm(self):
        """Let a key count, in the place of the one before it, which is returned."""
        self.ensure_one()
        former = self.search([("company_id", "=", self.company_id.id), ("state", "=", "open")])
        former.state = "retired"
        self.state = "open"
        return former

    def _grant(self, person_key_sudo, private):
        """Seal the private half to a person."""
        self.ensure_one()
        # sudo: only this method gives access
        grants_sudo = self.env["embassy.chapter.key.grant"].sudo()
        grants_sudo.create(
            {
                "chapter_key_id": self.id,
                "person_key_id": person_key_sudo.id,
                "sealed_key": person_key_sudo._seal(private, self._context(self.uuid)),
            }
        )

    def _private(self, person_key_sudo, person_private):
        """The private half (32 bytes), None where it was not given to this person."""
        self.ensure_one()
        grant_sudo = self.grant_ids.filtered(lambda grant: grant.person_key_id == person_key_sudo)
        if not grant_sudo:
            return None
        sealed = base64.b64decode(grant_sudo.sealed_key)
        return keys.open_key(sealed, person_private, self._context(self.uuid))

    def _open_by_code(self, code, slot):
        """Which of the keys a code on paper opens.

        :param code: as it was typed
        :param slot: makes a slot of the pool for Argon2id
        :return: the record and the private half (32 bytes)
        :raise SealError: none of them
        """
        for key in self:
            wrapped = base64.b64decode(key.recovery_key)
            try:
                return key, keys.unwrap_key(
                    wrapped, codes.recovery_code(code), pepper(), self._context(key.uuid), slot()
                )
            except SealError:
                continue
        raise SealError

    @staticmethod
    def _context(name):
        return f"chapter {name}"
