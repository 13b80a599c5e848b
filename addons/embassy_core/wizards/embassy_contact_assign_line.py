from odoo import api, fields, models


class EmbassyContactAssignLine(models.TransientModel):
    _name = "embassy.contact.assign.line"
    _description = "Contacts of one country without a chapter"

    assign_id = fields.Many2one("embassy.contact.assign", required=True, ondelete="cascade")
    country_id = fields.Many2one("res.country", readonly=True)
    # A list shows no words where there is no country.
    place = fields.Char(compute="_compute_place")
    contact_count = fields.Integer("Contacts", readonly=True)
    company_id = fields.Many2one("res.company", "Chapter")

    @api.depends("country_id")
    def _compute_place(self):
        for line in self:
            line.place = line.country_id.name or self.env._("No country")
