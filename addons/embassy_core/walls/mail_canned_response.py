from odoo import models

from odoo.addons.mail.tools.discuss import Store


class MailCannedResponse(models.Model):
    _name = "mail.canned.response"
    _inherit = ["mail.canned.response", "embassy.shared.mixin"]

    def _broadcast(self, /, *, delete=False):
        """Tell the colleagues: a group, whom core tells, has people in every chapter."""
        shared = self.filtered(lambda response: not response.company_id)
        super(MailCannedResponse, shared)._broadcast(delete=delete)
        for response in self - shared:
            # sudo: whom to tell
            response_sudo = response.sudo()
            colleagues_sudo = response_sudo.group_ids.all_user_ids.filtered(
                lambda user, chapter=response_sudo.company_id: chapter in user.company_ids
            )
            for user in colleagues_sudo | response_sudo.create_uid | self.env.user:
                store = Store(bus_channel=user)
                if delete:
                    store.delete(response)
                else:
                    store.add(response)
                store.bus_send()
