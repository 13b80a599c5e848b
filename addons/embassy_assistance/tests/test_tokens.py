import re

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CaseChapters

# The forms of the first two carry a number of ours in the place of Odoo's token: see `form_number`.
# The third is Odoo's own way out of its mails, which we only close to other chapters. The last two
# act for nobody who is logged in: one asks an address whether it wants briefings, as anybody may,
# and for the other the token in the address speaks, as mail programs send it (RFC 8058).
WITHOUT = {
    "/embassy/<string:code>/help",
    "/embassy/receipt",
    "/digest/<int:digest_id>/unsubscribe_oneclik",
    "/embassy/<string:code>/briefings/subscribe",
    "/embassy/briefings/choice/<string:token>",
}


@tagged("post_install", "-at_install")
class TestTokens(CaseChapters, HttpCase):
    """A page of somebody else makes nobody's browser do anything here."""

    def routes(self):
        """Our routes that take what a form sends: dict of address to its arguments."""
        found = {}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            routing = rule.endpoint.routing
            is_ours = ".embassy_" in rule.endpoint.func.__module__
            if is_ours and routing["type"] == "http" and "POST" in (rule.methods or ()):
                found[rule.rule] = routing
        return found

    @mute_logger("odoo.http")
    def test_r25_no_form_without_a_token(self):
        """Each is asked for as a coordinator, who may do what the form says."""
        user = self.user_a["coordinator"]
        self.authenticate(user.login, user.login)
        routes = self.routes()
        self.assertGreater(len(routes), 10)
        for path, routing in routes.items():
            with self.subTest(path=path):
                if path in WITHOUT:
                    self.assertFalse(routing["csrf"])
                    continue
                self.assertTrue(routing.get("csrf", True))
                for data in ({}, {"csrf_token": "x"}):
                    address = re.sub("<.*?>", "1", path)
                    answer = self.url_open(address, data={"a": "1", **data}, allow_redirects=False)
                    self.assertEqual(answer.status_code, 400)
