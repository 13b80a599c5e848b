from odoo.http import request, route

from odoo.addons.digest.controllers.portal import DigestController


class ClosedDigest(DigestController):
    """No digests are sent, and the page to leave one names it to whoever guesses its number."""

    @route()
    def digest_unsubscribe_oneclick(self, *args, **kwargs):
        raise request.not_found()

    @route()
    def digest_unsubscribe(self, *args, **kwargs):
        raise request.not_found()

    @route()
    def digest_set_periodicity(self, *args, **kwargs):
        raise request.not_found()
