from odoo import api, fields, models
from odoo.exceptions import UserError


class EmbassyCaseTransition(models.Model):
    """One step of a case from stage to stage. Written by the case itself, never changed."""

    _name = "embassy.case.transition"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Step of a case"
    _order = "id desc"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    stage_from_id = fields.Many2one("helpdesk.ticket.stage", "From", ondelete="restrict")
    stage_to_id = fields.Many2one("helpdesk.ticket.stage", "To", required=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Who", required=True, ondelete="restrict")
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The history of a case cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a case cannot be deleted."))
