from odoo import api, fields, models
from odoo.exceptions import UserError


class MailingList(models.Model):
    """Contacts join a list here without a subscription being created by the ORM."""

    _name = "mailing.list"
    _inherit = ["embassy.narrow.mixin", "mailing.list", "embassy.chapter.mixin"]

    contact_ids = fields.Many2many(check_company=True)

    @api.model_create_multi
    def create(self, vals_list):
        lists = super().create(vals_list)
        if any("contact_ids" in vals for vals in vals_list):
            lists._keep_off_regime()
        return lists

    def write(self, vals):
        result = super().write(vals)
        if "contact_ids" in vals:
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        addresses = self.env["mailing.mailing"]._regime_addresses()
        # sudo: the address alone is read, by the path that has just written the list
        contacts_sudo = self.env["mailing.contact"].sudo()
        found_sudo = contacts_sudo.search(
            [("list_ids", "in", self.ids), ("email_normalized", "in", addresses)]
        )
        self.env["res.partner"]._regime_guard(emails=found_sudo.mapped("email"))

    def action_merge(self, src_lists, archive):
        """Core copies contacts from list to list by SQL."""
        (self | src_lists).check_access("write")
        if len((self | src_lists).company_id) > 1:
            raise UserError(self.env._("Lists of different chapters are not merged."))
        return super().action_merge(src_lists, archive)

    def _update_subscription_from_email(self, email, opt_out=True, force_message=None):
        """Core looks for the address as the system: in the chapter of each list alone."""
        for chapter, lists in self.grouped("company_id").items():
            narrow = lists.with_context(only_chapter_ids=chapter.ids)
            super(MailingList, narrow)._update_subscription_from_email(
                email, opt_out=opt_out, force_message=force_message
            )
