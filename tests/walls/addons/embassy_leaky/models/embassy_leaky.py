import requests

from odoo import api, fields, models


class EmbassyLeaky(models.Model):
    """Everybody reads it: whatever way a probe takes, it must come out here."""

    _name = "embassy.leaky"
    _inherit = ["bus.listener.mixin"]
    _description = "Without a wall"
    _order = "id"

    name = fields.Char()
    note = fields.Text()
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)
    access_token = fields.Char(groups="base.group_system")
    oracle_id = fields.Many2one("embassy.leaky.oracle")

    def tell(self):
        return self.mapped("note")

    @api.model
    def tell_of(self, leaky_id):
        return self.browse(leaky_id).sudo().note

    def shout(self):
        """Tell the words to those who listen to the row."""
        for row in self:
            row._bus_send("embassy.leaky/shout", {"note": row.sudo().note})

    @api.model
    def call_home(self):
        """Ask a machine outside for something."""
        try:
            return requests.get("http://home.example.org/", timeout=3).text
        except requests.RequestException:
            return ""

    def _cron_tell_everybody(self):
        """Send the words of each chapter to the addresses of all."""
        rows = self.sudo().search([("note", "!=", False)])
        people = self.env["res.users"].sudo().search([("share", "=", False)])
        mails = self.env["mail.mail"].sudo()
        for row in rows:
            mails += mails.create(
                {
                    "subject": row.note,
                    "email_to": ",".join(filter(None, people.mapped("email"))),
                    "body_html": row.note,
                }
            )
        mails.send()
