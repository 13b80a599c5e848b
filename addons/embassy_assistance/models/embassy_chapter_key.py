from odoo import models


class EmbassyChapterKey(models.Model):
    _inherit = "embassy.chapter.key"

    def _confirm(self):
        former = super()._confirm()
        self.env["embassy.case.seal"]._mark_stale([("chapter_key_id", "in", former.ids)])
        return former
