from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Ask before core moves, by SQL, all that hangs on the contacts."""
        partners = self.env["res.partner"].browse(partner_ids)
        (partners | (dst_partner or partners.browse()))._check_visible()
        return super()._merge(partner_ids, dst_partner, extra_checks)
