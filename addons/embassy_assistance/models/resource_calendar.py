from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _work_intervals_batch(
        self, start_dt, end_dt, resources=None, domain=None, tz=None, compute_leaves=True
    ):
        """Day and night knows no holidays, or a holiday of the chapter would stretch a promise."""
        always = self.env.ref("embassy_assistance.resource_calendar_always", False)
        return super()._work_intervals_batch(
            start_dt,
            end_dt,
            resources=resources,
            domain=domain,
            tz=tz,
            compute_leaves=compute_leaves and self != always,
        )
