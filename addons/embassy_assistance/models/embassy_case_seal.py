import base64
import hashlib
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from odoo.addons.embassy_core.sealing import items, keys

from ..tools import sealed_request


class EmbassyCaseSeal(models.Model):
    """What a sealed case hangs on: its key under those of the chapter and of who asked.

    A protected case is not sealed to the chapter, only to people (``embassy.case.grant``). A case
    that staff opened has nobody with a receipt.

    Nobody reads these as fields. The person who asked is nothing here but what a receipt gives:
    a place to find the case (``locator``) and a pair of keys. Codes are kept as hexadecimal
    digits, keys the way ``Binary`` keeps them.
    """

    _name = "embassy.case.seal"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Seal of a case"
    _order = "id"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    chapter_key_id = fields.Many2one(
        "embassy.chapter.key", required=True, index=True, ondelete="restrict"
    )
    uuid = fields.Char(required=True, groups=NO_ACCESS)
    nonce_hash = fields.Char(groups=NO_ACCESS)
    locator = fields.Char(groups=NO_ACCESS)
    asker_public_key = fields.Binary(attachment=False, groups=NO_ACCESS)
    chapter_sealed_key = fields.Binary(attachment=False, groups=NO_ACCESS)
    asker_sealed_key = fields.Binary(attachment=False, groups=NO_ACCESS)
    is_stale = fields.Boolean(
        "Somebody lost access since the last write", default=False, groups=NO_ACCESS
    )

    _case_unique = models.UniqueIndex("(case_id)")
    _uuid_unique = models.UniqueIndex("(uuid)")
    _nonce_hash_unique = models.UniqueIndex("(nonce_hash)")
    _locator_unique = models.UniqueIndex("(locator)")

    @api.model
    def _find(self, **code):
        """The seal with this ``nonce_hash`` or ``locator`` (bytes; one record or none, sudo)."""
        ((name, value),) = code.items()
        # sudo: the callers are the pages for who asks, who shows the code
        seals_sudo = self.sudo()
        return seals_sudo.search([(name, "=", value.hex())], limit=1)

    def _place(self, item):
        """Where an item of this case stands (`items.Place`).

        The chapter is told by its id: its code may change.

        :param item: embassy.case.item or a sealed item, with uuid, kind and revision
        """
        self.ensure_one()
        return items.Place(
            str(self.company_id.id), self.uuid, item.uuid, item.kind, item.revision
        )

    def _handle(self):
        """What stands for the case where it must be forgotten later (str)."""
        self.ensure_one()
        return hashlib.sha256(f"handle {self.uuid}".encode()).hexdigest()[:32]

    def _case_key(self, person_key_sudo, private):
        """The key of the case (32 bytes), None where this person was not given it.

        :param person_key_sudo: of the person
        :param private: its open half, 32 bytes
        """
        self.ensure_one()
        name = sealed_request.context(self.uuid)
        # sudo: nobody reads grants; the key opens for whom it was sealed to
        grants_sudo = self.env["embassy.case.grant"].sudo()
        grant_sudo = grants_sudo.search(
            [("case_id", "=", self.case_id.id), ("person_key_id", "=", person_key_sudo.id)]
        )
        if grant_sudo:
            return keys.open_key(base64.b64decode(grant_sudo.sealed_key), private, name)
        chapter_private = self.chapter_key_id._private(person_key_sudo, private)
        if chapter_private is None or not self.chapter_sealed_key:
            return None
        return keys.open_key(base64.b64decode(self.chapter_sealed_key), chapter_private, name)

    def _grant(self, person_key_sudo, case_key):
        """Seal the key of the case (32 bytes) to a person."""
        self.ensure_one()
        # sudo: only this method gives access
        grants_sudo = self.env["embassy.case.grant"].sudo()
        grants_sudo.create(
            {
                "case_id": self.case_id.id,
                "company_id": self.company_id.id,
                "person_key_id": person_key_sudo.id,
                "sealed_key": person_key_sudo._seal(
                    case_key, sealed_request.context(self.uuid)
                ),
            }
        )

    def _waiting(self):
        """Keys of people who work at the desk of the case and cannot open it yet (sudo).

        Called on the seal as the system.
        """
        self.ensure_one()
        # sudo: whom the case could be given to
        keys_sudo = self.env["embassy.person.key"].sudo()
        grants_sudo = self.env["embassy.case.grant"].sudo()
        given_sudo = grants_sudo.search([("case_id", "=", self.case_id.id)]).person_key_id
        if self.chapter_sealed_key:
            given_sudo |= self.chapter_key_id.grant_ids.person_key_id
        ready_sudo = keys_sudo.search(
            [("state", "=", "ready"), ("user_id.company_ids", "in", self.company_id.ids)]
        )
        if self.case_id.is_guarded:
            ready_sudo &= self.company_id._guard_keys()
        team_id = self.case_id.team_id.id
        return (ready_sudo - given_sudo).filtered(
            lambda key: key.user_id.active and team_id in key.user_id._case_team_ids()
        )

    @api.model
    def _mark_stale(self, domain):
        """Have these cases get a new key at the next write: somebody could open them, and left."""
        # sudo: whoever changes a desk or a role ends what came with it
        seals_sudo = self.sudo()
        seals_sudo.search(domain).is_stale = True

    @api.model
    def _new_for(self, case, person_key_sudo):
        """Seal a case that staff opened: to the chapter, and to who writes in it first.

        :param case: helpdesk.ticket, which the person may change
        :param person_key_sudo: of that person
        :return: the seal (sudo) and the key of the case (32 bytes)
        :raise UserError: the chapter or the person has no key
        """
        chapter_key_sudo = case.company_id._intake_key()
        if not person_key_sudo or chapter_key_sudo.company_id != case.company_id:
            raise UserError(
                self.env._("Nothing can be sealed here before the chapter and you have keys.")
            )
        case_key = keys.new_key()
        # sudo: only this method makes seals of staff
        seal_sudo = self.sudo().create(
            {
                "case_id": case.id,
                "company_id": case.company_id.id,
                "chapter_key_id": chapter_key_sudo.id,
                "uuid": str(uuid.uuid4()),
            }
        )
        seal_sudo._seal_to_chapter(case_key)
        seal_sudo._grant(person_key_sudo, case_key)
        return seal_sudo, case_key

    def _seal_to_chapter(self, case_key):
        self.ensure_one()
        public = base64.b64decode(self.chapter_key_id.public_key)
        sealed = keys.seal_key(case_key, public, sealed_request.context(self.uuid))
        self.chapter_sealed_key = base64.b64encode(sealed)

    def _key_to_write(self, case_key):
        """The key for what is written now: a new one, if somebody lost the case meanwhile.

        All that was told is sealed anew with it, so that the old key opens no later copy. The row
        is written in any case: of two who write at the same time one begins again, and none seals
        with a key that the other has just replaced.

        :param case_key: the key until now, 32 bytes
        :return: 32 bytes
        """
        self.ensure_one()
        is_stale = self.is_stale
        self.env.cr.execute(
            SQL("UPDATE embassy_case_seal SET is_stale = FALSE WHERE id = %s", self.id)
        )
        self.invalidate_recordset(["is_stale"])
        if not is_stale:
            return case_key
        new_key = keys.new_key()
        for item_sudo in self.env["embassy.case.item"].search([("case_id", "=", self.case_id.id)]):
            about, content = self._read_item(item_sudo, case_key)
            item_sudo._replace(
                sealed_request.seal_content(
                    new_key,
                    str(self.company_id.id),
                    self.uuid,
                    item_sudo.uuid,
                    sealed_request.Content(item_sudo.kind, about, content),
                    item_sudo.revision + 1,
                )
            )
        if self.chapter_sealed_key:
            self.chapter_key_id = self._open_chapter_key()
            self._seal_to_chapter(new_key)
        name = sealed_request.context(self.uuid)
        if self.asker_public_key:
            public = base64.b64decode(self.asker_public_key)
            self.asker_sealed_key = base64.b64encode(keys.seal_key(new_key, public, name))
        for grant_sudo in self.env["embassy.case.grant"].search(
            [("case_id", "=", self.case_id.id)]
        ):
            grant_sudo.sealed_key = grant_sudo.person_key_id._seal(new_key, name)
        return new_key

    def _open_chapter_key(self):
        """The key that the chapter uses today, or the one that it used (sudo)."""
        return self.chapter_key_id.search(
            [("company_id", "=", self.company_id.id), ("state", "=", "open")]
        ) or self.chapter_key_id

    def _read_item(self, item_sudo, case_key):
        """What an item says about itself (dict) and its content (bytes)."""
        return items.open_item(
            case_key, self._place(item_sudo), item_sudo._pieces(), item_sudo.piece_count
        )
