from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.documents import of_chapter


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        # sudo: who has just joined what
        members_sudo = members.sudo()
        for channel, joined in members_sudo.grouped("channel_id").items():
            if joined.partner_id - of_chapter(joined.partner_id, channel.company_id):
                raise AccessError(self.env["ir.rule"]._foreign_text())
        return members
