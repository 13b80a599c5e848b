import base64
import hashlib

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from odoo.addons.embassy_core.sealing import items, keys

from ..tools import sealed_request


class EmbassyCaseSeal(models.Model):
    """What a sealed case hangs on: its key under those of the chapter and of who asked.

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
    nonce_hash = fields.Char(required=True, groups=NO_ACCESS)
    locator = fields.Char(required=True, groups=NO_ACCESS)
    asker_public_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    chapter_sealed_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    asker_sealed_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)

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
        if chapter_private is None:
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
        given_sudo |= self.chapter_key_id.grant_ids.person_key_id
        ready_sudo = keys_sudo.search(
            [("state", "=", "ready"), ("user_id.company_ids", "in", self.company_id.ids)]
        )
        team_id = self.case_id.team_id.id
        return (ready_sudo - given_sudo).filtered(
            lambda key: key.user_id.active and team_id in key.user_id._case_team_ids()
        )

    def _read_item(self, item_sudo, case_key):
        """What an item says about itself (dict) and its content (bytes)."""
        return items.open_item(
            case_key, self._place(item_sudo), item_sudo._pieces(), item_sudo.piece_count
        )
