from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    chapter_staff_ids = fields.Many2many(
        "res.users",
        string="People",
        compute="_compute_chapter_staff_ids",
        groups="embassy_core.group_coordinator",
    )

    def _compute_chapter_staff_ids(self):
        for company in self:
            company.chapter_staff_ids = self.env["res.users"].search(
                [("company_ids", "in", company.ids), ("share", "=", False)]
            )
