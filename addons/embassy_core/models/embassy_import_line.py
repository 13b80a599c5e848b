from odoo import fields, models


class EmbassyImportLine(models.Model):
    """A record that an import made or changed. It goes with the record."""

    _name = "embassy.import.line"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Record of an import"
    _order = "import_id desc, id"

    import_id = fields.Many2one(
        "embassy.import", required=True, index=True, ondelete="cascade", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Whose", required=True, index=True, ondelete="cascade"
    )
    res_model = fields.Selection(
        [
            ("res.partner", "Person or institution"),
            ("embassy.mandate", "Mandate"),
            ("embassy.legislature", "Legislature"),
            ("embassy.identifier", "Identifier"),
        ],
        "What",
        required=True,
    )
    res_id = fields.Integer("Row", required=True)
    made = fields.Boolean("Added", help="Otherwise it stood there and was changed.")
    before = fields.Json("Stood there before")
    stamp = fields.Char(required=True)
    reason = fields.Selection(
        [
            ("changed", "Changed since"),
            ("used", "In use elsewhere"),
            ("together", "Belongs to somebody who stays"),
            ("foreign", "Another chapter keeps it"),
        ],
        "Stays because",
    )

    _record_index = models.Index("(import_id, res_id)")
