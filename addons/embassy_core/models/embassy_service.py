from odoo import fields, models


class EmbassyService(models.Model):
    """What a chapter can do, or cannot do, in the words of its public page."""

    _name = "embassy.service"
    _inherit = ["embassy.shared.mixin"]
    _description = "Service of a chapter"
    _order = "kind desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("offer", "We can"), ("limit", "We cannot")], required=True, default="offer"
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
