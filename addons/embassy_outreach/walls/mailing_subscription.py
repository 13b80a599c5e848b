from odoo import api, fields, models


class MailingSubscription(models.Model):
    """A subscription is its list's.

    The chapter is not stored: lists and contacts write rows here that no ORM computes. An address
    that was taken up before it was known to be the regime's joins no new list.
    """

    _inherit = "mailing.subscription"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", "Chapter", related="list_id.company_id")
    contact_id = fields.Many2one(check_company=True)
    opt_out_reason_id = fields.Many2one(check_company=True)

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        subscriptions._keep_off_regime()
        return subscriptions

    def write(self, vals):
        result = super().write(vals)
        if {"contact_id", "list_id"} & vals.keys():
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        # sudo: the address alone is read, by the path that has just written the row
        contacts_sudo = self.sudo().contact_id
        self.env["res.partner"]._regime_guard(emails=filter(None, contacts_sudo.mapped("email")))
