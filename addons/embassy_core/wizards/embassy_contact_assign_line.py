from odoo import fields, models


class EmbassyContactAssignLine(models.TransientModel):
    _name = "embassy.contact.assign.line"
    _description = "Contacts of one country without a chapter"

    assign_id = fields.Many2one("embassy.contact.assign", required=True, ondelete="cascade")
    country_id = fields.Many2one("res.country", readonly=True)
    contact_count = fields.Integer("Contacts", readonly=True)
    company_id = fields.Many2one("res.company", "Chapter")
