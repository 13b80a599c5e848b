from odoo import api, fields, models
from odoo.exceptions import UserError


class EmbassyDeskMembership(models.Model):
    """Who worked on a desk, from when until when, and who decided it.

    Whoever joins a desk sees its cases, so all coordinators of the chapter see who joined.
    Written by the desk itself, never changed.
    """

    _name = "embassy.desk.membership"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Time of somebody on a desk"
    _order = "date_joined desc, id desc"
    _log_access = False

    team_id = fields.Many2one(
        "helpdesk.ticket.team", "Desk", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", "Who", required=True, index=True, ondelete="restrict")
    date_joined = fields.Datetime("Joined", required=True, default=fields.Datetime.now)
    joined_by_id = fields.Many2one("res.users", "Let in by", required=True, ondelete="restrict")
    date_left = fields.Datetime("Left")
    left_by_id = fields.Many2one("res.users", "Taken out by", ondelete="restrict")

    _open_unique = models.UniqueIndex("(team_id, user_id) WHERE date_left IS NULL")

    @api.model
    def _note_changes(self, teams):
        """Write down who joined and who left; may be called twice."""
        # sudo: nobody writes these rows, and members are read whoever changed them
        rows_sudo = self.sudo()
        desks_sudo = teams.sudo().filtered("is_assistance")
        open_sudo = rows_sudo.search(
            [("team_id", "in", desks_sudo.ids), ("date_left", "=", False)]
        )
        for desk in desks_sudo:
            here = open_sudo.filtered(lambda row, desk=desk: row.team_id == desk)
            members = desk.user_ids.filtered("active")
            gone = here.filtered(lambda row, members=members: row.user_id not in members)
            super(EmbassyDeskMembership, gone).write(
                {"date_left": fields.Datetime.now(), "left_by_id": self.env.uid}
            )
            self.env["embassy.case.grant"]._drop_lost(gone.user_id)
            rows_sudo.create(
                [
                    {
                        "team_id": desk.id,
                        "company_id": desk.company_id.id,
                        "user_id": member.id,
                        "joined_by_id": self.env.uid,
                    }
                    for member in members - here.user_id
                ]
            )

    def write(self, vals):
        if vals:
            raise UserError(self.env._("Who was on a desk cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("Who was on a desk cannot be deleted."))
