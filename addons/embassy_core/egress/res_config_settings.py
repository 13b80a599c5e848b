from odoo import api, fields, models

from .ir_module_module import NEUTRALISED, REFUSED


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    modules_refused = fields.Char(default=lambda self: self._default_modules(REFUSED))
    modules_neutralised = fields.Char(default=lambda self: self._default_modules(NEUTRALISED))

    @api.model
    def _default_modules(self, names):
        return ", ".join(self.env["ir.module.module"]._installed_among(names))
