from datetime import timedelta

from odoo import api, fields, models

# A mailing is not sent to the same person twice while it is known who got it.
KEPT_DAYS = 30
BATCH = 1000


class MailingTrace(models.Model):
    """Who got which mailing: of the mailing's chapter, and not kept for long."""

    _inherit = "mailing.trace"

    company_id = fields.Many2one(
        "res.company", "Chapter", related="mass_mailing_id.company_id", store=True, index=True
    )

    _recipient_idx = models.Index("(res_id, mass_mailing_id)")

    @api.model
    def _cron_forget(self):
        """Delete who got mailings that were sent long ago, in batches."""
        domain = [
            ("create_date", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS)),
            ("mass_mailing_id.state", "not in", ("in_queue", "sending")),
        ]
        traces = self.search(domain, limit=BATCH, order="id")
        while traces:
            done = len(traces)
            traces.unlink()
            self.env["ir.cron"]._commit_progress(done, remaining=self.search_count(domain))
            traces = self.search(domain, limit=BATCH, order="id")
