from odoo import fields, models


class EmbassyParliamentImportLine(models.TransientModel):
    """What happened, or would happen, to one row of a file."""

    _name = "embassy.parliament.import.line"
    _description = "Line of a report on an import"
    _order = "status desc, id"

    import_id = fields.Many2one(
        "embassy.parliament.import", required=True, index=True, ondelete="cascade"
    )
    status = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("refused", "Refused"),
            ("partly", "Taken in part"),
        ],
        required=True,
    )
    kind = fields.Selection(
        [
            ("institution", "Institution"),
            ("legislature", "Legislature"),
            ("person", "Person in office"),
            ("mandate", "Mandate"),
        ],
        "What",
    )
    pointer = fields.Char("Place in the file")
    name = fields.Char()
    reason = fields.Char()
