from odoo import models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "chapter_code" in vals:
            for company in self:
                company._case_sequence().prefix = company._case_prefix()
        return result

    def _check_takes_cases(self):
        """Refuse where the chapter is not (yet) one that takes cases."""
        # sudo: level and code of a chapter are public
        for company_sudo in self.sudo():
            if not company_sudo._has_capability("cases"):
                raise UserError(
                    self.env._(
                        "This chapter does not take cases. Raise its level to People's consulate "
                        "first."
                    )
                )
            if not company_sudo.chapter_code:
                raise UserError(self.env._("Choose the code of the chapter first."))

    def _case_prefix(self):
        return f"{self.chapter_code or 'XX'}-%(range_y)s-"

    def _case_sequence(self):
        """The chapter's own counter of cases (ir.sequence, sudo, empty before the first desk)."""
        self.ensure_one()
        # sudo: counters are opened and used by people who may not write them
        sequences_sudo = self.env["ir.sequence"].sudo()
        return sequences_sudo.search(
            [("code", "=", "embassy.case"), ("company_id", "=", self.id)], limit=1
        )

    def _open_case_sequence(self):
        """Make the counter: one sequence of numbers for each year, holes allowed."""
        # sudo: the code of a chapter is public, and see _case_sequence
        for company_sudo in self.sudo():
            if company_sudo._case_sequence():
                continue
            company_sudo.env["ir.sequence"].create(
                {
                    "name": self.env._("Cases"),
                    "code": "embassy.case",
                    "company_id": company_sudo.id,
                    "prefix": company_sudo._case_prefix(),
                    "padding": 4,
                    "use_date_range": True,
                    "implementation": "standard",
                }
            )
