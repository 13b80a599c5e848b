from odoo import api, models


class LinkTrackerCode(models.Model):
    _inherit = "link.tracker.code"

    @api.model
    def _get_random_code_strings(self, n=1):
        # sudo: whether a code is free; those of other chapters count too
        codes_sudo = self.sudo()
        return super(LinkTrackerCode, codes_sudo)._get_random_code_strings(n)
