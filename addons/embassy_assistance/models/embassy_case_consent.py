from odoo import fields, models

PURPOSES = [
    ("handle", "Handle the request here"),
    ("share_chapter", "Ask another chapter"),
    ("share_fund", "Ask a fund"),
    ("keep_contact", "Stay in touch afterwards"),
]


class EmbassyCaseConsent(models.Model):
    """What a person agreed to, by purpose, and since when. A withdrawn one stays, as withdrawn."""

    _name = "embassy.case.consent"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Consent in a case"
    _order = "case_id, purpose, id"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    purpose = fields.Selection(PURPOSES, required=True)
    is_given = fields.Boolean("Given", required=True)
    date = fields.Date("Since", required=True, default=fields.Date.today)

    _purpose_unique = models.UniqueIndex("(case_id, purpose)")
