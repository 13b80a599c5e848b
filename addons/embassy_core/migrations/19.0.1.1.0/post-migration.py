from odoo import SUPERUSER_ID, api

from odoo.addons.embassy_core.hooks import CORE_RULES, post_init_hook


def migrate(cr, version):
    """Put the walls around contacts that stand already, as an installation does."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for xmlid in CORE_RULES:
        env.ref(xmlid).active = False
    for name in ("ir_cron_module_update_notification", "ir_cron_web_push_notification"):
        env.ref(f"mail.{name}").active = False
    post_init_hook(env)
