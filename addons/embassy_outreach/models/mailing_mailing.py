from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.sender import SENDER_GROUP

# To more people than this a mailing goes when two have let it go.
ALONE = 50
CONTENT = {
    "subject",
    "preview",
    "body_arch",
    "body_html",
    "attachment_ids",
    "email_from",
    "reply_to",
    "mailing_model_id",
    "mailing_domain",
    "mailing_filter_id",
    "contact_list_ids",
    "use_exclusion_list",
}
BY_STEPS = {"asked_by_id", "asked_count", "confirmed_by_id", "briefing_id"}
NOT_ASKED = {"asked_by_id": False, "asked_count": 0, "confirmed_by_id": False}
ON_ITS_WAY = ("in_queue", "sending")


class MailingMailing(models.Model):
    """A large mailing goes when one person has typed how many get it, and another confirms.

    A briefing goes as it was approved, to those who asked for its topic and language.
    """

    _inherit = "mailing.mailing"

    briefing_id = fields.Many2one(
        "embassy.briefing",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    recipient_count = fields.Integer("Recipients", compute="_compute_recipient_count")
    needs_second = fields.Boolean("Needs a second person", compute="_compute_recipient_count")
    typed_count = fields.Integer(
        "Type the number of recipients",
        copy=False,
        help="So that nobody sends to more people than they think.",
    )
    asked_by_id = fields.Many2one("res.users", "Second person asked by", readonly=True, copy=False)
    asked_count = fields.Integer("Asked for", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", "Confirmed by", readonly=True, copy=False)

    _one_of_a_briefing = models.UniqueIndex(
        "(briefing_id) WHERE briefing_id IS NOT NULL", "This briefing has its mailing already."
    )

    @api.depends("mailing_domain", "mailing_model_id", "contact_list_ids", "state")
    def _compute_recipient_count(self):
        limit = self._alone()
        for mailing in self:
            mailing.recipient_count = mailing._count_recipients()
            mailing.needs_second = mailing.recipient_count > limit

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                {name: vals[name] for name in vals if name not in BY_STEPS} for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if BY_STEPS & vals.keys():
            raise AccessError(self.env._("Who let a mailing go is noted by the step."))
        if CONTENT & vals.keys():
            self._check_changeable()
            vals = {**vals, **NOT_ASKED}
        if vals.get("state") == "draft":
            vals = {**vals, **NOT_ASKED}
        if vals.get("state") in ON_ITS_WAY:
            self._check_second_person()
        return super().write(vals)

    @api.model
    def _alone(self):
        """To how many people one person sends alone (int)."""
        # sudo: one number of the installation
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return int(parameters_sudo.get_param("embassy_outreach.mailing_alone", ALONE))

    def _count_recipients(self):
        """How many the sender reaches (int); nobody where the sender may not send."""
        self.ensure_one()
        sender = self._as_sender()
        if sender is None or not self.mailing_model_real:
            return 0
        target = sender.env[self.mailing_model_real]
        return target.search_count(sender._get_recipients_domain())

    def _check_changeable(self):
        if any(mailing.briefing_id for mailing in self):
            raise UserError(self.env._("A briefing goes out as it was approved."))
        if any(mailing.confirmed_by_id and mailing.state in ON_ITS_WAY for mailing in self):
            raise UserError(
                self.env._("Two people let this mailing go. Cancel it before you change it.")
            )

    def _check_second_person(self):
        """Refuse to let a large mailing go that nobody else has asked for, and note who does."""
        limit = self._alone()
        for mailing in self:
            mailing._check_published()
            count = mailing._count_recipients()
            if count <= limit or mailing.confirmed_by_id:
                continue
            if not mailing.asked_by_id:
                raise UserError(
                    self.env._(
                        "It goes to %(count)s people; to more than %(limit)s nobody sends alone."
                        " Type the number and ask a second person.",
                        count=count,
                        limit=limit,
                    )
                )
            if mailing.asked_by_id == self.env.user:
                raise UserError(self.env._("Somebody else confirms what you have asked for."))
            if count > mailing.asked_count + limit:
                raise UserError(
                    self.env._(
                        "It was asked for %(asked)s people and goes to %(count)s by now. Ask"
                        " again.",
                        asked=mailing.asked_count,
                        count=count,
                    )
                )
            # sudo: nobody writes by hand who confirmed
            mailing_sudo = mailing.sudo()
            mailing_sudo.confirmed_by_id = self.env.user

    def _check_published(self):
        # sudo: the state of the briefing alone
        briefing_sudo = self.sudo().briefing_id
        if briefing_sudo and briefing_sudo.state != "published":
            raise UserError(self.env._("This briefing is not published any more."))

    def action_ask_second(self):
        """Note who wants to send to how many, and tell the others who may that there is news."""
        for mailing in self:
            mailing.check_access("write")
            count = mailing._count_recipients()
            if mailing.state != "draft":
                raise UserError(self.env._("This mailing is on its way already."))
            if mailing.typed_count != count:
                raise UserError(
                    self.env._(
                        "You typed %(typed)s, and it goes to %(count)s people. Look at whom it"
                        " reaches.",
                        typed=mailing.typed_count,
                        count=count,
                    )
                )
            # sudo: nobody writes by hand who asked
            mailing_sudo = mailing.sudo()
            mailing_sudo.write(
                {"asked_by_id": self.env.uid, "asked_count": count, "confirmed_by_id": False}
            )
            mailing._others()._tell_news()

    def _others(self):
        """Who else may let it go (res.users, sudo)."""
        # sudo: who may send mailings in the chapter, whoever asks
        senders_sudo = self.env.ref(SENDER_GROUP).sudo().all_user_ids
        chapter_sudo = self.sudo().company_id
        return senders_sudo.filtered(
            lambda user: (
                user.active and chapter_sudo in user.company_ids and user.id != self.env.uid
            )
        )

    def action_send_mail(self, res_ids=None):
        """Sending at once asks for the second person as well."""
        if not self.env.su:
            self._check_second_person()
        return super().action_send_mail(res_ids)

    def _get_recipients_domain(self):
        """Of subscribers only those who have said yes, whatever somebody filters by."""
        domain = super()._get_recipients_domain()
        if self.mailing_model_real == "embassy.subscriber":
            domain = Domain(domain) & Domain("state", "=", "confirmed")
        return domain

    def _get_unsubscribe_url(self, email_to, res_id):
        url = self._choice_url(email_to, res_id)
        return url or super()._get_unsubscribe_url(email_to, res_id)

    def _get_unsubscribe_oneclick_url(self, email_to, res_id):
        url = self._choice_url(email_to, res_id)
        return url or super()._get_unsubscribe_oneclick_url(email_to, res_id)

    def _choice_url(self, email_to, res_id):
        """Where a subscriber changes the choice or leaves; nothing for other recipients.

        Asked twice for each mail, so the recipient is not read: address and id are in the mail.
        """
        subscribers = self.env["embassy.subscriber"]
        if self.mailing_model_id.id != self.env["ir.model"]._get_id(subscribers._name):
            return None
        token = subscribers._token_of(res_id, self.company_id.id, email_to)
        return subscribers._url_of(token)

    @api.model
    def _process_mass_mailing_queue(self):
        """Take mailings back that may not go any more, instead of sending them."""
        for mailing in self.search([("state", "in", ON_ITS_WAY)]):
            if reason := mailing._unfit_reason():
                mailing.write({"state": "draft", "sender_id": False, **NOT_ASKED})
                mailing._message_log(body=reason)
        return super()._process_mass_mailing_queue()

    def _unfit_reason(self):
        """Why this mailing does not go now (str, empty when it goes)."""
        self.ensure_one()
        if self.briefing_id and self.briefing_id.state != "published":
            return self.env._("It was not sent: the briefing is not published any more.")
        limit = self._alone()
        most = self.asked_count + limit if self.confirmed_by_id else limit
        if self.state == "in_queue" and self._count_recipients() > most:
            return self.env._(
                "It was not sent: it goes to more people than were confirmed. Ask again."
            )
        return ""
