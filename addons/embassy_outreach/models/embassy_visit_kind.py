from odoo import fields, models


class EmbassyVisitKind(models.Model):
    _name = "embassy.visit.kind"
    _inherit = ["embassy.shared.mixin"]
    _description = "Kind of visit"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A kind of visit with this code exists already."
    )
