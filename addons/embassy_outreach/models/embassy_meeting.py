from datetime import timedelta

from odoo import api, fields, models

MINUTES_HOURS = 48
REMIND_HOURS = 24
BATCH = 1000


class EmbassyMeeting(models.Model):
    """A meeting with people of the directory: its preparation, points and minutes.

    The time and the colleagues stand in the calendar, which all of the chapter see and to which
    people of other chapters may be invited. What is said stands here, behind the chapter's wall.
    Nobody of the directory is invited by mail: who comes is written down, and not told.
    """

    _name = "embassy.meeting"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Meeting"
    _order = "start desc, id desc"

    event_id = fields.Many2one(
        "calendar.event",
        "In the calendar",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    name = fields.Char(related="event_id.name", store=True, readonly=False, string="About")
    start = fields.Datetime(related="event_id.start", store=True, readonly=False)
    stop = fields.Datetime("End", related="event_id.stop", store=True, readonly=False)
    location = fields.Char("Place", related="event_id.location", readonly=False)
    partner_ids = fields.Many2many(
        "res.partner",
        "embassy_meeting_partner_rel",
        "meeting_id",
        "partner_id",
        "With whom",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Writes the minutes",
        index="btree_not_null",
        check_company=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        copy=False,
    )
    goal = fields.Text("What we want", help="What we ask, and what would be enough.")
    point_ids = fields.One2many("embassy.meeting.point", "meeting_id", "Points")
    minutes = fields.Text(copy=False)
    date_minutes = fields.Datetime("Minutes written", readonly=True, copy=False)
    date_minutes_due = fields.Datetime(
        "Minutes by", compute="_compute_date_minutes_due", store=True
    )
    is_reminded = fields.Boolean(readonly=True, copy=False)

    _one_an_event = models.UniqueIndex("(event_id)", "This meeting stands here already.")
    _order_index = models.Index("(company_id, start DESC, id DESC)")
    _minutes_index = models.Index(
        "(date_minutes_due) WHERE date_minutes IS NULL AND state != 'cancelled'"
    )

    @api.depends("stop")
    def _compute_date_minutes_due(self):
        for meeting in self:
            meeting.date_minutes_due = meeting.stop and (
                meeting.stop + timedelta(hours=MINUTES_HOURS)
            )

    @api.onchange("start")
    def _onchange_start(self):
        if self.start and (not self.stop or self.stop <= self.start):
            self.stop = self.start + timedelta(hours=1)

    @api.constrains("partner_ids", "state")
    def _check_partner_ids(self):
        planned = self.filtered(lambda meeting: meeting.state == "planned")
        self.env["res.partner"]._regime_guard(planned.partner_ids)
        for chapter, meetings in planned.grouped("company_id").items():
            self.env["res.partner"]._no_contact_guard(meetings.partner_ids, chapter)

    @api.model_create_multi
    def create(self, vals_list):
        new_vals_list = []
        for vals in vals_list:
            vals = dict(vals)
            if not vals.get("event_id"):
                vals["event_id"] = self._new_event(vals).id
            for name in ("name", "start", "stop", "location"):
                vals.pop(name, None)
            new_vals_list.append(vals)
        return super().create(self._with_chapter_of(new_vals_list, "event_id"))

    @api.model
    def _new_event(self, vals):
        """The entry in the calendar, with the colleague who plans it and nobody else."""
        start = fields.Datetime.to_datetime(vals.get("start")) or fields.Datetime.now()
        return self.env["calendar.event"].create(
            {
                "name": vals.get("name"),
                "start": start,
                "stop": vals.get("stop") or start + timedelta(hours=1),
                "location": vals.get("location"),
                "company_id": vals.get("company_id") or self.env.company.id,
                "partner_ids": [fields.Command.set(self.env.user.partner_id.ids)],
            }
        )

    def write(self, vals):
        if vals.get("minutes"):
            fresh = self.filtered(lambda meeting: not meeting.date_minutes)
            super(EmbassyMeeting, fresh).write({"date_minutes": fields.Datetime.now()})
        return super().write(vals)

    def action_brief(self):
        """Show a page on each of those whom we meet."""
        self.ensure_one()
        return self.partner_ids.action_brief()

    def action_held(self):
        """The meeting took place: whom we met was heard of on that day."""
        self.write({"state": "held"})
        for meeting in self:
            day = fields.Datetime.context_timestamp(meeting, meeting.start).date()
            self.env["embassy.relation"]._heard_of(meeting.company_id, meeting.partner_ids, day)

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_plan(self):
        self.write({"state": "planned"})

    @api.model
    def _cron_remind_minutes(self):
        """A day after a meeting without minutes its writer learns once that there is news."""
        late = fields.Datetime.now() + timedelta(hours=MINUTES_HOURS - REMIND_HOURS)
        domain = [
            ("date_minutes_due", "<", late),
            ("date_minutes", "=", False),
            ("state", "!=", "cancelled"),
            ("is_reminded", "=", False),
        ]
        while meetings := self.search(domain, limit=BATCH, order="date_minutes_due, id"):
            meetings.is_reminded = True
            meetings.user_id._tell_news()
            remaining = self.search_count(domain)
            if self.env["ir.cron"]._commit_progress(len(meetings), remaining=remaining) <= 0:
                break
