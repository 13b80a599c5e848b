from odoo import api, fields, models
from odoo.fields import NO_ACCESS


class EmbassyChapterKeyGrant(models.Model):
    """A chapter's key, sealed to one coordinator.

    It goes with the role: whoever stops being a coordinator of the chapter loses the row at once.
    """

    _name = "embassy.chapter.key.grant"
    _inherit = ["embassy.cached.mixin"]
    _description = "Who opens a chapter's key"
    _order = "chapter_key_id, id"

    chapter_key_id = fields.Many2one(
        "embassy.chapter.key", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", related="chapter_key_id.company_id", store=True, index=True
    )
    person_key_id = fields.Many2one(
        "embassy.person.key", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", "Person", related="person_key_id.user_id")
    sealed_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)

    _person_unique = models.UniqueIndex("(chapter_key_id, person_key_id)")

    @api.model
    def _drop_lost(self, users):
        """Take back what was given to people who are no coordinators there any more."""
        # sudo: whoever changes a role ends what came with it
        grants_sudo = self.sudo().search([("person_key_id.user_id", "in", users.ids)])
        lost_sudo = grants_sudo.filtered(
            lambda grant: not grant.user_id._coordinates(grant.company_id)
        )
        lost_sudo.chapter_key_id.is_known_outside = True
        lost_sudo.unlink()
