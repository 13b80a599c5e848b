from odoo import api, fields, models


class EmbassyContactImportLine(models.TransientModel):
    """One person of a file, and what is to happen with them."""

    _name = "embassy.contact.import.line"
    _description = "Person in a file"
    _order = "line, id"

    import_id = fields.Many2one(
        "embassy.contact.import", required=True, index=True, ondelete="cascade"
    )
    line = fields.Integer(readonly=True)
    action = fields.Selection(
        [("create", "Add"), ("update", "Complete"), ("skip", "Leave out")], required=True
    )
    is_proposed_new = fields.Boolean(readonly=True)
    name = fields.Char(required=True)
    other_names = fields.Text("Known other names")
    email = fields.Char("Public e-mail")
    phone = fields.Char("Public phone")
    website = fields.Char()
    wikidata = fields.Char("Wikidata identifier", readonly=True)
    body_id = fields.Many2one(
        "res.partner", "Institution", domain=[("directory_kind", "=", "institution")]
    )
    role = fields.Char()
    partner_id = fields.Many2one(
        "res.partner", "Is this person", domain=[("directory_kind", "=", "person")]
    )
    note = fields.Text("Look at this", readonly=True)

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.action = "update"
        elif self.action == "update":
            self.action = "create"
