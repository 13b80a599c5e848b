from odoo import models

SHOWN = 3


class ResCompany(models.Model):
    _inherit = "res.company"

    def _latest_briefings(self):
        """The newest published ones for the public page: in its language, else in any.

        :return: embassy.briefing, at most three, as the system
        """
        self.ensure_one()
        # sudo: what is published is everybody's
        briefings_sudo = self.env["embassy.briefing"].sudo()
        domain = briefings_sudo._public_domain(self)
        own = [("language_id.code", "=", self.env.lang)]
        return briefings_sudo.search(domain + own, limit=SHOWN) or briefings_sudo.search(
            domain, limit=SHOWN
        )
