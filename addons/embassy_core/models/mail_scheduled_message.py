from odoo import api, models


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        self.env["res.partner"]._regime_guard(messages.partner_ids)
        return messages

    def write(self, vals):
        result = super().write(vals)
        if "partner_ids" in vals:
            self.env["res.partner"]._regime_guard(self.partner_ids)
        return result
