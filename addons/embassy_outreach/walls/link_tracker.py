from odoo import api, fields, models


class LinkTracker(models.Model):
    _name = "link.tracker"
    _inherit = ["link.tracker", "embassy.chapter.mixin"]

    campaign_id = fields.Many2one(check_company=True)
    medium_id = fields.Many2one(check_company=True)
    source_id = fields.Many2one(check_company=True)
    mass_mailing_id = fields.Many2one(check_company=True)

    @api.model
    def _get_title_from_url(self, url):
        """The server visits no page to learn its title."""
        return url
