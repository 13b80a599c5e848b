from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .embassy_case_item import REPLY_DAYS
from .helpdesk_ticket_stage import NEXT_STAGES

URGENCIES = [("emergency", "Emergency"), ("urgent", "Urgent"), ("normal", "Normal")]

# The helpdesk's own priority carries the urgency, so that its order and its index serve cases.
PRIORITY = {"emergency": "3", "urgent": "2", "normal": "1"}

# A case is worked without chatter: nothing is tracked, mailed or followed.
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


class HelpdeskTicket(models.Model):
    """A case is a ticket of a desk team: a code and coarse facts, no person.

    What it refuses stands in ``walls/helpdesk_ticket.py``. Stages move through ``write`` alone,
    so that times, promises and history are kept by one place.
    """

    _inherit = "helpdesk.ticket"

    is_case = fields.Boolean("Case", readonly=True, copy=False)
    is_open = fields.Boolean("Open", readonly=True, copy=False)
    is_guarded = fields.Boolean(
        "Protected",
        readonly=True,
        copy=False,
        help="Only the two people whom the chapter named open what was told.",
    )
    case_code = fields.Selection(related="stage_id.case_code")
    urgency = fields.Selection(URGENCIES, help="Answered in 24 hours, 72 hours or 14 days.")
    risk = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")]
    )
    language_id = fields.Many2one("res.lang", context={"active_test": False})
    date_document_expiry = fields.Date(
        "Document expires", help="Only the month is kept: the first day stands for it."
    )
    case_need_ids = fields.One2many("embassy.case.need", "case_id", "Needs")
    aid_ids = fields.One2many("embassy.case.aid", "case_id")
    need_ids = fields.Many2many("embassy.need", compute="_compute_need_ids", string="Asks for")
    next_step = fields.Selection(
        [
            ("contact", "Get in touch"),
            ("answer", "Wait for an answer"),
            ("meet", "Meet"),
            ("papers", "Prepare papers"),
            ("refer", "Refer"),
            ("check", "Ask how it went"),
        ],
        "Next step",
    )
    date_next_step = fields.Date("Next step on")
    day_group = fields.Selection(
        [
            ("1_overdue", "Overdue"),
            ("2_today", "Due today"),
            ("3_later", "Later"),
            ("4_waiting", "Waiting"),
        ],
        "When",
        compute="_compute_day_group",
        search="_search_day_group",
        group_expand=True,
        help="By the day of the next step. A case on hold waits.",
    )
    close_reason = fields.Selection(
        [
            ("goals_met", "Goals met"),
            ("declined", "Person declined"),
            ("no_contact", "No contact"),
            ("transferred", "Transferred"),
            ("left_country", "Left the country"),
            ("not_eligible", "Not eligible"),
            ("provocation", "Provocation"),
            ("duplicate", "Duplicate"),
        ],
        copy=False,
    )
    case_grant_ids = fields.One2many("embassy.case.grant", "case_id", "Who opens it")
    case_transition_ids = fields.One2many("embassy.case.transition", "case_id", "History")

    _case_number_unique = models.UniqueIndex(
        "(company_id, number) WHERE is_case IS TRUE", "There is a case with this code already."
    )
    _case_is_whole = models.Constraint(
        "CHECK (is_case IS NOT TRUE OR (team_id IS NOT NULL AND urgency IS NOT NULL "
        "AND is_open IS NOT NULL AND (is_open OR close_reason IS NOT NULL) "
        "AND is_open = (closed_date IS NULL)))",
        "A case has a desk and an urgency, and a closed one has a reason and a date.",
    )
    _case_month = models.Constraint(
        "CHECK (date_document_expiry IS NULL OR EXTRACT(day FROM date_document_expiry) = 1)",
        "Of the expiry only the month is kept.",
    )
    _case_idx = models.Index(
        "(company_id, priority DESC, sequence, number DESC, id DESC) "
        "WHERE is_case IS TRUE AND active IS TRUE"
    )
    _case_open_idx = models.Index(
        "(company_id, priority DESC, sequence, number DESC, id DESC) "
        "WHERE is_case IS TRUE AND is_open IS TRUE AND active IS TRUE"
    )

    _case_closed_idx = models.Index("(company_id, closed_date) WHERE is_case IS TRUE")

    _case_came_idx = models.Index("(company_id, urgency, create_date) WHERE is_case IS TRUE")

    @api.model
    def default_get(self, fields):
        """In the form of cases: a normal case of the person's first desk, that nobody took yet."""
        defaults = super().default_get(fields)
        if self.env.context.get("case_form"):
            defaults.pop("user_id", None)
            if "team_id" in fields and not defaults.get("team_id"):
                desk = self.env["helpdesk.ticket.team"].search(
                    [
                        ("id", "in", self.env.user._case_team_ids()),
                        ("company_id", "=", self.env.company.id),
                    ],
                    limit=1,
                )
                defaults["team_id"] = desk.id
            if "urgency" in fields:
                defaults.setdefault("urgency", "normal")
        return defaults

    @api.depends("case_need_ids.need_id")
    def _compute_need_ids(self):
        for ticket in self:
            ticket.need_ids = ticket.case_need_ids.need_id

    def _day_group_domains(self):
        """Which cases stand in which column of the day (dict of key to domain)."""
        today = fields.Date.context_today(self)
        waiting = Domain("stage_id.case_code", "=", "on_hold")
        later = Domain("date_next_step", ">", today) | Domain("date_next_step", "=", False)
        return {
            "1_overdue": ~waiting & Domain("date_next_step", "<", today),
            "2_today": ~waiting & Domain("date_next_step", "=", today),
            "3_later": ~waiting & later,
            "4_waiting": waiting,
        }

    @api.depends("stage_id", "date_next_step")
    @api.depends_context("tz")
    def _compute_day_group(self):
        for key, domain in self._day_group_domains().items():
            self.filtered_domain(domain).day_group = key

    def _search_day_group(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = self._day_group_domains()
        return Domain.OR(domains[key] for key in value if key in domains)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let a list be grouped by what changes with the day and is not stored."""
        if field_expr != "day_group":
            return super()._field_to_sql(alias, field_expr, query)
        today = fields.Date.context_today(self)
        stage = super()._field_to_sql(alias, "stage_id", query)
        step = super()._field_to_sql(alias, "date_next_step", query)
        return SQL(
            "CASE WHEN %s = %s THEN '4_waiting' WHEN %s < %s THEN '1_overdue' "
            "WHEN %s = %s THEN '2_today' ELSE '3_later' END",
            *(stage, self.env["helpdesk.ticket.stage"]._of_case("on_hold").id),
            *(step, today),
            *(step, today),
        )

    @api.depends("number", "is_case")
    @api.depends_context("case_form")
    def _compute_display_name(self):
        # Rules are looked at as the system, which leaves number and name in the cache.
        self.check_access("read")
        cases = self.filtered("is_case")
        for case in cases:
            case.display_name = case.number
        others = self - cases
        if self.env.context.get("case_form"):
            unsaved = others.filtered(lambda ticket: not ticket.id)
            unsaved.display_name = self.env._("New case")
            others -= unsaved
        return super(HelpdeskTicket, others)._compute_display_name()

    @api.depends("user_id")
    def _compute_team_id(self):
        """No ticket becomes a case because its worker is a member of a desk."""
        own_desk = self.filtered(
            lambda ticket: not ticket.team_id and ticket.user_id.helpdesk_team_ids[:1].is_assistance
        )
        for ticket in own_desk:
            ticket.team_id = ticket.user_id.helpdesk_team_ids.filtered(
                lambda team: not team.is_assistance
            )[:1]
        return super(HelpdeskTicket, self - own_desk)._compute_team_id()

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        if self.env.context.get("case_form"):
            return stages.search([("case_code", "!=", False)])
        found = super()._read_group_stage_ids(stages, domain)
        return found.filtered(lambda stage: not stage.case_code or stage in stages)

    @api.constrains("user_id", "team_id")
    def _check_user_id(self):
        for case in self.filtered("is_case"):
            # sudo: only whether the worker would see the case
            worker_sudo = case.sudo().user_id
            if worker_sudo and case.team_id.id not in worker_sudo._case_team_ids():
                raise ValidationError(
                    self.env._(
                        "A case is worked by a case worker who is a member of its desk, or by a "
                        "coordinator."
                    )
                )
            if worker_sudo and case._is_closed_to(worker_sudo):
                raise ValidationError(self._guarded_text())

    def _guarded_text(self):
        return self.env._(
            "This case is protected: only the two people whom the chapter named work on it."
        )

    def _check_guarded(self):
        """Refuse whoever was not given the key of a protected case, the system apart."""
        if not self.env.su and self._is_closed_to(self.env.user):
            raise AccessError(self._guarded_text())

    def _is_closed_to(self, user):
        """Whether one of the cases is protected, and the person was not given its key (bool)."""
        # sudo: who opens a case
        cases_sudo = self.sudo()
        return any(
            case.is_guarded and user not in case.case_grant_ids.user_id for case in cases_sudo
        )

    @api.model_create_multi
    def create(self, vals_list):
        desks_sudo = self._desks_sudo(vals_list)
        if not any(desks_sudo):
            return super().create([{**vals, "is_case": False} for vals in vals_list])
        self.check_access("create")
        tickets = self.browse()
        for vals, desk_sudo in zip(vals_list, desks_sudo, strict=True):
            if not desk_sudo:
                tickets += super().create([{**vals, "is_case": False}])
                continue
            quiet = self.with_context(**QUIET)
            case = super(HelpdeskTicket, quiet).create([quiet._new_case_values(vals, desk_sudo)])
            case._log_transition({case.id: case.stage_id.browse()})
            tickets += case.with_env(self.env)
        return tickets

    def _desks_sudo(self, vals_list):
        """The desk that makes each of the values a case (list of one team or none, sudo)."""
        default_id = None
        if any("team_id" not in vals for vals in vals_list):
            default_id = self.default_get(["team_id"]).get("team_id")
        # sudo: a foreign or hidden desk must be known as one before it is refused
        teams_sudo = self.env["helpdesk.ticket.team"].sudo()
        return [
            teams_sudo.browse(vals.get("team_id", default_id) or []).filtered("is_assistance")
            for vals in vals_list
        ]

    def _new_case_values(self, vals, desk_sudo):
        """Values of one new case of a desk; it starts at the first stage. Extended by the wall.

        The system alone (import, demo data) may start it later.
        """
        desk_sudo.with_env(self.env).check_access("read")
        desk_sudo.company_id._check_takes_cases()
        stages = self.env["helpdesk.ticket.stage"]
        stage = stages._of_case("new")
        if self.env.su and vals.get("stage_id"):
            stage = stages.browse(vals["stage_id"])
        urgency = vals.get("urgency") or "normal"
        return self._coarse_values(
            {
                "user_id": False,
                **vals,
                "company_id": desk_sudo.company_id.id,
                "is_case": True,
                "is_open": not stage.closed,
                "is_guarded": self.env.su and bool(vals.get("is_guarded")),
                "closed_date": stage.closed and fields.Datetime.now(),
                "stage_id": stage.id,
                "team_id": desk_sudo.id,
                "urgency": urgency,
            }
        )

    @api.model
    def _coarse_values(self, vals):
        """The values with only the month of a date, and with the priority of the urgency."""
        vals = dict(vals)
        if vals.get("date_document_expiry"):
            expiry = fields.Date.to_date(vals["date_document_expiry"])
            vals["date_document_expiry"] = expiry.replace(day=1)
        if vals.get("urgency"):
            vals["priority"] = PRIORITY[vals["urgency"]]
        return vals

    def _prepare_ticket_number(self, values):
        # sudo: only the kind and the chapter of the team
        desk_sudo = self.env["helpdesk.ticket.team"].sudo().browse(values.get("team_id") or [])
        if not desk_sudo.is_assistance:
            return super()._prepare_ticket_number(values)
        return desk_sudo.company_id._case_sequence().next_by_id()

    def write(self, vals):
        cases = self._cases()
        others = self - cases
        if others or not self:
            self._check_stays_ticket(vals)
            super(HelpdeskTicket, others).write(dict(vals))
        if cases:
            cases.check_access("write")
            cases._check_guarded()
            before = {case.id: case.stage_id for case in cases}
            for batch, batch_vals in cases._change_case_values(vals):
                super(HelpdeskTicket, batch.with_context(**QUIET)).write(batch_vals)
            cases._log_transition(before)
            if vals.get("urgency"):
                cases._refresh_promise()
        return True

    def _cases(self):
        # sudo: only to tell cases from other tickets
        cases_sudo = self.sudo().filtered("is_case")
        return self.browse(cases_sudo._ids)

    def _check_stays_ticket(self, vals):
        # sudo: a hidden desk must be known as one before it is refused
        team_sudo = self.env["helpdesk.ticket.team"].sudo().browse(vals.get("team_id") or [])
        if team_sudo.is_assistance or vals.get("is_case"):
            raise UserError(
                self.env._("A ticket cannot be turned into a case. Open a new case instead.")
            )

    def _change_case_values(self, vals):
        """What to write on which of the cases (list of pairs). Extended by the wall.

        A case that stands in the asked stage already does not move once more.
        """
        vals = self._coarse_values(vals)
        if not vals.get("active", True) and any(self.mapped("is_open")):
            # It would wait in no queue, and never be erased.
            raise UserError(self.env._("Close the case first: an open one is not archived."))
        if not vals.get("stage_id"):
            return [(self, vals)]
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        moving = self.filtered(lambda case: case.stage_id != stage)
        for case in moving:
            case._check_move(stage, vals)
        rest = {name: value for name, value in vals.items() if name != "stage_id"}
        moved = {**vals, "is_open": not stage.closed}
        if not stage.closed:
            moved.update(closed_date=False, close_reason=False, active=True)
        return [(moving, moved), (self - moving, rest)]

    def _check_move(self, stage, vals):
        """Refuse a stage that does not follow, and closing without a reason."""
        self.ensure_one()
        allowed = NEXT_STAGES[self.case_code]
        if self.case_code == "on_hold":
            allowed += (self._held_stage().case_code,)
        if stage.case_code not in allowed:
            raise UserError(
                self.env._(
                    "A case cannot go from %(stage)s to %(next_stage)s.",
                    stage=self.stage_id.name,
                    next_stage=stage.name,
                )
            )
        if stage.closed and not vals.get("close_reason"):
            raise UserError(self.env._("Choose why the case is closed: use the button Close."))

    def _held_stage(self):
        """The stage in which the case began to wait."""
        self.ensure_one()
        last = self.case_transition_ids.sorted("id")[-1:]
        return last.stage_from_id or self.stage_id._of_case("intake")

    def _log_transition(self, before):
        """Write one row of history for each case that changed its stage.

        :param before: stage each case had (dict of id to helpdesk.ticket.stage)
        """
        # sudo: nobody writes history by hand
        transitions_sudo = self.env["embassy.case.transition"].sudo()
        transitions_sudo.create(
            [
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "stage_from_id": before[case.id].id,
                    "stage_to_id": case.stage_id.id,
                    "user_id": self.env.uid,
                }
                for case in self
                if case.stage_id != before[case.id]
            ]
        )

    def set_sla(self):
        # sudo: case workers read promises and never write them
        cases_sudo = self._cases().sudo()
        super(HelpdeskTicket, cases_sudo).set_sla()
        return super(HelpdeskTicket, self - self._cases()).set_sla()

    def _get_sla_ticket_domain(self):
        """Promises of cases go by urgency and chapter; other tickets get none of them."""
        domain = Domain(super()._get_sla_ticket_domain()) & Domain("urgency", "=", self.urgency)
        if self.is_case:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        return domain

    def _refresh_promise(self):
        """Give the case the promise of its new urgency, counted from when it came.

        Time already spent or waited is kept, and a broken promise stays broken.
        """
        # sudo: case workers read promises and never write them
        for case_sudo in self.sudo():
            wanted = case_sudo._get_sla()
            rows = case_sudo.ticket_sla_ids
            clock = rows.filtered(lambda row: row.state != "accomplished")[:1] or rows[:1]
            spent = {
                "consumed_time": clock.consumed_time,
                "last_state_date": clock.last_state_date,
            }
            stale = rows.filtered(
                lambda row, wanted=wanted: row.sla_id not in wanted and not row.expired
            )
            for sla in wanted - rows.sla_id:
                row = rows.create({"ticket_id": case_sudo.id, "sla_id": sla.id})
                if clock:
                    # What is still to compute would put the clock back to the beginning.
                    row.flush_recordset()
                    row.write(spent)
            stale.unlink()

    def get_formview_id(self, access_uid=None):
        """A case opens in the form of cases, wherever its code is clicked."""
        if self.is_case:
            return self.env.ref("embassy_assistance.helpdesk_ticket_view_form_case").id
        return super().get_formview_id(access_uid=access_uid)

    @api.model
    def _receive_request(self, sealed):
        """Keep a request: the case, its seal, its needs, what was told and agreed to, or nothing.

        :param sealed: `SealedRequest`
        :return: the case (sudo)
        :raise UserError: the chapter does not take requests to this key
        """
        facts = sealed.facts
        # sudo: whoever asks for help has no account; nothing here was typed
        tickets_sudo = self.sudo()
        company_sudo = tickets_sudo.env["res.company"].browse(facts.company_id)
        key_sudo, desk_sudo = company_sudo._intake()
        if not desk_sudo or key_sudo.id != facts.chapter_key_id:
            raise UserError(self.env._("This chapter takes no requests at the moment."))
        case_sudo, item_ids = tickets_sudo._new_request_ids(len(sealed.items))
        of_case = {"case_id": case_sudo.id, "company_id": company_sudo.id}
        case_sudo._insert_request(
            {
                **case_sudo._request_rows(facts, company_sudo, desk_sudo),
                "embassy.case.need": [
                    {**of_case, "need_id": need_id, "state": "open", **case_sudo._log_values()}
                    for need_id in facts.need_ids
                ],
                "embassy.case.grant": [
                    {**of_case, "person_key_id": key_id, "sealed_key": sealed_key}
                    for key_id, sealed_key in sealed.person_sealed_keys.items()
                ],
                "embassy.case.consent": [
                    {**of_case, "purpose": name, "is_given": True, "date": fields.Date.today()}
                    for name in facts.purposes
                ],
                "embassy.case.item": [
                    {"id": item_id, **case_sudo._item_values(item, "from_asker"), **of_case}
                    for item_id, item in zip(item_ids, sealed.items, strict=True)
                ],
                "embassy.case.alert": [
                    {**of_case, "event": "request", "step": 0, "date_due": fields.Datetime.now()}
                ],
                "embassy.case.seal": [
                    {
                        **of_case,
                        "chapter_key_id": key_sudo.id,
                        "uuid": sealed.uuid,
                        "nonce_hash": sealed.nonce_hash.hex(),
                        "locator": sealed.locator.hex(),
                        "asker_public_key": sealed.asker_public_key,
                        "chapter_sealed_key": sealed.chapter_sealed_key,
                        "asker_sealed_key": sealed.asker_sealed_key,
                    }
                ],
            }
        )
        pieces = (item.pieces for item in sealed.items)
        tickets_sudo.env["embassy.case.item"]._store(dict(zip(item_ids, pieces, strict=True)))
        return case_sudo

    @api.model
    def _new_request_ids(self, item_count):
        """A case and items that are not there yet: one record, and ids."""
        self.env.cr.execute(
            SQL(
                "SELECT nextval('helpdesk_ticket_id_seq'), "
                "array(SELECT nextval('embassy_case_item_id_seq') FROM generate_series(1, %s))",
                item_count,
            )
        )
        case_id, item_ids = self.env.cr.fetchone()
        return self.browse(case_id), item_ids

    def _log_values(self):
        now = self.env.cr.now()
        return {
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }

    def _request_rows(self, facts, company_sudo, desk_sudo):
        """What `create` would write for a case by itself (dict of model to list of columns).

        The ORM takes some thirty queries for it, and requests come in floods.
        """
        number, now = company_sudo._next_case_number(), fields.Datetime.now()
        start = self._request_start(desk_sudo.id, facts.urgency)
        return {
            "helpdesk.ticket": [
                {
                    "id": self.id,
                    "company_id": company_sudo.id,
                    "team_id": desk_sudo.id,
                    "stage_id": start["stage_id"],
                    "unattended": start["unattended"],
                    "number": number,
                    "name": number,
                    "urgency": facts.urgency,
                    "priority": PRIORITY[facts.urgency],
                    "language_id": facts.language_id or None,
                    "is_case": True,
                    "is_open": True,
                    "is_guarded": facts.is_guarded,
                    "active": True,
                    "sequence": start["sequence"],
                    "last_stage_update": now,
                    **self._log_values(),
                }
            ],
            "embassy.case.transition": [
                {
                    "case_id": self.id,
                    "company_id": company_sudo.id,
                    "stage_to_id": start["stage_id"],
                    "user_id": self.env.uid,
                    "date": now,
                }
            ],
            "helpdesk.ticket.sla": [
                {
                    **promise,
                    "ticket_id": self.id,
                    "last_state_date": self.env.cr.now(),
                    "deadline": self.env.cr.now() + timedelta(hours=promise["hours"]),
                    **self._log_values(),
                }
                for promise in start["promises"]
            ],
        }

    @api.model
    @tools.ormcache("team_id", "urgency")
    def _request_start(self, team_id, urgency):
        """What a new case of a desk begins with (dict), the same for all."""
        stage = self.env["helpdesk.ticket.stage"]._of_case("new")
        case = self.new(
            {"team_id": team_id, "stage_id": stage.id, "urgency": urgency, "is_case": True}
        )
        case.company_id = case.team_id.company_id
        rows = self.env["helpdesk.ticket.sla"]
        for promise in case._get_sla():
            rows |= rows.new({"ticket_id": case.id, "sla_id": promise.id})
        return {
            "stage_id": stage.id,
            "unattended": stage.unattended,
            "sequence": case.sequence,
            "promises": [
                {
                    "sla_id": row.sla_id.id,
                    "hours": row.hours,
                    "expected_stage_id": row.expected_stage_id.id,
                    "state": row.state,
                    "consumed_time": 0.0,
                }
                for row in rows
            ],
        }

    @api.model
    def _insert_request(self, rows_of):
        """Add the rows of a request by one statement, or none of them.

        Of two forms with one number the second fails here, is begun anew by Odoo, and finds the
        first. What fails is not logged with its values.

        :param rows_of: dict of model to list of dicts of columns
        :raise ConcurrencyError: the number of the form was used
        """
        parts = []
        for model, rows in rows_of.items():
            table = self.env[model]._table
            if rows:
                parts.append(
                    SQL(
                        "%s AS (INSERT INTO %s (%s) VALUES %s %s RETURNING 1)",
                        SQL.identifier(f"new_{table}"),
                        SQL.identifier(table),
                        SQL(", ").join(map(SQL.identifier, rows[0])),
                        SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
                        SQL("ON CONFLICT (nonce_hash) DO NOTHING")
                        if model == "embassy.case.seal"
                        else SQL(),
                    )
                )
        query = SQL("WITH %s SELECT count(*) FROM new_embassy_case_seal", SQL(", ").join(parts))
        self.env.cr.execute(query, log_exceptions=False)
        if not self.env.cr.fetchone()[0]:
            raise ConcurrencyError(self.env._("This form was sent already."))

    def _add_sealed(self, sealed_items, direction):
        """Add what was told and is sealed already to a case; called after the checks.

        :param sealed_items: list of `SealedItem`
        :param direction: "from_asker", "to_asker" or "staff"
        """
        self.ensure_one()
        # sudo: nobody writes sealed content by hand
        items_sudo = self.env["embassy.case.item"].sudo()
        of_case = {"case_id": self.id, "company_id": self.company_id.id}
        rows_sudo = items_sudo.create(
            [{**of_case, **self._item_values(item, direction)} for item in sealed_items]
        )
        pieces = (item.pieces for item in sealed_items)
        items_sudo._store(dict(zip(rows_sudo.ids, pieces, strict=True)))

    @api.model
    def _item_values(self, item, direction):
        """What is kept in clear of a sealed item (dict)."""
        today = fields.Date.today()
        is_reply = direction == "to_asker"
        return {
            "uuid": item.uuid,
            "kind": item.kind,
            "direction": direction,
            "month": today.replace(day=1),
            "date_gone": today + timedelta(days=REPLY_DAYS) if is_reply else None,
            "revision": item.revision,
            "piece_count": item.piece_count,
            "size": item.size,
        }

    def _withdraw_consents(self, purposes):
        """Note that the person takes back what was agreed to; the caller holds the receipt.

        :param purposes: list of keys of ``embassy.case.consent``
        """
        # sudo: the person has no account
        consents_sudo = self.env["embassy.case.consent"].sudo()
        consents_sudo.search(
            [
                ("case_id", "in", self.ids),
                ("purpose", "in", purposes),
                ("is_given", "=", True),
            ]
        ).write({"is_given": False, "date": fields.Date.today()})

    def action_enter_request(self):
        """The public form, for somebody at the desk or on the phone: on the same rails."""
        company = self.env.company
        if not company.is_page_open or not company.takes_requests:
            raise UserError(
                self.env._(
                    "Requests are entered on the page of the chapter. It is not open yet, or takes "
                    "no requests."
                )
            )
        language = (self.env.lang or "en").split("_")[0]
        return {
            "type": "ir.actions.act_url",
            "url": f"{company.page_path}/help?desk=1&l={language}",
            "target": "new",
        }

    def _move(self, code):
        self.write({"stage_id": self.env["helpdesk.ticket.stage"]._of_case(code).id})

    def action_take(self):
        """Make the person who clicks the worker of the case, and begin the intake of a new one."""
        self.write({"user_id": self.env.uid})
        self.filtered(lambda case: case.case_code == "new")._move("intake")

    def action_assess(self):
        self._move("assessment")

    def action_agree_plan(self):
        self._move("plan")

    def action_start(self):
        self._move("active")

    def action_follow_up(self):
        self._move("follow_up")

    def action_hold(self):
        self._move("on_hold")

    def action_resume(self):
        for case in self:
            case._move(case._held_stage().case_code)

    def action_reopen(self):
        self._move("assessment")
