from werkzeug.exceptions import Unauthorized

from odoo.http import request, route

from odoo.addons.link_tracker.controller.main import LinkTracker
from odoo.addons.mass_mailing.controllers.main import MassMailController


class WalledMailing(MassMailController):
    """Whoever comes by a mail of one chapter meets that chapter alone, and is not watched."""

    def _check_mailing_email_token(
        self, mailing_id, document_id, email, hash_token, required_mailing_id=False
    ):
        """Let who has no token see what this person sees in the back office, and no more."""
        mailing_sudo = super()._check_mailing_email_token(
            mailing_id, document_id, email, hash_token, required_mailing_id
        )
        if mailing_sudo and not hash_token:
            self._check_seen(mailing_sudo._name, mailing_id)
            if document_id:
                self._check_seen(mailing_sudo.mailing_model_real, document_id)
        self._narrow_to(mailing_sudo)
        return mailing_sudo

    def _check_seen(self, model, id_):
        if not str(id_).isdigit() or not request.env[model].search([("id", "=", int(id_))]):
            raise Unauthorized()

    def _narrow_to(self, mailing_sudo):
        chapters = mailing_sudo.company_id or request.env.user.company_ids
        request.update_context(only_chapter_ids=chapters.ids)

    def _prepare_mailing_subscription_values(self, mailing, document_id, email, hash_token):
        self._narrow_to(mailing)
        return super()._prepare_mailing_subscription_values(
            mailing, document_id, email, hash_token
        )

    @route()
    def mailing_update_list_subscription(self, mailing_id=None, lists_optin_ids=None, **kwargs):
        # sudo: only to leave out lists of other chapters than the mailing's
        mailing_sudo = request.env["mailing.mailing"].sudo().browse(mailing_id or []).exists()
        self._narrow_to(mailing_sudo)
        lists_sudo = request.env["mailing.list"].sudo()
        lists_sudo = lists_sudo.search([("id", "in", lists_optin_ids or [])])
        return super().mailing_update_list_subscription(
            mailing_id=mailing_id, lists_optin_ids=lists_sudo.ids, **kwargs
        )

    @route()
    def mailing_send_feedback(self, mailing_id=None, opt_out_reason_id=False, **kwargs):
        # sudo: only to leave out reasons of other chapters than the mailing's
        mailing_sudo = request.env["mailing.mailing"].sudo().browse(mailing_id or []).exists()
        self._narrow_to(mailing_sudo)
        if opt_out_reason_id not in self._fetch_subscription_optouts().ids:
            opt_out_reason_id = False
        return super().mailing_send_feedback(
            mailing_id=mailing_id, opt_out_reason_id=opt_out_reason_id, **kwargs
        )

    @route()
    def track_mail_open(self, mail_id, token, **post):
        raise request.not_found()

    @route()
    def full_url_redirect(self, code, mailing_trace_id=None, **post):
        raise request.not_found()


class ClosedLinks(LinkTracker):
    @route()
    def full_url_redirect(self, code, **post):
        raise request.not_found()
