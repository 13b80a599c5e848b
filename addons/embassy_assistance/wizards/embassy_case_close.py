from odoo import fields, models


class EmbassyCaseClose(models.TransientModel):
    """Asks why a case is closed."""

    _name = "embassy.case.close"
    _description = "Close a case"

    case_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    close_reason = fields.Selection(
        lambda self: self.env["helpdesk.ticket"]._fields["close_reason"].selection, required=True
    )

    def action_close(self):
        self.ensure_one()
        self.case_id.write(
            {
                "stage_id": self.env["helpdesk.ticket.stage"]._of_case("closed").id,
                "close_reason": self.close_reason,
            }
        )
        return {"type": "ir.actions.act_window_close"}
