from odoo import api, models


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.ticket"]._refuse_attached(
            (vals.get("model"), vals.get("res_id")) for vals in vals_list
        )
        return super().create(vals_list)

    def write(self, vals):
        if "model" in vals or "res_id" in vals:
            # sudo: only what the row would then hang on
            self.env["helpdesk.ticket"]._refuse_attached(
                (vals.get("model", row_sudo.model), vals.get("res_id", row_sudo.res_id))
                for row_sudo in self.sudo()
            )
        return super().write(vals)
