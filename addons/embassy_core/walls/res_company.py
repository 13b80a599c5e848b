from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._put_partners_in_chapters()
        for company, vals in zip(companies, vals_list, strict=True):
            if vals.get("user_ids"):
                company._move_people(company._people_sudo())
        return companies

    def write(self, vals):
        moving = "user_ids" in vals
        before_sudo = {company: company._people_sudo() for company in self} if moving else {}
        result = super().write(vals)
        if "partner_id" in vals:
            self._put_partners_in_chapters()
        for company, people_sudo in before_sudo.items():
            after_sudo = company._people_sudo()
            company._move_people((people_sudo | after_sudo) - (people_sudo & after_sudo))
        return result

    def _people_sudo(self):
        # sudo: archived accounts too, and those of which one sees no other chapter
        companies_sudo = self.sudo().with_context(active_test=False)
        return companies_sudo.user_ids

    @api.model
    def _move_people(self, people_sudo):
        """Who joins or leaves here does so by the person's side, where all that follows stands."""
        for person_sudo in people_sudo:
            person_sudo.company_ids = person_sudo.company_ids

    def _put_partners_in_chapters(self):
        """The contact of a chapter, with its street and phone, is the chapter's own."""
        # sudo: who makes a chapter need not be in it
        for company_sudo in self.sudo():
            company_sudo.partner_id.company_id = company_sudo
