from odoo import models


class HelpdeskSla(models.Model):
    _name = "helpdesk.sla"
    _inherit = ["helpdesk.sla", "embassy.shared.mixin"]
