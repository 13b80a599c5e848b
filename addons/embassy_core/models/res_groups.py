from odoo import models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        losing = self.env["res.users"]
        if {"user_ids", "implied_ids", "implied_by_ids"}.intersection(vals):
            losing = self.all_user_ids
        result = super().write(vals)
        if losing:
            self.env["embassy.chapter.key.grant"]._drop_lost(losing)
        return result
