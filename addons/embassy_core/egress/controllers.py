from odoo.http import request, route

from odoo.addons.html_editor.controllers.main import HTML_Editor
from odoo.addons.mail.controllers.discuss.gif import DiscussGifController
from odoo.addons.mail.controllers.google_translate import GoogleTranslateController
from odoo.addons.web.controllers.session import Session


class ClosedEditor(HTML_Editor):
    """The editor fetches what people name; its preview of links does so for anybody at all."""

    @route()
    def link_preview_metadata(self, preview_url):
        return False

    @route()
    def link_preview_metadata_internal(self, preview_url):
        return False

    @route()
    def video_url_data(self, *args, **kwargs):
        raise request.not_found()

    @route()
    def add_url(self, *args, **kwargs):
        raise request.not_found()

    @route()
    def save_library_media(self, *args, **kwargs):
        raise request.not_found()

    @route()
    def media_library_search(self, **params):
        raise request.not_found()

    @route()
    def generate_text(self, *args, **kwargs):
        raise request.not_found()


class ClosedGif(DiscussGifController):
    def _request_gifs(self, endpoint):
        raise request.not_found()


class ClosedTranslate(GoogleTranslateController):
    def _post(self, endpoint="", data=None):
        raise request.not_found()


class ClosedAccount(Session):
    @route()
    def account(self):
        """The address would carry the number of the database to the maker of Odoo."""
        raise request.not_found()
