from odoo import fields, models


class EmbassyEmergencyNumber(models.Model):
    _name = "embassy.emergency.number"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Emergency number"
    _order = "company_id, sequence, id"
    _rec_name = "number"

    kind = fields.Selection(
        [
            ("general", "Police, fire and ambulance"),
            ("police", "Police"),
            ("ambulance", "Ambulance"),
            ("fire", "Fire service"),
            ("crisis", "Crisis line"),
            ("asylum", "Refugee helpline"),
        ],
        required=True,
        default="general",
    )
    number = fields.Char(required=True, size=20)
    sequence = fields.Integer(default=10)

    _number_is_number = models.Constraint(
        "CHECK (number ~ '^[+]?[0-9][0-9 ]*$')",
        "An emergency number has digits and spaces only, like 112.",
    )
