from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.base.models.res_users import check_identity

# What is still asked of the staff after the password, where it is not a code (`auth_totp`).
SET_UP, PASSKEY = "embassy_set_up", "embassy_passkey"
PAGE = "/web/login/second-factor"


class ResUsers(models.Model):
    """Nobody enters the back office by a password alone.

    ``_mfa_type`` keeps the login unfinished (``Session.authenticate`` in ``odoo.http``): until the
    second factor is there, every route sees a visitor without an account.
    """

    _inherit = "res.users"

    has_second_factor = fields.Boolean(
        "Second factor",
        compute="_compute_has_second_factor",
        groups="embassy_core.group_coordinator",
    )
    second_factor_reset_on = fields.Datetime(
        "Asked anew on", copy=False, readonly=True, groups="embassy_core.group_coordinator"
    )
    second_factor_reset_by_id = fields.Many2one(
        "res.users",
        "Asked anew by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="embassy_core.group_coordinator",
    )

    def _compute_has_second_factor(self):
        for user in self:
            # sudo: whether there is one, never the secret or the key
            user_sudo = user.sudo()
            user.has_second_factor = bool(user_sudo.totp_secret or user_sudo.auth_passkey_key_ids)

    def authenticate(self, credential, user_agent_env):
        auth_info = super().authenticate(credential, user_agent_env)
        if request:
            user = self.browse(auth_info["uid"])
            request.session["first_factor"] = user._first_factor_token(request.session.sid)
            request.session.pop("login_time", None)
        return auth_info

    def action_totp_disable(self):
        for user in self:
            user._check_second_factor_stays(without_totp=True)
        return super().action_totp_disable()

    @check_identity
    def action_new_second_factor(self):
        """Have a colleague of one's own chapter set up the second factor anew."""
        self.ensure_one()
        self._new_second_factor()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(name)s is logged out everywhere and sets up a new second factor at the"
                    " next login.",
                    name=self.name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _new_second_factor(self):
        """Take the second factor of a colleague away.

        :raise UserError: for oneself: a stolen session would otherwise set up its own
        :raise AccessError: if the person asking is no coordinator of a chapter of the colleague
        """
        if self == self.env.user:
            raise UserError(self._ask_coordinator_text())
        # sudo: the chapters of the colleague, to compare them with one's own
        colleague_sudo = self.sudo()
        chapters_sudo = colleague_sudo.company_ids
        if (
            not self.env.user.has_group("embassy_core.group_coordinator")
            or not chapters_sudo & self.env.user.company_ids
            or not colleague_sudo._is_internal()
        ):
            raise AccessError(self.env["ir.rule"]._foreign_text())
        self._reset_second_factor()
        (chapters_sudo._coordinators() - self.env.user)._tell_news()

    def _reset_second_factor(self):
        """Remove what the second factor is made of; sessions end with it, see the session token."""
        # sudo: only the fields of the second factor; who may do it is checked by the caller
        for user_sudo in self.sudo():
            user_sudo.totp_trusted_device_ids.unlink()
            user_sudo.write(
                {
                    "totp_secret": False,
                    "auth_passkey_key_ids": [
                        Command.delete(key_sudo.id) for key_sudo in user_sudo.auth_passkey_key_ids
                    ],
                    "second_factor_reset_on": fields.Datetime.now(),
                    "second_factor_reset_by_id": self.env.uid,
                }
            )

    def _check_second_factor_stays(self, without_totp=False, without_passkeys=None):
        """Refuse to take the last second factor of a person of the staff.

        :raise UserError: also for the account that runs the system and somebody else's factor
        """
        if self.env.su or not self._is_internal():
            return
        # sudo: whether there is one, never the secret or the key
        user_sudo = self.sudo()
        totp = user_sudo.totp_secret and not without_totp
        passkeys_sudo = user_sudo.auth_passkey_key_ids
        if without_passkeys:
            passkeys_sudo -= without_passkeys
        if self != self.env.user or not (totp or passkeys_sudo):
            raise UserError(self._ask_coordinator_text())

    def _ask_coordinator_text(self):
        return self.env._(
            "Nobody works here without a second factor, and nobody takes away their own."
            " A coordinator of the chapter can have a colleague set up a new one: My chapter,"
            " tab People."
        )

    def _first_factor_token(self, sid):
        """What a password opened on one session; another password or a reset makes it worthless."""
        return self._session_token_hash_compute(sid, self._session_token_get_values())

    def _mfa_type(self):
        """A code by mail is none: who reads the mails has the password by the next mail."""
        kind = super()._mfa_type()
        if kind not in (None, "totp_mail") or not self._is_internal():
            return kind
        # sudo: whether there is a passkey
        user_sudo = self.sudo()
        return PASSKEY if user_sudo.auth_passkey_key_ids else SET_UP

    def _mfa_url(self):
        if self._mfa_type() in (SET_UP, PASSKEY):
            return PAGE
        return super()._mfa_url()

    def _get_auth_methods(self):
        """At the screen lock a passkey is named already, and a page to set up is no method."""
        return [name for name in super()._get_auth_methods() if name not in (SET_UP, PASSKEY)]

    def _get_session_token_fields(self):
        """Sessions end when the second factor is asked anew, and when a volunteer becomes staff."""
        return super()._get_session_token_fields() | {"second_factor_reset_on", "share"}
