from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.sender import SENDER_GROUP
from .mailing_trace import KEPT_DAYS


class MailingMailing(models.Model):
    """A mailing reaches whom its sender sees in its own chapter, whoever carries it out.

    Odoo's job sends as the system, for which no rule holds: it would reach every chapter. So the
    mailing keeps who put it into the queue, and recipients are looked up as that person.
    """

    _name = "mailing.mailing"
    _inherit = ["mailing.mailing", "embassy.chapter.mixin"]
    _owner_columns = ("user_id", "create_uid")

    sender_id = fields.Many2one(
        "res.users",
        "Sent by",
        readonly=True,
        copy=False,
        help="Who put the mailing into the queue: it reaches whom this person may see.",
    )
    campaign_id = fields.Many2one(check_company=True)
    source_id = fields.Many2one(check_company=True)
    medium_id = fields.Many2one(check_company=True)
    contact_list_ids = fields.Many2many(check_company=True)
    mailing_filter_id = fields.Many2one(check_company=True)
    user_id = fields.Many2one(check_company=True)

    @api.depends("mailing_model_id")
    def _compute_reply_to_mode(self):
        """Answers go to an address: the other way puts the mailing on every recipient's record."""
        self.reply_to_mode = "new"

    @api.model_create_multi
    def create(self, vals_list):
        """Core makes a source along with each mailing: it has to be of the same chapter."""
        mailings = self.browse()
        for vals in vals_list:
            chapter_id, here = vals.get("company_id"), self
            if chapter_id and (self.env.su or chapter_id in self.env.companies.ids):
                here = self.with_company(chapter_id)
            mailing = super(MailingMailing, here).create([{**vals, "sender_id": False}])
            mailings += mailing.with_env(self.env)
        mailings._pin_sender()
        return mailings

    def write(self, vals):
        if "sender_id" in vals and not self.env.su:
            raise AccessError(self.env._("A mailing keeps who sent it."))
        if any("company_id" in vals and vals["company_id"] != row.company_id.id for row in self):
            raise UserError(self.env._("A mailing stays with its chapter."))
        if vals.get("state") == "in_queue":
            self._check_not_forgotten()
        result = super().write(vals)
        self._pin_sender()
        return result

    def _pin_sender(self):
        """Make who last touched a waiting mailing its sender, so that nobody borrows rights."""
        if self.env.user._is_superuser():
            return
        # sudo: nobody chooses the sender
        for mailing_sudo in self.sudo():
            waits = mailing_sudo.state in ("in_queue", "sending")
            if waits and mailing_sudo.sender_id != self.env.user:
                mailing_sudo.sender_id = self.env.user

    def _check_not_forgotten(self):
        """Refuse to send again what nobody knows any more who got."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        if any(mailing.sent_date and mailing.sent_date < limit for mailing in self):
            raise UserError(
                self.env._(
                    "It is not kept any more who got this mailing. Duplicate it to send it again."
                )
            )

    def _check_access_right_dynamic_template(self):
        """What is put into a mail is a field of its recipient, never a program.

        Odoo lets editors of templates write programs, which see every chapter.
        """
        system = self.env.su or self.env.user.has_group("base.group_system")
        if not system and self._has_unsafe_expression():
            raise AccessError(
                self.env._("A mailing holds words and simple placeholders, and no program.")
            )
        return super()._check_access_right_dynamic_template()

    def _as_sender(self):
        """The mailing in the hands of who sends it, in the mailing's chapter alone.

        :return: mailing.mailing (one record); None when that person may not send it
        """
        self.ensure_one()
        # sudo: the sender and the chapter, whoever asks
        mailing_sudo = self.sudo()
        user = mailing_sudo.sender_id if self.env.user._is_superuser() else self.env.user
        chapter = mailing_sudo.company_id
        if not user.active or chapter not in user.company_ids or not user.has_group(SENDER_GROUP):
            return None
        return self.with_user(user).with_context(allowed_company_ids=chapter.ids)

    def _get_recipients(self):
        sender = self._as_sender()
        return super(MailingMailing, sender)._get_recipients() if sender else []

    def _get_recipients_domain(self):
        """Only whom the sender sees, and nobody of the regime: in every count and every sending.

        Lists refuse the regime when somebody adds it. A contact that became one of theirs
        afterwards is left out here, so that it does not stop the mail to all others.
        """
        sender = self._as_sender()
        if sender is None:
            return Domain.FALSE
        target = sender.env[self.mailing_model_real].with_context(active_test=False)
        if not target.has_access("read"):
            return Domain.FALSE
        domain = Domain(super()._get_recipients_domain())
        domain &= Domain("id", "in", target._search([]))
        if target._name == "res.partner":
            domain &= Domain("is_regime", "!=", True)
        elif "partner_id" in target._fields and target._fields["partner_id"].store:
            domain &= Domain("partner_id", "=", False) | Domain("partner_id.is_regime", "!=", True)
        if "email_normalized" in target._fields:
            domain &= Domain("email_normalized", "not in", self._regime_addresses())
        return domain

    def _regime_addresses(self):
        """Addresses of the regime that any chapter knows (list of str)."""
        # sudo: whether a mail may go out does not depend on what its sender may see
        partners_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        regime_sudo = partners_sudo.search_fetch(
            [("is_regime", "=", True), ("email_normalized", "!=", False)], ["email_normalized"]
        )
        return regime_sudo.mapped("email_normalized")

    def _action_send_mail(self, res_ids=None):
        for mailing in self:
            sender = mailing._as_sender()
            if sender is None:
                raise UserError(self.env._("Nobody who may send this mailing has sent it."))
            if res_ids and not set(res_ids) <= set(sender._get_recipients()):
                raise AccessError(self.env["ir.rule"]._foreign_text())
            super(MailingMailing, sender)._action_send_mail(res_ids)
        return True

    @api.model
    def _process_mass_mailing_queue(self):
        """Take mailings back whose sender has left before the job came, instead of sending none."""
        for mailing in self.search([("state", "in", ("in_queue", "sending"))]):
            if mailing._as_sender() is None:
                mailing.write({"state": "draft", "sender_id": False})
                mailing._message_log(
                    body=self.env._(
                        "Nobody got this mailing: who sent it may not send mailings any more."
                        " Read it again, and send it yourself."
                    )
                )
        return super()._process_mass_mailing_queue()

    def _action_send_statistics(self):
        """No figures by mail."""
        self.kpi_mail_required = False
        return self.env["mail.mail"]

    def _get_mass_mailing_context(self):
        """Links stay what they are: nobody counts who opens them."""
        context = super()._get_mass_mailing_context()
        context.pop("post_convert_links", None)
        return context

    def convert_links(self):
        return {mailing.id: mailing.body_html or "" for mailing in self}

    def _get_image_by_url(self, url, session):
        """The server fetches no picture from anywhere."""
        raise UserError(self.env._("Put the picture into the mailing: it is not fetched."))
