from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        addressed = messages.browse(
            message.id
            for message, vals in zip(messages, vals_list, strict=True)
            if vals.get("partner_ids") or vals.get("outgoing_email_to")
        )
        addressed._keep_off_regime()
        return messages

    def write(self, vals):
        result = super().write(vals)
        if {"partner_ids", "outgoing_email_to"} & vals.keys():
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        """A message to the regime is refused; one that came in is kept and goes no further."""
        Partner = self.env["res.partner"]
        # sudo: the recipients alone are read, by the path that has just written them
        messages_sudo = self.sudo()
        incoming_sudo = messages_sudo.filtered(lambda message: message.message_type == "email")
        ours_sudo = messages_sudo - incoming_sudo
        Partner._regime_guard(
            ours_sudo.partner_ids, filter(None, ours_sudo.mapped("outgoing_email_to"))
        )
        regime, _addresses = Partner._regime_among(incoming_sudo.partner_ids)
        for message in incoming_sudo if regime else ():
            message.partner_ids -= regime
