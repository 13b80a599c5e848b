from odoo import fields, models


class EmbassyContactImportColumn(models.TransientModel):
    """A column of a CSV, and what it means."""

    _name = "embassy.contact.import.column"
    _description = "Column of a file with people"
    _order = "number, id"

    import_id = fields.Many2one(
        "embassy.contact.import", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(required=True, readonly=True)
    name = fields.Char("In the file", readonly=True)
    sample = fields.Char("For example", readonly=True)
    meaning = fields.Selection(
        [
            ("name", "Full name"),
            ("first_name", "First name"),
            ("middle_name", "Middle name"),
            ("last_name", "Family name"),
            ("other_names", "Known other names"),
            ("email", "Public e-mail"),
            ("phone", "Public phone"),
            ("website", "Website"),
            ("organization", "Institution"),
            ("title", "Role"),
            ("wikidata", "Wikidata identifier"),
        ],
        "Becomes",
        help="Empty: the column is left out.",
    )
