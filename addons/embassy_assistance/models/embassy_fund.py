from odoo import fields, models


class EmbassyFund(models.Model):
    """Where the money of aid comes from: a fund, or the chapter itself."""

    _name = "embassy.fund"
    _inherit = ["embassy.shared.mixin"]
    _description = "Fund"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "A fund with this name exists already."
    )
