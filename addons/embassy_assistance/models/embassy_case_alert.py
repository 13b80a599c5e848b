from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 50
# How long an emergency waits for somebody to take it, before the next people are woken.
PATIENCE = timedelta(hours=2)
# Steps of an emergency that nobody takes; before them those on duty are woken twice.
COORDINATORS, HELPERS = 2, 3


class EmbassyCaseAlert(models.Model):
    """Something in a case for which people are woken, once: the queue of `_cron_wake`.

    A request makes one row; an emergency that nobody takes makes the next ones. An answer of the
    person makes one until somebody opens something in the case. The row and its mails are kept
    in one transaction, so that nobody gets a mail twice, and the row goes with its case.
    """

    _name = "embassy.case.alert"
    _inherit = ["embassy.chapter.mixin"]
    _description = "News of a case to wake people for"
    _order = "id"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    event = fields.Selection([("request", "Request"), ("answer", "Answer")], required=True)
    step = fields.Integer(required=True, default=0)
    date_due = fields.Datetime("Due", required=True, default=fields.Datetime.now)
    is_done = fields.Boolean("Done")

    _event_unique = models.UniqueIndex("(case_id, event, step)")
    _due_idx = models.Index("(date_due, id) WHERE is_done IS NOT TRUE")

    @api.model
    def _expect(self, case, event, step=0, date_due=None):
        """Let people be woken for a case, once for each event and step of it.

        It is one query and sends nothing: the page for who asks must not wait for mails.
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO embassy_case_alert (case_id, company_id, event, step, date_due)"
                " VALUES %s ON CONFLICT DO NOTHING",
                (case.id, case.company_id.id, event, step, date_due or fields.Datetime.now()),
            )
        )

    @api.model
    def _settle(self, case):
        """Somebody has looked into the case: the next answer wakes again."""
        # sudo: nobody has rights on this queue
        alerts_sudo = self.sudo()
        alerts_sudo.search([("case_id", "=", case.id), ("event", "=", "answer")]).unlink()

    @api.model
    def _cron_wake(self):
        """Tell what is due. What another worker tells at this moment is left to it."""
        while alerts := self._due():
            for alert in alerts:
                alert._wake()
            more = int(len(alerts) == BATCH)
            if self.env["ir.cron"]._commit_progress(len(alerts), remaining=more) <= 0:
                break

    @api.model
    def _due(self):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM embassy_case_alert"
                " WHERE is_done IS NOT TRUE AND date_due <= %s"
                " ORDER BY date_due, id LIMIT %s FOR UPDATE SKIP LOCKED",
                fields.Datetime.now(),
                BATCH,
            )
        )
        return self.browse(id_ for (id_,) in self.env.cr.fetchall())

    def _wake(self):
        """Tell the people whose turn it is, and see to the next step of an emergency."""
        self.ensure_one()
        self.is_done = True
        case = self.case_id
        waits = case.case_code == "new" if self.step else case.is_open
        if not waits:
            return
        self._people()._tell_news()
        is_emergency = self.event == "request" and case.urgency == "emergency"
        if is_emergency and self.step < HELPERS:
            self._expect(case, "request", self.step + 1, fields.Datetime.now() + PATIENCE)

    def _people(self):
        """Who is woken (res.users): those on duty, and the coordinators where there is nobody.

        A protected case is only for those who hold its key.
        """
        desk, chapter = self.case_id.team_id, self.company_id
        worker = self.case_id.user_id
        if self.event == "answer" and worker.active and desk.id in worker._case_team_ids():
            return worker
        if self.step == HELPERS:
            return chapter.helper_chapter_id._coordinators()
        on_duty = self.env["embassy.duty"]._on_duty(desk)
        if self.case_id.is_guarded:
            on_duty = self.case_id.case_grant_ids.user_id.filtered("active")
        if self.step == COORDINATORS or not on_duty:
            return chapter._coordinators()
        return on_duty
