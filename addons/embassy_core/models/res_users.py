from odoo import models
from odoo.tools import email_normalize

# What makes somebody a coordinator of a chapter, or ends it.
_ROLE_FIELDS = {"active", "company_ids", "company_id", "group_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if _ROLE_FIELDS.intersection(vals):
            self.env["embassy.chapter.key.grant"]._drop_lost(self)
        return result

    def _coordinates(self, company):
        """Whether this person is a coordinator of a chapter today (bool)."""
        self.ensure_one()
        return (
            self.active
            and company in self.company_ids
            and self.has_group("embassy_core.group_coordinator")
        )

    def _tell_news(self):
        """Mail each of these people that there is news, and not what.

        The words are the same whatever happened, so that a mail host learns nothing from them:
        no name, no chapter, no address of a page. Whoever belongs to the regime is left out,
        and people without an address.
        """
        # sudo: the addresses of the people, and the mails of the system
        people_sudo = self.sudo().filtered("active")
        mails_sudo = self.env["mail.mail"].sudo()
        addresses = {person: email_normalize(person.email or "") for person in people_sudo}
        _partners, regime = self.env["res.partner"]._regime_among(emails=addresses.values())
        author_sudo = mails_sudo.env.ref("base.partner_root")
        sender = mails_sudo.env["ir.mail_server"]._get_default_from_address() or author_sudo.email
        values_list = []
        for person, address in addresses.items():
            if not address or address in regime:
                continue
            texts = self.with_context(lang=person.lang).env
            values_list.append(
                {
                    "subject": texts._("There is news"),
                    "body_html": texts._(
                        "Log in and look. If you find nothing new, ask the chapters near you"
                        " whether they need you."
                    ),
                    "author_id": author_sudo.id,
                    "email_from": sender,
                    "reply_to": sender,
                    "email_to": address,
                    "auto_delete": True,
                    "is_news": True,
                }
            )
        if values_list:
            mails_sudo.create(values_list)
            mails_sudo.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
