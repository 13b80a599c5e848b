from odoo import api, models

from ..tools.documents import of_chapter


class DiscussChannel(models.Model):
    """Each channel is one chapter's, and so are its members.

    Guests come in by an invitation; a person of another chapter does not.
    """

    _name = "discuss.channel"
    _inherit = ["discuss.channel", "embassy.chapter.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        new_vals_list = []
        for vals in vals_list:
            if vals.get("parent_channel_id"):
                # sudo: the chapter alone
                parent_sudo = self.sudo().browse(vals["parent_channel_id"])
                vals = {**vals, "company_id": parent_sudo.company_id.id}
            new_vals_list.append(vals)
        return super().create(new_vals_list)

    @api.model
    def _get_or_create_chat(self, partners_to, pin=True):
        partners = self.env["res.partner"].browse({int(id_) for id_ in partners_to})
        partners._check_visible()
        # sudo: where the others work
        chapters_sudo = partners.sudo().with_context(active_test=False).user_ids.company_ids
        common = self.env.companies & chapters_sudo
        if common and self.env.company not in common:
            self = self.with_company(common[0])
        return super()._get_or_create_chat(partners_to, pin)

    def add_members(self, partner_ids=None, guest_ids=None, *args, **kwargs):
        self.env["res.partner"].browse(partner_ids or [])._check_visible()
        self.env["mail.guest"].browse(guest_ids or [])._check_visible()
        return super().add_members(partner_ids, guest_ids, *args, **kwargs)

    def _subscribe_users_automatically_get_members(self):
        """People of a group join by themselves, those of the chapter alone."""
        members = super()._subscribe_users_automatically_get_members()
        Partner = self.env["res.partner"]
        return {
            channel.id: of_chapter(Partner.browse(members[channel.id]), channel.company_id).ids
            for channel in self
        }
