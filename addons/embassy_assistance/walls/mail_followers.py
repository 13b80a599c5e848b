from odoo import api, models


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.ticket"]._refuse_created(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self.env["helpdesk.ticket"]._refuse_moved(self, vals)
        return super().write(vals)
