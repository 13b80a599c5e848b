from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.embassy_core.tools.server_secrets import pepper

# Whoever is alone with a threat can be made silent.
FEWEST_GUARDS = 2
# Closed cases are kept no longer than this.
MOST_RETENTION_DAYS = 90


class ResCompany(models.Model):
    _inherit = "res.company"

    takes_requests = fields.Boolean(
        compute="_compute_takes_requests",
        help="Whether people can ask for help here: it needs a key of the chapter or its helper.",
    )

    protected_holder_ids = fields.Many2many(
        "res.users",
        "res_company_protected_holder_rel",
        "company_id",
        "user_id",
        "Read reports of threats",
        help="Two people of the chapter. When somebody is threatened or recruited, only they can "
        "open what was told.",
    )
    retention_days = fields.Integer(
        "Erased after (days)",
        required=True,
        default=MOST_RETENTION_DAYS,
        help="So many days after a case was closed, all of it is erased.",
    )

    _retention_days = models.Constraint(
        f"CHECK (retention_days BETWEEN 1 AND {MOST_RETENTION_DAYS})",
        "Closed cases are erased after 1 to 90 days.",
    )

    def _coordinator_fields(self):
        return super()._coordinator_fields() | {"protected_holder_ids", "retention_days"}

    def _compute_takes_requests(self):
        for company in self:
            company.takes_requests = bool(company._intake()[1])

    def write(self, vals):
        result = super().write(vals)
        if "chapter_code" in vals:
            for company in self:
                company._case_sequence().prefix = company._case_prefix()
        # Where requests go is kept in memory.
        self.env.registry.clear_cache()
        return result

    def _intake(self):
        """Where requests to this chapter go: its own place or its helper's.

        :return: the key they are sealed to and the desk they come to (sudo), or two empty ones
        """
        self.ensure_one()
        # sudo: everybody may ask for help, and so learn whether and where one can
        company_sudo = self.sudo()
        key_id, desk_id = company_sudo._intake_ids() if pepper() else ([], [])
        return (
            company_sudo.env["embassy.chapter.key"].browse(key_id),
            company_sudo.env["helpdesk.ticket.team"].browse(desk_id),
        )

    @api.model
    @tools.ormcache()
    def _open_page_ids(self):
        """Chapters whose pages are open (dict of code to id). Called as the system."""
        chapters = self.search([("is_page_open", "=", True), ("chapter_code", "!=", False)])
        return {chapter.chapter_code: chapter.id for chapter in chapters}

    @tools.ormcache("self.id")
    def _intake_ids(self):
        """Ids of the key and the desk of `_intake`, or two empty lists. Called as the system."""
        key = self._intake_key()
        taker = key.company_id
        if not (taker._has_capability("cases") and taker.chapter_code):
            return [], []
        desk = self.env["helpdesk.ticket.team"].search(
            [("is_assistance", "=", True), ("company_id", "=", taker.id)], limit=1
        )
        return (key.ids, desk.ids) if desk else ([], [])

    @tools.ormcache("self.id")
    def _chapter_language_ids(self):
        """Languages the chapter answers in: dict of code to id. Called as the system."""
        return {language.code: language.id for language in self.chapter_language_ids}

    @api.constrains("protected_holder_ids")
    def _check_protected_holder_ids(self):
        for company in self:
            # sudo: whether the people work with cases of the chapter
            people_sudo = company.sudo().protected_holder_ids
            if len(people_sudo) not in (0, FEWEST_GUARDS):
                raise ValidationError(self.env._("Name two people who read reports of threats."))
            for person_sudo in people_sudo:
                if company not in person_sudo.company_ids or not person_sudo.has_group(
                    "embassy_core.group_case_worker"
                ):
                    raise ValidationError(
                        self.env._(
                            "%(name)s is no case worker of the chapter, and cannot read reports of "
                            "threats.",
                            name=person_sudo.name,
                        )
                    )

    def _guard_keys(self):
        """The ready keys of the people who read reports of threats (embassy.person.key, sudo)."""
        self.ensure_one()
        # sudo: who reads them is for nobody to see who writes one
        company_sudo = self.sudo()
        return company_sudo.env["embassy.person.key"].search(
            [
                ("user_id", "in", company_sudo.protected_holder_ids.filtered("active").ids),
                ("state", "=", "ready"),
            ]
        )

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

    @tools.ormcache("self.id")
    def _case_sequence_id(self):
        return self._case_sequence().id

    def _next_case_number(self):
        """The code of the next case, by few queries. Called as the system."""
        self.ensure_one()
        today = fields.Date.today()
        date_range = self.env["ir.sequence.date_range"].search_fetch(
            [
                ("sequence_id", "=", self._case_sequence_id()),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ],
            ["sequence_id", "date_from"],
            limit=1,
        )
        if not date_range:
            return self._case_sequence().next_by_id()
        # With a zone of time nobody's own is asked for.
        return date_range.with_context(
            ir_sequence_date_range=date_range.date_from, tz="UTC"
        )._next()

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
            company_sudo.env.registry.clear_cache()
