from odoo import models

NOWHERE = "http://127.0.0.1:9"

# Services of others, by the parameter that turns them on or says where they are.
CLOSED = {
    "discuss.tenor_api_key": False,
    "google_maps.signed_static_api_key": False,
    "google_maps.signed_static_api_secret": False,
    "html_editor.media_library_endpoint": NOWHERE,
    "html_editor.olg_api_endpoint": NOWHERE,
    "iap.endpoint": NOWHERE,
    "iap.partner_autocomplete.endpoint": NOWHERE,
    "mail.google_translate_api_key": False,
    "mail.link_preview_throttle": "0",
    "mail.use_sfu_server": False,
    "mail.use_twilio_rtc_servers": False,
    "sms.endpoint": NOWHERE,
    "snailmail.endpoint": NOWHERE,
    "unsplash.access_key": False,
}


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    def _get_param(self, key):
        """Answer for services of others whatever is stored, so that no module reaches them."""
        return CLOSED[key] if key in CLOSED else super()._get_param(key)
