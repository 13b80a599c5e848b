from odoo import fields, models


class EmbassyIdentifier(models.Model):
    """The name that a public source gives to an institution or a person, to find it again."""

    _name = "embassy.identifier"
    _inherit = ["embassy.kept.mixin"]
    _description = "Identifier in a public source"
    _wall_field = "partner_id"
    _order = "scheme, id"
    _rec_name = "value"

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    scheme = fields.Char("Source", required=True)
    value = fields.Char("Identifier", required=True)
    company_id = fields.Many2one(
        related="partner_id.company_id", store=True, precompute=True, index=True
    )
    keeper_company_id = fields.Many2one(
        related="partner_id.keeper_company_id", store=True, precompute=True
    )

    _value_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), scheme, value)",
        "Another institution or person has this identifier already.",
    )
