from odoo import fields, models


class EmbassyInstitutionType(models.Model):
    """What kind of body an institution is."""

    _name = "embassy.institution.type"
    _inherit = ["embassy.shared.mixin"]
    _description = "Type of institution"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short and lasting: imports find the type by it.")
    is_regime = fields.Boolean(
        "Body of the regime", help="Such bodies are watched. Nothing is ever sent to them."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)", "Another type has this code already."
    )
