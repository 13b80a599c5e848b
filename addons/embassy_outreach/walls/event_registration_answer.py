from odoo import models


class EventRegistrationAnswer(models.Model):
    _inherit = "event.registration.answer"

    def _compute_display_name(self):
        """Rules are looked at as the system, which leaves the answer in the cache."""
        self.check_access("read")
        return super()._compute_display_name()
