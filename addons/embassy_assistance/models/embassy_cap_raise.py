from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

LONGEST = 48  # hours


class EmbassyCapRaise(models.Model):
    """For some hours somebody opens more cases than the limit: many people came at once.

    One coordinator asks, another agrees, who is not the person it is for. The row stays on
    record and is never changed by hand.
    """

    _name = "embassy.cap.raise"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Limit of cases raised for a time"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", "For whom", required=True, ondelete="restrict")
    hours = fields.Integer("For how many hours", required=True, default=LONGEST)
    asked_by_id = fields.Many2one(
        "res.users",
        "Asked by",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    date_asked = fields.Datetime("Asked on", required=True, default=fields.Datetime.now)
    agreed_by_id = fields.Many2one("res.users", "Agreed by", ondelete="restrict")
    date_agreed = fields.Datetime("Agreed on")
    date_end = fields.Datetime("Until")
    state = fields.Selection(
        [("asked", "A second coordinator has to agree"), ("runs", "Raised"), ("over", "Over")],
        compute="_compute_state",
    )
    may_agree = fields.Boolean(compute="_compute_may_agree")

    _user_idx = models.Index("(user_id, date_end)")
    _two_people = models.Constraint(
        "CHECK (agreed_by_id IS NULL OR agreed_by_id NOT IN (asked_by_id, user_id))",
        "Somebody else has to agree than who asks and than the person it is for.",
    )
    _for_a_time = models.Constraint(
        f"CHECK (hours BETWEEN 1 AND {LONGEST})", "It can be raised for 1 to 48 hours."
    )
    _agreed_ends = models.Constraint(
        "CHECK ((agreed_by_id IS NULL) = (date_end IS NULL)"
        " AND (agreed_by_id IS NULL) = (date_agreed IS NULL)"
        f" AND date_end <= date_agreed + interval '{LONGEST} hours')",
        "What is agreed on has an end.",
    )

    @api.depends("date_agreed", "date_end")
    def _compute_state(self):
        now = fields.Datetime.now()
        for row in self:
            if not row.date_agreed:
                row.state = "asked"
            else:
                row.state = "runs" if row.date_end > now else "over"

    @api.depends("date_agreed", "asked_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_may_agree(self):
        for row in self:
            row.may_agree = not row.date_agreed and self.env.user not in (
                row.asked_by_id + row.user_id
            )

    @api.constrains("user_id", "company_id")
    def _check_user_id(self):
        for row in self:
            # sudo: only whether the person works on cases of the chapter
            user_sudo = row.sudo().user_id
            if row.company_id not in user_sudo.company_ids or not user_sudo.has_group(
                "embassy_core.group_case_worker"
            ):
                raise ValidationError(
                    self.env._("Choose a case worker or a coordinator of the chapter.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever makes it asks for it, and nobody has agreed yet."""
        given = ("company_id", "user_id", "hours")
        rows = super().create(
            [
                {
                    **{name: vals[name] for name in given if name in vals},
                    "asked_by_id": self.env.uid,
                }
                for vals in vals_list
            ]
        )
        for row in rows:
            (row.company_id._coordinators() - self.env.user)._tell_news()
        return rows

    def write(self, vals):
        if vals:
            raise UserError(self._stays_text())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_record(self):
        raise UserError(self._stays_text())

    def _stays_text(self):
        return self.env._("Who raised the limit for whom stays on record.")

    def action_ask(self):
        """Keep what was filled in: who may not change rows has no button to save a new one."""

    def action_agree(self):
        """Raise the limit from now on, as the second coordinator."""
        self.ensure_one()
        self.check_access("read")
        # sudo: nobody changes the row by hand
        row_sudo = self.sudo()
        row_sudo.lock_for_update()
        if row_sudo.date_agreed:
            raise UserError(self.env._("Somebody has agreed already."))
        if not self.may_agree:
            raise UserError(
                self.env._(
                    "Somebody else has to agree than who asks and than the person it is for."
                )
            )
        now = fields.Datetime.now()
        super(EmbassyCapRaise, row_sudo).write(
            {
                "agreed_by_id": self.env.uid,
                "date_agreed": now,
                "date_end": now + timedelta(hours=row_sudo.hours),
            }
        )
