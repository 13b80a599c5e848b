import time

from odoo import models
from odoo.http import request

# How exact the clock of the screen lock is, in seconds: a session is not written at each request.
TICK = 30


class IrHttp(models.AbstractModel):
    """The locks by the server's own clock, and the flags of the session's cookie.

    ``auth_timeout`` counts from ``create_time``, which Odoo sets anew every three hours, and hears
    of idleness from the browser alone.
    """

    _inherit = "ir.http"

    @classmethod
    def _must_check_identity(cls):
        session, now = request.session, time.time()
        user = request.env(user=session.uid).user
        timeouts = user._get_lock_timeouts()
        began = session.setdefault("login_time", session.get("create_time", 0))
        for timeout, mfa in timeouts["lock_timeout"]:
            if began <= now - timeout:
                return {"logout": True, "mfa": mfa}
        used = max(session.get("last_use") or began, session.get("identity-check-last") or 0)
        for timeout, mfa in timeouts["lock_timeout_inactivity"]:
            if used <= now - timeout:
                return {"check_identity": True, "mfa": mfa}
        return super()._must_check_identity()

    @classmethod
    def _authenticate(cls, endpoint):
        super()._authenticate(endpoint)
        session, routing = request.session, endpoint.routing
        if routing["auth"] == "user" and routing.get("check_identity", True) and session.uid:
            if session.get("last_use", 0) < time.time() - TICK:
                session["last_use"] = time.time()

    @classmethod
    def _post_dispatch(cls, response):
        super()._post_dispatch(response)
        cls._guard_cookie(response)

    @classmethod
    def _handle_error(cls, exception):
        response = super()._handle_error(exception)
        cls._guard_cookie(response)
        return response

    @classmethod
    def _guard_cookie(cls, response):
        """Other sites do not send the session's cookie along, and it does not travel in clear."""
        headers = getattr(response, "headers", None)
        cookies = headers.getlist("Set-Cookie") if headers else []
        flags = "; SameSite=Lax" + ("; Secure" if request.httprequest.scheme == "https" else "")
        for at, cookie in enumerate(cookies):
            if cookie.startswith("session_id=") and flags not in cookie:
                cookies[at] = cookie + flags
        if cookies:
            headers.setlist("Set-Cookie", cookies)
