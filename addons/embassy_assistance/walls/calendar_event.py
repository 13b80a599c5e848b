from odoo import api, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.ticket"]._refuse_created(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self.env["helpdesk.ticket"]._refuse_moved(self, vals)
        return super().write(vals)
