from odoo import api, models
from odoo.exceptions import ValidationError


class EventMailRegistration(models.Model):
    _inherit = "event.mail.registration"

    @api.constrains("scheduler_id", "registration_id")
    def _check_same_event(self):
        """A scheduled mail reaches people of its own event."""
        for mail in self:
            if mail.scheduler_id.event_id != mail.registration_id.event_id:
                raise ValidationError(
                    self.env._("Mails of an event go to those who are registered for it.")
                )
