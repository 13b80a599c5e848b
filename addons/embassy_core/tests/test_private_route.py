import io
from unittest.mock import patch

from odoo.http import request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers.public import ChapterPage

LOGGER = "odoo.addons.embassy_core.models.ir_http"


@tagged("post_install", "-at_install")
class TestPrivateRoute(HttpCase):
    """What a private route promises, on a page that is made one for the test."""

    def setUp(self):
        super().setUp()
        self.seen = {}
        endpoint = next(
            rule.endpoint
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.rule == "/embassy"
        )
        self.enterContext(
            patch.dict(
                endpoint.routing,
                {
                    "embassy_private": True,
                    "methods": None,
                    "csrf": False,
                    "max_content_length": 5 << 20,
                },
            )
        )

    def answer(self, function, **post):
        with patch.object(ChapterPage, "_env", staticmethod(function)):
            return self.url_open("/embassy", method="GET", **post)

    def look(self):
        environ = request.httprequest._HTTPRequest__environ
        self.seen["traces"] = {environ["REMOTE_ADDR"], environ["HTTP_USER_AGENT"]}
        self.seen["params"] = dict(request.params)
        self.seen["streams"] = [
            type(file.stream) for file in request.httprequest.files.getlist("f")
        ]
        raise ValueError

    def test_uploads_stay_in_memory(self):
        large = b"a" * (1 << 20)
        with mute_logger(LOGGER):
            self.answer(self.look, files=[("f", ("a", large)), ("f", ("b", b"b"))])
        self.assertEqual(self.seen["streams"], [io.BytesIO, io.BytesIO])

    def test_visitor_and_fields_are_forgotten(self):
        fields = {"self": "1", "request": "2"}
        with mute_logger(LOGGER):
            self.answer(self.look, data=fields, headers={"User-Agent": "probe"})
        self.assertEqual(self.seen["traces"], {"-"})
        self.assertEqual(self.seen["params"], {})

    def test_error_is_logged_without_its_text(self):
        def fail():
            raise ValueError("CNRY value")

        with self.assertLogs("odoo", "WARNING") as logs:
            response = self.answer(fail)
        self.assertNotIn("CNRY", str(logs.output))
        self.assertIn("ValueError", str(logs.output))
        self.assertEqual(response.status_code, 503)
        self.assertNotIn("CNRY", response.text)
        self.assertIn("Not sent", response.text)
        self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])

    def test_too_large_gets_a_page(self):
        response = self.answer(self.look, files=[("f", ("a", b"a" * (6 << 20)))])
        self.assertEqual(response.status_code, 413)
        self.assertIn("Not sent", response.text)
        self.assertEqual(self.seen, {})
