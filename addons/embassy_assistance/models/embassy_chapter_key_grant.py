from odoo import api, models


class EmbassyChapterKeyGrant(models.Model):
    _inherit = "embassy.chapter.key.grant"

    def unlink(self):
        self.env["embassy.case.seal"]._mark_stale(
            [("chapter_key_id", "in", self.chapter_key_id.ids)]
        )
        return super().unlink()

    @api.model
    def _drop_lost(self, users):
        super()._drop_lost(users)
        self.env["embassy.case.grant"]._drop_lost(users)
