from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .embassy_need import TOPICS


class EmbassyCaseAid(models.Model):
    """Money that was given in a case; without the case, a line of the chapter's ledger.

    When a case is erased, its lines are written anew without it: with other numbers, so that
    nobody who saw the old ones knows them again. A need that cost nothing leaves a line too, so
    that the chapter still knows what people asked for.
    """

    _name = "embassy.case.aid"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Aid in a case"
    _order = "month desc, id desc"
    _rec_name = "topic"
    _log_access = False

    case_id = fields.Many2one(
        "helpdesk.ticket", index=True, ondelete="cascade", check_company=True
    )
    month = fields.Date(
        required=True,
        default=lambda self: self._default_month(),
        help="Only the month is kept: the first day stands for it.",
    )
    topic = fields.Selection(TOPICS, "For", required=True)
    fund_id = fields.Many2one(
        "embassy.fund", index=True, ondelete="restrict", check_company=True
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )

    _only_month = models.Constraint(
        "CHECK (EXTRACT(day FROM month) = 1)", "Of the time only the month is kept."
    )
    _given_in_case = models.Constraint(
        "CHECK (case_id IS NULL OR (amount > 0 AND fund_id IS NOT NULL))",
        "Aid has a fund and an amount above zero.",
    )
    _amount_not_negative = models.Constraint("CHECK (amount >= 0)", "Aid is not negative.")
    _ledger_idx = models.Index("(company_id, month DESC, id DESC)")

    @api.model
    def _default_month(self):
        return fields.Date.context_today(self).replace(day=1)

    @api.constrains("case_id")
    def _check_case_id(self):
        for line in self:
            if not line.case_id.is_case:
                raise ValidationError(self.env._("Aid is given in cases only."))

    @api.model_create_multi
    def create(self, vals_list):
        needed = {"case_id": False, "fund_id": False, "amount": 0}
        return super().create([self._coarse({**needed, **vals}) for vals in vals_list])

    def write(self, vals):
        if vals:
            self._check_has_case()
        if "case_id" in vals:
            raise UserError(self.env._("Aid stays with its case."))
        return super().write(self._coarse(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        self._check_has_case()

    def _check_has_case(self):
        # sudo: whether there is a case still, for whoever may see it or not
        lines_sudo = self.sudo()
        if any(not line_sudo.case_id for line_sudo in lines_sudo):
            raise UserError(
                self.env._("The case of this line is erased. The ledger cannot be changed.")
            )

    def _coarse(self, vals):
        """Put the first day of the month, and the chapter of the case.

        What the database would refuse is refused before: its log would keep it.
        """
        vals = dict(vals)
        if not vals.get("case_id", True):
            raise ValidationError(self.env._("Aid is given in cases only."))
        if not vals.get("fund_id", True) or not vals.get("amount", 1) > 0:
            raise ValidationError(self.env._("Aid has a fund and an amount above zero."))
        if vals.get("month"):
            vals["month"] = fields.Date.to_date(vals["month"]).replace(day=1)
        [vals] = self._with_chapter_of([vals], "case_id")
        return vals

    @api.model
    def _keep_without(self, case_sudo):
        """Write what the ledger keeps of a case that is being erased.

        Needs without aid stand in the month in which the case came.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO embassy_case_aid
                       (company_id, month, topic, fund_id, amount, currency_id)
                   SELECT company_id, month, topic, fund_id, amount, currency_id
                     FROM embassy_case_aid WHERE case_id = %(case)s
                   UNION ALL
                   SELECT DISTINCT line.company_id, %(month)s::date, need.topic,
                          NULL::integer, 0, %(currency)s
                     FROM embassy_case_need line JOIN embassy_need need ON need.id = line.need_id
                    WHERE line.case_id = %(case)s AND need.topic NOT IN (
                          SELECT topic FROM embassy_case_aid WHERE case_id = %(case)s)""",
                case=case_sudo.id,
                month=case_sudo.create_date.date().replace(day=1),
                currency=case_sudo.company_id.currency_id.id,
            ),
            log_exceptions=False,
        )
