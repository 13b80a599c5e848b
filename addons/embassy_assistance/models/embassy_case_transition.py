from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Hours promised for an answer, by urgency.
PROMISED = {"emergency": 24, "urgent": 72, "normal": 14 * 24}
MEASURED_DAYS = 30
# Fewer requests say nothing, and would tell of single people.
FEWEST = 5
# The newest that are looked at, of each urgency: a chapter under a flood shows its page fast.
MOST = 500
# What of ten requests is told: nine were begun within that time.
SHARE = 0.9
# Hours that are told: coarse, so that nobody reads a single request from them.
STEPS = (1, 2, 4, 8, 12, 24, 48, 72, 7 * 24, 14 * 24)


class EmbassyCaseTransition(models.Model):
    """One step of a case from stage to stage. Written by the case itself, never changed."""

    _name = "embassy.case.transition"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Step of a case"
    _order = "id desc"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    stage_from_id = fields.Many2one("helpdesk.ticket.stage", "From", ondelete="restrict")
    stage_to_id = fields.Many2one("helpdesk.ticket.stage", "To", required=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Who", required=True, ondelete="restrict")
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)

    @api.model
    def _measured_hours(self, desk):
        """In how many hours requests to a desk's chapter really were taken up.

        Of each urgency with enough requests in the last 30 days: the time in which nine of ten
        left the first stage, rounded up to one of `STEPS`. One that waits longer than promised
        counts as one that was never taken; one that waits for less is not known yet. Those that
        were closed unread are left out.

        :return: dict of urgency to hours, None where it took longer than all steps
        """
        now = fields.Datetime.now()
        # `env.ref` would look whether each of them is still there.
        id_of = self.env["ir.model.data"]._xmlid_to_res_id
        stage = "embassy_assistance.helpdesk_ticket_stage_case_%s"
        self.env.cr.execute(
            SQL(
                """SELECT promise.urgency, percentile_disc(%(share)s) WITHIN GROUP (ORDER BY
                       CASE WHEN taken.date IS NULL THEN 'infinity'::float8
                       ELSE extract(epoch FROM taken.date - came.create_date) / 3600 END)
                FROM (VALUES %(promises)s) promise (urgency, hours)
                CROSS JOIN LATERAL (
                    SELECT id, create_date FROM helpdesk_ticket
                    WHERE is_case IS TRUE AND company_id = %(company)s
                      AND urgency = promise.urgency
                      AND create_date > %(since)s AND create_date <= %(now)s
                    ORDER BY create_date DESC LIMIT %(most)s) came
                LEFT JOIN LATERAL (
                    SELECT date, stage_to_id FROM embassy_case_transition
                    WHERE case_id = came.id AND stage_from_id = %(new)s
                    ORDER BY id LIMIT 1) taken ON TRUE
                WHERE (SELECT TRUE FROM embassy_case_seal WHERE case_id = came.id)
                  AND CASE WHEN taken.date IS NULL
                    THEN came.create_date < %(now)s - promise.hours * interval '1 hour'
                    ELSE taken.stage_to_id <> %(closed)s END
                GROUP BY promise.urgency HAVING count(*) >= %(fewest)s""",
                share=SHARE,
                promises=SQL(", ").join(SQL("%s", pair) for pair in PROMISED.items()),
                company=desk.company_id.id,
                since=now - timedelta(days=MEASURED_DAYS),
                now=now,
                most=MOST,
                new=id_of(stage % "new"),
                closed=id_of(stage % "closed"),
                fewest=FEWEST,
            )
        )
        return {
            urgency: next((step for step in STEPS if hours <= step), None)
            for urgency, hours in self.env.cr.fetchall()
        }

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The history of a case cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a case cannot be deleted."))
