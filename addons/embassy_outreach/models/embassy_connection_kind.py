from odoo import fields, models


class EmbassyConnectionKind(models.Model):
    """How two people or bodies of the directory are connected, said from both sides."""

    _name = "embassy.connection.kind"
    _inherit = ["embassy.shared.mixin"]
    _description = "Kind of connection"
    _order = "sequence, id"

    name = fields.Char("From the first", required=True, translate=True)
    inverse_name = fields.Char("From the second", required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A kind of connection with this code exists already."
    )
