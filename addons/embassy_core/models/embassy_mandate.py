from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import partial_dates

CLOSE_BATCH = 1000


class EmbassyMandate(models.Model):
    """A person holds a role in a public body for a time."""

    _name = "embassy.mandate"
    _inherit = ["embassy.kept.mixin"]
    _description = "Mandate"
    _wall_field = "person_id"
    _order = "date_start desc, id desc"

    person_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("directory_kind", "=", "person")],
    )
    body_id = fields.Many2one(
        "res.partner",
        "Institution",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("directory_kind", "=", "institution")],
    )
    role = fields.Char(required=True, default=lambda self: self._default_role())
    faction_id = fields.Many2one(
        "res.partner",
        "Party or faction",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("directory_kind", "=", "institution")],
    )
    constituency = fields.Char()
    legislature_id = fields.Many2one(
        "embassy.legislature",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('body_id', '=', body_id)]",
    )
    date_start = fields.Date("From", help="Empty: taken from the legislature.")
    date_deadline = fields.Date("Expected end", help="Empty: taken from the legislature.")
    date_end = fields.Date("Ended on")
    date_until = fields.Date(
        "Until", compute="_compute_date_until", store=True, help="The end, or the expected end."
    )
    date_start_given = fields.Char(
        "Start as given", help="A year or a month, when no day is known."
    )
    date_end_given = fields.Char("End as given", help="A year or a month, when no day is known.")
    state = fields.Selection(
        [("coming", "Coming"), ("current", "In office"), ("past", "Past")],
        compute="_compute_state",
    )
    days_left = fields.Integer("Days left", compute="_compute_state")
    company_id = fields.Many2one(
        related="person_id.company_id", store=True, precompute=True, index=True
    )
    keeper_company_id = fields.Many2one(
        related="person_id.keeper_company_id", store=True, precompute=True
    )

    _dates_order = models.Constraint(
        "CHECK (date_start <= date_end AND date_start <= date_deadline)",
        "A mandate cannot end before it starts.",
    )
    # The day of a change belongs to both mandates: half-open periods let them touch.
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            person_id WITH =, body_id WITH =, role WITH =,
            (COALESCE(legislature_id, 0)) WITH =,
            daterange(date_start, COALESCE(date_end, date_deadline), '[)') WITH &&
        )""",
        "This person holds this role there at that time already."
        " Change the dates of the other mandate, or correct it instead of adding one.",
    )
    _ending_index = models.Index("(date_until, id)")
    _chapter_ending_index = models.Index("(company_id, date_until, id)")
    _order_index = models.Index("(date_start DESC, id DESC)")
    _open_index = models.Index("(date_deadline) WHERE date_end IS NULL")

    def _default_role(self):
        return self.env._("Member")

    @api.depends("person_id.name", "role", "body_id.name")
    def _compute_display_name(self):
        for mandate in self:
            parts = (mandate.person_id.name, mandate.role, mandate.body_id.name)
            mandate.display_name = ", ".join(part for part in parts if part)

    @api.depends("date_end", "date_deadline")
    def _compute_date_until(self):
        for mandate in self:
            mandate.date_until = mandate.date_end or mandate.date_deadline

    @api.depends("date_start", "date_until")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for mandate in self:
            mandate.days_left = 0
            if mandate.date_start and mandate.date_start > today:
                mandate.state = "coming"
            elif mandate.date_until and mandate.date_until < today:
                mandate.state = "past"
            else:
                mandate.state = "current"
                mandate.days_left = mandate.date_until and (mandate.date_until - today).days

    @api.model
    def _domain_current(self):
        """Mandates that are held today (Domain): begun, and not over."""
        today = fields.Date.context_today(self)
        return (Domain("date_start", "=", False) | Domain("date_start", "<=", today)) & (
            Domain("date_until", "=", False) | Domain("date_until", ">=", today)
        )

    @api.constrains("person_id", "body_id", "faction_id", "legislature_id", "company_id")
    def _check_places(self):
        """What a mandate points at is seen wherever the mandate is seen."""
        # sudo: a reference into another chapter must be found, not overlooked
        mandates_sudo = self.sudo()
        for mandate in mandates_sudo:
            chapter = mandate.person_id.company_id
            if mandate.company_id != chapter:
                raise ValidationError(self.env._("A mandate belongs to the chapter of its person."))
            bodies = mandate.body_id | mandate.faction_id
            if any(body.company_id not in (chapter, chapter.browse()) for body in bodies):
                raise ValidationError(
                    self.env._(
                        "Not everybody who sees this person sees the institution."
                        " Share the institution first, or choose one that is shared."
                    )
                )
            if mandate.legislature_id and mandate.legislature_id.body_id != mandate.body_id:
                raise ValidationError(
                    self.env._("The legislature is one of another institution. Choose again.")
                )
            if mandate.person_id.directory_kind != "person" or any(
                body.directory_kind != "institution" for body in bodies
            ):
                raise ValidationError(
                    self.env._("A mandate joins a person in office to an institution.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        legislatures = self.env["embassy.legislature"].browse(
            vals["legislature_id"] for vals in vals_list if vals.get("legislature_id")
        )
        legislatures.fetch(["date_start", "date_end"])
        return super().create([self._complete_dates(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._read_given(vals))

    def _complete_dates(self, vals):
        vals = self._read_given(vals)
        legislature = self.env["embassy.legislature"].browse(vals.get("legislature_id"))
        if legislature:
            vals["date_start"] = vals.get("date_start") or legislature.date_start
            if not vals.get("date_deadline") and not vals.get("date_end"):
                vals["date_deadline"] = legislature.date_end
        return vals

    def _read_given(self, vals):
        """A partial date is kept as given, with its first day as start and its last as end."""
        vals = dict(vals)
        for column, given, day in (
            ("date_start", "date_start_given", 0),
            ("date_end", "date_end_given", 1),
        ):
            if vals.get(given):
                try:
                    found = partial_dates.span(vals[given])
                except ValueError as error:
                    raise ValidationError(
                        self.env._("Write the date as 2015, 2015-04 or 2015-04-09.")
                    ) from error
                vals[column] = found[day]
                vals[given] = found[2]
            elif column in vals:
                vals[given] = False
        return vals

    @api.model
    def _cron_close(self):
        """A mandate past its expected end has ended on that day."""
        today = fields.Date.today()
        domain = [("date_end", "=", False), ("date_deadline", "<", today)]
        while mandates := self.search(domain, limit=CLOSE_BATCH, order="date_deadline, id"):
            for date_deadline, group in mandates.grouped("date_deadline").items():
                group.date_end = date_deadline
            remaining = self.search_count(domain)
            if self.env["ir.cron"]._commit_progress(len(mandates), remaining=remaining) <= 0:
                break
