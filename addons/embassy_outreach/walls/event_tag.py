from odoo import fields, models


class EventTag(models.Model):
    _name = "event.tag"
    _inherit = ["event.tag", "embassy.shared.mixin"]
    _check_company_auto = True

    category_id = fields.Many2one(check_company=True)
