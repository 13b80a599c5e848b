from odoo import SUPERUSER_ID, api

from odoo.addons.embassy_outreach.hooks import post_init_hook


def migrate(cr, version):
    """Put the walls around what hangs on events and mailings, as an installation does."""
    post_init_hook(api.Environment(cr, SUPERUSER_ID, {}))
