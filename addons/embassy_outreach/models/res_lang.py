from odoo import models


class ResLang(models.Model):
    _inherit = "res.lang"

    def _tag(self):
        """The language as pages and feeds name it: be, pt-BR (BCP 47, str)."""
        self.ensure_one()
        return (self.iso_code or self.code).replace("@", "-").replace("_", "-")
