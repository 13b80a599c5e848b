from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Ask before core moves, by SQL, all that hangs on the contacts."""
        partners = self.env["res.partner"].browse(partner_ids)
        (partners | (dst_partner or partners.browse()))._check_visible()
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _log_merge_operation(self, src_partners, dst_partner):
        """What all chapters share takes no messages, so none about this either."""
        if not dst_partner.company_id:
            return None
        return super()._log_merge_operation(src_partners, dst_partner)
