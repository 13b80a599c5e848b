import logging
from email.utils import parseaddr
from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_domain_extract, email_normalize, format_list

_logger = logging.getLogger(__name__)

# Whoever is answered by a machine is not answered by ours.
MACHINES = ("mailer-daemon", "no-reply", "noreply", "postmaster", "bounce")


class EmbassyLetterMailMixin(models.AbstractModel):
    """Letters that leave and come by mail.

    What leaves is queued in the transaction that writes it into the register. What comes from
    somebody known is proposed as an incoming letter; what comes from anybody else is not kept, so
    that no plea for help lies in clear.
    """

    _name = "embassy.letter.mail.mixin"
    _inherit = ["embassy.quiet.mixin"]
    _description = "Leaves and comes by mail"

    def action_mail(self):
        """Send the letters by mail, with their files, and note that they have left."""
        self.check_access("write")
        without = self.filtered(lambda letter: not letter.partner_id.email_normalized)
        if without:
            raise UserError(
                self.env._(
                    "No e-mail address is known for %(names)s. Add it, or send the letter by post.",
                    names=format_list(self.env, without.partner_id.mapped("display_name")),
                )
            )
        self._leave()
        self._queue_mails()

    def action_attach_print(self):
        """Put the letter as it is printed among its files, with which it leaves."""
        self.ensure_one()
        self.check_access("write")
        if self.direction != "out" or self.state != "registered":
            raise UserError(
                self.env._("Attach the print when the letter has its number, and before it leaves.")
            )
        reports = self.env["ir.actions.report"]
        content, _kind = reports._render_qweb_pdf("embassy_outreach.report_letter", self.ids)
        file = {"name": f"{self.number}.pdf", "res_model": self._name, "res_id": self.id}
        files = self.env["ir.attachment"]
        files.search([(name, "=", value) for name, value in file.items()]).unlink()
        files.create({**file, "raw": content, "mimetype": "application/pdf"})

    def _queue_mails(self):
        """Put the letters into the queue of mails: one batch of rows, whatever their number."""
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        files_of = files.grouped("res_id")
        note = self.env.ref("mail.mt_note")
        values_list = []
        for letter in self:
            address = letter.company_id._letter_address()
            values_list.append(
                {
                    "model": self._name,
                    "res_id": letter.id,
                    "message_type": "email_outgoing",
                    "subtype_id": note.id,
                    "subject": letter.display_name,
                    "body": letter._mail_body(),
                    "author_id": self.env.user.partner_id.id,
                    "email_from": address,
                    "reply_to": address,
                    "partner_ids": letter.partner_id.ids,
                    "attachment_ids": files_of.get(letter.id, files.browse()).ids,
                    "record_company_id": letter.company_id.id,
                }
            )
        messages = self.env["mail.message"].create(values_list)
        # sudo: nobody has a right on the queue; the messages were made as the person
        mails_sudo = self.env["mail.mail"].sudo()
        mails_sudo = mails_sudo.create(
            [
                {
                    "mail_message_id": message.id,
                    "body_html": message.body,
                    "recipient_ids": letter.partner_id.ids,
                    "auto_delete": True,
                    "is_notification": True,
                }
                for letter, message in zip(self, messages, strict=True)
            ]
        )
        # sudo: what became of each mail shows beside the letter
        notices_sudo = self.env["mail.notification"].sudo()
        notices_sudo.create(
            [
                {
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": mail.recipient_ids.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for mail in mails_sudo
            ]
        )
        mails_sudo.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _mail_body(self):
        letter = self.with_context(lang=self.lang or self.env.lang)
        return self.env["ir.qweb"]._render(
            "embassy_outreach.letter_mail", {"letter": letter}, lang=letter.env.lang
        )

    @api.model
    def _route_mail(self, message, message_dict, route):
        """Say what becomes of a mail to the address for letters, or an answer to one of ours.

        :param message: ``email.message.EmailMessage``
        :param message_dict: dict, as Odoo has parsed it
        :param route: tuple (model, thread_id, custom_values, user_id, alias)
        :return: the route to a new incoming letter, or an empty tuple for a mail that is not kept
        """
        _model, thread_id, custom_values, user_id, alias = route
        sender = email_normalize(message_dict["email_from"]) or ""
        # sudo: the mail host is nobody; what is found is of the chapter of the address
        letter_sudo = self.sudo().browse(thread_id or []).exists()
        if letter_sudo:
            chapter_sudo = letter_sudo.company_id
        else:
            # sudo: the chapter of the address alone
            alias_sudo = (alias or self.env["mail.alias"]).sudo()
            chapter_sudo = alias_sudo.chapter_id
        _partners, regime = self.env["res.partner"]._regime_among(emails=[sender])
        if regime or not chapter_sudo:
            return ()
        partner = self._known_sender(chapter_sudo, sender)
        if not letter_sudo and not partner:
            self._answer_unknown(chapter_sudo, message, sender)
            return ()
        values = {
            **(custom_values or {}),
            "company_id": chapter_sudo.id,
            "direction": "in",
            "kind": "reply" if letter_sudo else "request",
            "reply_to_id": letter_sudo.direction == "out" and letter_sudo.id,
            "partner_id": letter_sudo.partner_id.id or partner.id,
            "user_id": letter_sudo.user_id.id,
        }
        return (self._name, False, values, user_id, alias)

    @api.model
    def _known_sender(self, chapter, address):
        """Who of the directory writes from this address (res.partner, sudo).

        Somebody with the address, or a body that owns its domain: one whose page lies there.
        """
        # sudo: as the mail host, narrowed to what the chapter sees
        partners_sudo = self.env["res.partner"].sudo()
        seen = Domain("company_id", "in", [chapter.id, False]) & Domain(
            "directory_kind", "!=", False
        )
        found = partners_sudo.search(seen & Domain("email_normalized", "=", address), limit=1)
        domain = email_domain_extract(address)
        if found or not domain:
            return found
        bodies = partners_sudo.search(
            seen
            & Domain("directory_kind", "=", "institution")
            & Domain("email", "ilike", f"@{domain}")
            & Domain("website", "!=", False),
            limit=20,
        )
        return bodies.filtered(lambda body: _is_under(_host(body.website), domain))[:1]

    @api.model
    def _answer_unknown(self, chapter, message, sender):
        """Tell somebody unknown where to ask for help, and keep nothing of them."""
        automatic = (message.get("Auto-Submitted") or "no").lower() != "no"
        bulk = (message.get("Precedence") or "").lower() in ("bulk", "junk", "list")
        local = parseaddr(sender)[1].partition("@")[0]
        if not sender or automatic or bulk or message.get("List-Id") or local in MACHINES:
            return
        url = chapter.get_base_url() + (chapter.page_path or "/")
        body = self.env["ir.qweb"]._render(
            "embassy_outreach.letter_unknown_mail",
            {"texts": self._unknown_texts(chapter), "url": url},
        )
        self._send_unkept(chapter, sender, self.env._("Your message"), body)

    @api.model
    def _send_unkept(self, chapter, address, subject, body):
        """Send a mail of which neither a table nor the log learns to whom it goes.

        A ``mail.mail`` is a row, and when the mail host refuses it, core logs the address.
        """
        # sudo: the mail hosts of the system
        hosts_sudo = self.env["ir.mail_server"].sudo().with_company(chapter)
        sender = chapter._letter_address()
        try:
            mail = hosts_sudo._build_email__(
                email_from=sender,
                email_to=[address],
                subject=subject,
                body=body,
                reply_to=sender,
                subtype="html",
                headers={"Auto-Submitted": "auto-replied"},
            )
            host = hosts_sudo._connect__(smtp_from=sender)
            if host:
                smtp_from, smtp_to, mail = hosts_sudo._prepare_email_message__(mail, host)
                host.send_message(mail, smtp_from, smtp_to)
                host.quit()
        except (AssertionError, OSError, UnicodeError, UserError) as error:
            _logger.info("An answer to an unknown sender did not leave: %s", type(error).__name__)

    @api.model
    def _unknown_texts(self, chapter):
        codes = chapter.chapter_language_ids.filtered("active").mapped("code") or [self.env.lang]
        return [
            self.with_context(lang=code).env._(
                "This address takes letters from institutions only. Your message was not read and"
                " not kept. If you need help, ask here:"
            )
            for code in codes
        ]

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Propose an incoming letter. Somebody looks at it and registers it."""
        values = {
            **(custom_values or {}),
            "subject": msg_dict.get("subject") or self.env._("No subject"),
            "body": msg_dict.get("body"),
        }
        letter = super().message_new(msg_dict, values)
        people = letter.user_id or letter.company_id._coordinators()
        people._tell_news()
        return letter


def _host(url):
    return (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()


def _is_under(host, domain):
    return host == domain or host.endswith(f".{domain}") or domain.endswith(f".{host}")
