from odoo import api, fields, models
from odoo.exceptions import UserError

# Where a case may go from each stage. From on_hold it goes back to where it came from.
NEXT_STAGES = {
    "new": ("intake", "closed"),
    "intake": ("assessment", "on_hold", "closed"),
    "assessment": ("plan", "on_hold", "closed"),
    "plan": ("active", "assessment", "on_hold", "closed"),
    "active": ("follow_up", "plan", "on_hold", "closed"),
    "on_hold": ("closed",),
    "follow_up": ("active", "on_hold", "closed"),
    "closed": ("assessment",),
}


class HelpdeskTicketStage(models.Model):
    """The stages of cases are the same in all chapters; other tickets keep their own."""

    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage", "embassy.cached.mixin"]

    case_code = fields.Selection(
        [
            ("new", "New"),
            ("intake", "Intake"),
            ("assessment", "Assessment"),
            ("plan", "Plan"),
            ("active", "Active"),
            ("on_hold", "On hold"),
            ("follow_up", "Follow-up"),
            ("closed", "Closed"),
        ],
        copy=False,
        readonly=True,
        help="Set on the stages of cases.",
    )

    _case_code_unique = models.UniqueIndex(
        "(case_code) WHERE case_code IS NOT NULL", "There is a stage of cases with this code."
    )

    @api.model
    def _of_case(self, code):
        """The stage of cases with this code (helpdesk.ticket.stage, one record)."""
        return self.env.ref(f"embassy_assistance.helpdesk_ticket_stage_case_{code}")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_case_stage(self):
        if any(self.mapped("case_code")):
            raise UserError(self.env._("Cases need all their stages."))
