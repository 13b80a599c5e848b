from odoo import models


class EventMail(models.Model):
    """Mails of an event come from its own chapter, whoever runs the job that sends them."""

    _inherit = "event.mail"

    def execute(self):
        for chapter, schedulers in self.grouped(lambda mail: mail.event_id.company_id).items():
            super(EventMail, schedulers.with_company(chapter)).execute()
        return True
