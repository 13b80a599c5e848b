from odoo import api, models


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        Partner = self.env["res.partner"]
        partners = Partner.browse(
            {vals["partner_id"] for vals in vals_list if "partner_id" in vals}
        )
        if self.env.context.get("embassy_incoming_mail"):
            # A mail that comes in is kept; whom it names does not follow by that.
            regime, _addresses = Partner._regime_among(partners)
            vals_list = [vals for vals in vals_list if vals.get("partner_id") not in regime.ids]
        else:
            Partner._regime_guard(partners)
        return super().create(vals_list)
