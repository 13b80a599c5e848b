from odoo import api, models


class EmbassyCachedMixin(models.AbstractModel):
    """Rows that change seldom and are kept in memory, because each request for help asks them.

    A change empties the caches of all workers.
    """

    _name = "embassy.cached.mixin"
    _description = "Rows kept in memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
