from odoo import fields, models


class EmbassyTopic(models.Model):
    """What chapters talk about with those who decide: one list for stances, asks and letters."""

    _name = "embassy.topic"
    _inherit = ["embassy.shared.mixin"]
    _description = "Topic"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A topic with this code exists already."
    )
