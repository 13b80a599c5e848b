from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._put_partners_in_chapters()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self._put_partners_in_chapters()
        return result

    def _put_partners_in_chapters(self):
        """The contact of a chapter, with its street and phone, is the chapter's own."""
        # sudo: who makes a chapter need not be in it
        for company_sudo in self.sudo():
            company_sudo.partner_id.company_id = company_sudo
