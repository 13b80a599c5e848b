from odoo.addons.embassy_core.tools.documents import put_standing_rows_in_chapters


def post_init_hook(env):
    """What hangs on events and mailings belongs where these do, which only now is known."""
    put_standing_rows_in_chapters(env)
