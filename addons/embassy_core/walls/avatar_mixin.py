from odoo import models

from ..tools.tokens import short_token


class AvatarMixin(models.AbstractModel):
    _inherit = "avatar.mixin"

    def _get_avatar_128_access_token(self):
        return short_token(self, "avatar_128", "binary")
