from odoo import api, models


class EmbassyChapterKeyGrant(models.Model):
    _inherit = "embassy.chapter.key.grant"

    @api.model
    def _drop_lost(self, users):
        super()._drop_lost(users)
        self.env["embassy.case.grant"]._drop_lost(users)
