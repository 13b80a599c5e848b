from odoo import models

# What makes somebody a coordinator of a chapter, or ends it.
_ROLE_FIELDS = {"active", "company_ids", "company_id", "group_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if _ROLE_FIELDS.intersection(vals):
            self.env["embassy.chapter.key.grant"]._drop_lost(self)
        return result

    def _coordinates(self, company):
        """Whether this person is a coordinator of a chapter today (bool)."""
        self.ensure_one()
        return (
            self.active
            and company in self.company_ids
            and self.has_group("embassy_core.group_coordinator")
        )
