import http.server
import json
import threading
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..hooks import pre_init_hook
from .common import ChapterCase


@contextmanager
def _listening():
    """A server of somebody else: its address, and the paths that were asked of it."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><head><title>Secret inside</title></head></html>")

        do_POST = do_HEAD = do_GET

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@tagged("post_install", "-at_install")
class TestEgress(ChapterCase, HttpCase):
    """Nothing connects to another server: each way is tried at a server that counts."""

    def setUp(self):
        super().setUp()
        self.officer = self.user_a["outreach_officer"]
        self.officer.password = "officer-password"

    def _json(self, path, **params):
        return self.url_open(
            path,
            data=json.dumps({"id": 0, "params": params}),
            headers={"Content-Type": "application/json"},
        )

    def test_nobody_has_the_server_fetch_an_address(self):
        """In plain Odoo anybody, without an account, reads titles of pages inside the house."""
        with _listening() as (address, asked):
            answer = self._json("/html_editor/link_preview_external", preview_url=address)
            self.assertFalse(answer.json().get("result"))
            self.authenticate(self.officer.login, "officer-password")
            answer = self._json("/html_editor/link_preview_internal", preview_url=address)
            self.assertFalse(answer.json().get("result"))
            for path, params in (
                ("/html_editor/attachment/add_url", {"url": f"{address}/a.png"}),
                ("/html_editor/video_url/data", {"video_url": f"{address}/a"}),
                ("/html_editor/media_library_search", {}),
                ("/html_editor/save_library_media", {"media": {}}),
                ("/html_editor/generate_text", {"prompt": "a", "conversation_history": []}),
                ("/web/session/account", {}),
                ("/discuss/gif/search", {"search_term": "a"}),
            ):
                with self.subTest(path):
                    self.assertEqual(self._json(path, **params).json()["error"]["code"], 404)
            self.assertFalse(asked)

    def test_links_in_messages_are_not_fetched(self):
        with _listening() as (address, asked):
            message = self.chapter_a.partner_id.message_post(body=f"See {address}/page")
            self.authenticate(self.officer.login, "officer-password")
            self._json("/mail/link_preview", message_id=message.id)
            self.assertFalse(asked)
        self.assertFalse(self.env["mail.link.preview"].search([("source_url", "ilike", address)]))

    def test_no_report_to_the_maker(self):
        self.assertTrue(self.env["publisher_warranty.contract"].update_notification(False))
        for cron in ("ir_cron_module_update_notification", "ir_cron_web_push_notification"):
            self.assertFalse(self.env.ref(f"mail.{cron}").active)

    def test_no_push_through_the_maker_of_a_browser(self):
        Device = self.as_user(self.env["mail.push.device"], self.officer)
        Device.register_devices(
            endpoint="https://push.example.org",
            keys={"auth": "a"},
            vapid_public_key=Device.get_web_push_vapid_public_key(),
        )
        self.assertFalse(self.env["mail.push.device"].search([]))

    def test_services_of_others_are_nowhere(self):
        Parameter = self.env["ir.config_parameter"]
        for key in ("iap.endpoint", "html_editor.olg_api_endpoint"):
            self.assertEqual(Parameter.get_param(key, "https://example.org"), "http://127.0.0.1:9")
        Parameter.set_param("discuss.tenor_api_key", "key")
        self.assertFalse(Parameter.get_param("discuss.tenor_api_key"))

    def test_no_webhook(self):
        with _listening() as (address, asked):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Tell",
                    "model_id": self.env.ref("base.model_res_partner").id,
                    "state": "webhook",
                    "webhook_url": address,
                }
            )
            partner = self.chapter_a.partner_id
            with self.assertRaises(UserError):
                action.with_context(active_model="res.partner", active_id=partner.id).run()
            self.assertFalse(asked)

    def test_pages_load_nothing_from_elsewhere(self):
        self.authenticate(self.officer.login, "officer-password")
        for path in ("/web/login", "/odoo", "/my", "/web"):
            with self.subTest(path):
                policy = self.url_open(path).headers["Content-Security-Policy"]
                self.assertIn("default-src 'self'", policy)
                self.assertNotIn("http", policy)

    def test_printing_asks_no_other_host_for_fonts(self):
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.report_assets_common")
        self.assertNotIn("odoocdn", bundle.preprocess_css())

    @mute_logger("odoo.modules.module")  # which finds no such module here
    def test_leaking_modules_are_refused(self):
        module = self.env["ir.module.module"].search([("name", "=", "auditlog")])
        module = module or module.create({"name": "auditlog", "state": "uninstalled"})
        with self.assertRaisesRegex(UserError, "auditlog"), self.env.cr.savepoint():
            module.button_install()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_module_module SET state = 'installed' WHERE id = %s", [module.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "auditlog"):
            pre_init_hook(self.env)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.modules_refused, "auditlog")
        with self.assertLogs("odoo.addons.embassy_core.egress.ir_module_module", "ERROR"):
            self.env["ir.module.module"]._register_hook()
