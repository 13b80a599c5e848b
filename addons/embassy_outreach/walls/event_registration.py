from odoo import api, fields, models
from odoo.exceptions import UserError


class EventRegistration(models.Model):
    """No list of people hangs on a visit, and nobody of the regime is registered anywhere."""

    _name = "event.registration"
    _inherit = ["embassy.narrow.mixin", "event.registration", "embassy.wall.mixin"]
    _check_company_auto = True

    company_id = fields.Many2one(index=True)
    partner_id = fields.Many2one(check_company=True)

    @api.model_create_multi
    def create(self, vals_list):
        # Asked before as well: creating sends the first mail, and would log that it cannot.
        self.env["res.partner"]._regime_guard(
            self.env["res.partner"].browse(
                [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
            ),
            filter(None, (vals.get("email") for vals in vals_list)),
        )
        registrations = super().create(vals_list)
        registrations._check_event()
        registrations._keep_off_regime()
        return registrations

    def write(self, vals):
        result = super().write(vals)
        if "event_id" in vals:
            self._check_event()
        if {"partner_id", "email"} & vals.keys():
            self._keep_off_regime()
        return result

    def _check_event(self):
        # sudo: whether it is a visit, which a registration desk does not see
        events_sudo = self.sudo().event_id
        if any(events_sudo.mapped("is_visit")):
            raise UserError(self.env._("A visit has a delegation and takes no registrations."))

    def _keep_off_regime(self):
        # sudo: the address and the contact alone are read, by the path that has just written them
        registrations_sudo = self.sudo()
        self.env["res.partner"]._regime_guard(
            registrations_sudo.partner_id, filter(None, registrations_sudo.mapped("email"))
        )

    def _message_post_after_hook(self, message, msg_vals):
        """Odoo looks for others with the same address, by the mail gateway as the system."""
        narrow = self.with_context(only_chapter_ids=self.company_id.ids)
        return super(EventRegistration, narrow)._message_post_after_hook(message, msg_vals)
