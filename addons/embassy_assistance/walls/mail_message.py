from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.ticket"]._refuse_created(vals_list, "model")
        return super().create(vals_list)

    def write(self, vals):
        self.env["helpdesk.ticket"]._refuse_moved(self, vals, "model")
        return super().write(vals)
