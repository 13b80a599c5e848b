from odoo import fields, models


class HelpdeskTicketSla(models.Model):
    _inherit = "helpdesk.ticket.sla"

    def _stage_recompute(self):
        """Keep the promise of a case by its own rows, whoever moves the case.

        Two things differ from plain tickets. Waiting stands late in the order of stages, and a
        wait is not an answer: it stops the clock. And the time waited counts for nothing when
        the case goes on, also when it goes straight to closed.
        """
        # sudo: case workers read promises and never write them
        row_sudo = self.sudo()
        ticket_sudo = row_sudo.ticket_id
        if not ticket_sudo.is_case:
            return super()._stage_recompute()
        if ticket_sudo.stage_id not in row_sudo.sla_id.ignore_stage_ids:
            if row_sudo.state == "on_hold":
                row_sudo.last_state_date = fields.Datetime.now()
            return super(HelpdeskTicketSla, row_sudo)._stage_recompute()
        if row_sudo.state == "in_progress":
            row_sudo._stop_clock()
        return None

    def _stop_clock(self):
        self.ensure_one()
        now = fields.Datetime.now()
        if self.deadline < now:
            self.state = "expired"
            return
        self.consumed_time += self.ticket_id.team_id.resource_calendar_id.get_work_hours_count(
            self.last_state_date, now
        )
        self.write({"last_state_date": now, "state": "on_hold"})
