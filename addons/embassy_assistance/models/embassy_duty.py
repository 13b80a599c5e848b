from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class EmbassyDuty(models.Model):
    """Days on which somebody is on duty in a chapter: woken by each new request."""

    _name = "embassy.duty"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Days on duty"
    _order = "date_start desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", "Who", required=True, index=True, ondelete="cascade")
    date_start = fields.Date(
        "First day", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_end = fields.Date("Last day", help="Empty: until somebody writes a day here.")

    _date_end = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The last day cannot be before the first day.",
    )

    @api.constrains("user_id", "company_id")
    def _check_user_id(self):
        """Nobody is woken for what they cannot see."""
        # sudo: only whether the person works on a desk of the chapter
        for duty_sudo in self.sudo():
            desks_sudo = duty_sudo.env["helpdesk.ticket.team"].search(
                [("is_assistance", "=", True), ("company_id", "=", duty_sudo.company_id.id)]
            )
            if not set(desks_sudo.ids) & set(duty_sudo.user_id._case_team_ids()):
                raise ValidationError(
                    self.env._(
                        "%(name)s sees no requests of this chapter. Choose a case worker who is a"
                        " member of a desk, or a coordinator.",
                        name=duty_sudo.user_id.name,
                    )
                )

    @api.model
    def _on_duty(self, desk):
        """Who is on duty today and sees the cases of a desk (res.users, sudo).

        Each person's day is that of the place where the person lives.

        :param desk: helpdesk.ticket.team
        """
        # sudo: the page for who asks tells whether anybody is there, never who
        rows_sudo = self.sudo()
        today = fields.Date.today()
        rows_sudo = rows_sudo.search(
            [
                ("company_id", "=", desk.company_id.id),
                ("date_start", "<=", today + timedelta(days=1)),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", today - timedelta(days=1)),
            ]
        )
        return rows_sudo.filtered(
            lambda row: row._is_today()
            and row.user_id.active
            and desk.id in row.user_id._case_team_ids()
        ).user_id

    def _is_today(self):
        self.ensure_one()
        today = fields.Date.context_today(self.with_context(tz=self.user_id.tz))
        return self.date_start <= today and (not self.date_end or today <= self.date_end)
