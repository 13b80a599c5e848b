from odoo import api, models


class IrModelData(models.Model):
    _inherit = "ir.model.data"

    @api.model
    def toggle_noupdate(self, model, res_id):
        """Refuse before core looks at the row: its answer tells whether there is one."""
        self.check_access("write")
        return super().toggle_noupdate(model, res_id)
