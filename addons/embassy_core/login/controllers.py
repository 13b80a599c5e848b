import base64
import os
import re
import time

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from odoo.addons.auth_passkey._vendor.webauthn.helpers import exceptions as webauthn
from odoo.addons.auth_totp.controllers.home import Home
from odoo.addons.auth_totp.models.totp import TOTP_SECRET_SIZE

from .res_users import PAGE, PASSKEY, SET_UP

# What the check of a browser's answer raises; the classes have no common one.
BAD_ANSWER = tuple(kind for kind in vars(webauthn).values() if isinstance(kind, type))


class SecondFactor(Home):
    """The pages between the password and the back office."""

    @http.route()
    def web_totp(self, redirect=None, **kwargs):
        """Ask for the code each time: no device is trusted."""
        if not request.session.uid:
            user = self._half_logged_in()
            if not user:
                return request.redirect("/web/login")
            if user._mfa_type() in (SET_UP, PASSKEY):
                return request.redirect(self._login_redirect(user.id, redirect=redirect))
        kwargs.pop("remember", None)
        return super().web_totp(redirect=redirect, **kwargs)

    @http.route(
        PAGE,
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def second_factor(self, redirect=None, **kwargs):
        """Set up a second factor after the first login, or use one's passkey."""
        if request.session.uid:
            return request.redirect(self._login_redirect(request.session.uid, redirect=redirect))
        user = self._half_logged_in()
        if not user:
            return request.redirect("/web/login")
        kind = user._mfa_type()
        if kind not in (SET_UP, PASSKEY):
            return request.redirect(self._login_redirect(user.id, redirect=redirect))
        values = {"redirect": redirect}
        if kind == PASSKEY:
            return self._page("embassy_core.login_passkey", values)
        if request.httprequest.method == "POST":
            values["error"] = self._set_up(user, kwargs.get("code"), kwargs.get("registration"))
            if not values["error"]:
                request.session.finalize(request.env)
                request.update_env(user=request.session.uid)
                request.update_context(**request.session.context)
                return request.redirect(self._login_redirect(user.id, redirect=redirect))
        secret = self._new_secret(user)
        # sudo: a picture and an address made of the person's own login, kept nowhere
        picture_sudo = request.env["auth_totp.wizard"].sudo().new(
            {"user_id": user.id, "secret": secret}
        )
        values["picture"] = picture_sudo.qrcode
        values["address"] = picture_sudo.url
        values["secret"] = " ".join(re.findall("....", secret))
        return self._page("embassy_core.login_second_factor", values)

    @http.route(f"{PAGE}/passkey", type="jsonrpc", auth="public", methods=["POST"])
    def second_factor_passkey(self):
        """What the browser needs to make a passkey (dict)."""
        user = self._half_logged_in()
        if not user or user._mfa_type() != SET_UP:
            raise AccessDenied()
        return user.with_user(user).env["auth.passkey.key"]._start_registration()

    def _half_logged_in(self):
        """The person whose password was right on this session (res.users, else empty)."""
        user = request.env["res.users"].browse(request.session.get("pre_uid"))
        token = request.session.get("first_factor")
        if not user or token != user._first_factor_token(request.session.sid):
            return user.browse()
        # sudo: the language of the person's pages
        user_sudo = user.sudo()
        request.update_context(lang=user_sudo.lang)
        return user.with_env(request.env)

    def _page(self, template, values):
        response = request.render(template, values)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _new_secret(self, user):
        """The secret that this session offers (str, base32): the same until it is taken."""
        offered = request.session.get("offered_secret")
        if not offered or offered[0] != user.id:
            secret = base64.b32encode(os.urandom(TOTP_SECRET_SIZE // 8)).decode()
            offered = request.session["offered_secret"] = [user.id, secret]
        return offered[1]

    def _set_up(self, user, code, registration):
        """Keep the new second factor; return what went wrong as a sentence, else None."""
        user = user.with_user(user)
        if registration:
            # The password was asked a moment ago, which is what making a passkey wants to know.
            request.session["identity-check-last"] = time.time()
            try:
                name = user.env._("Passkey")
                passkey = user.env["auth.passkey.key.create"].create({"name": name})
                passkey.make_key(registration=registration)
            except (AccessDenied, *BAD_ANSWER):
                return user.env._("The passkey could not be made. Try again, or use an app.")
            finally:
                request.session.pop("identity-check-last", None)
        else:
            digits = re.sub(r"\s", "", code or "")
            if not re.fullmatch(r"[0-9]{6}", digits):
                return user.env._("Write the six digits that the app shows.")
            if not user._totp_try_setting(self._new_secret(user), int(digits)):
                return user.env._(
                    "That was not the right code. Wait for the next one. If it goes on: the clock"
                    " of the phone may be wrong."
                )
        request.session.pop("offered_secret", None)
        return None
