from odoo import api, fields, models
from odoo.fields import NO_ACCESS


class EmbassyCaseGrant(models.Model):
    """The key of a case, sealed to a person who works on it.

    It goes with the desk: whoever does not see the case any more loses the row at once.
    """

    _name = "embassy.case.grant"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Who opens a case"
    _order = "case_id, id"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    person_key_id = fields.Many2one(
        "embassy.person.key", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", "Person", related="person_key_id.user_id")
    sealed_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)

    _person_unique = models.UniqueIndex("(case_id, person_key_id)")

    def unlink(self):
        self.env["embassy.case.seal"]._mark_stale([("case_id", "in", self.case_id.ids)])
        return super().unlink()

    @api.model
    def _drop_lost(self, users):
        """Take back the cases that these people do not see any more."""
        # sudo: whoever changes a desk or a role ends what came with it
        grants_sudo = self.sudo().search([("person_key_id.user_id", "in", users.ids)])
        for user_sudo in grants_sudo.user_id:
            team_ids = set(user_sudo._case_team_ids()) if user_sudo.active else set()
            lost_sudo = grants_sudo.filtered(
                lambda grant, user=user_sudo, teams=team_ids: (
                    grant.user_id == user
                    and (
                        grant.case_id.team_id.id not in teams
                        or grant.company_id not in user.company_ids
                    )
                )
            )
            lost_sudo.unlink()
