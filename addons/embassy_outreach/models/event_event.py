from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

VISIT_STATES = [
    ("idea", "Idea"),
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("preparing", "Preparing"),
    ("ready", "Ready"),
    ("ongoing", "Ongoing"),
    ("follow_up", "Follow-up"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]

NEXT_STATES = {
    "idea": ("proposed", "cancelled"),
    "proposed": ("approved", "idea", "cancelled"),
    "approved": ("preparing", "cancelled"),
    "preparing": ("ready", "cancelled"),
    "ready": ("ongoing", "preparing", "cancelled"),
    "ongoing": ("follow_up", "cancelled"),
    "follow_up": ("closed",),
    "closed": ("follow_up",),
    "cancelled": ("idea",),
}


class EventEvent(models.Model):
    """A visit is an event with a host, a programme and a delegation, and without registrations.

    Its states are its own; the stages of other events stay as they are.
    """

    _inherit = "event.event"

    is_visit = fields.Boolean("Visit", readonly=True)
    visit_kind_id = fields.Many2one(
        "embassy.visit.kind",
        "Kind",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    visit_state = fields.Selection(
        VISIT_STATES, "State", copy=False, group_expand=True, tracking=True
    )
    host_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    aim = fields.Text()
    programme_item_ids = fields.One2many("embassy.programme.item", "visit_id", "Programme")
    delegate_ids = fields.One2many("embassy.delegate", "visit_id", "Delegation")
    clash_count = fields.Integer("Clashes", compute="_compute_clash_count")

    _visit_is_whole = models.Constraint(
        "CHECK (is_visit IS NOT TRUE OR (company_id IS NOT NULL AND visit_state IS NOT NULL))",
        "A visit belongs to one chapter and has a state.",
    )
    _visit_idx = models.Index("(company_id, date_begin, id) WHERE is_visit IS TRUE")

    @api.depends("programme_item_ids.clash")
    def _compute_clash_count(self):
        for event in self:
            event.clash_count = len(event.programme_item_ids.filtered("clash"))

    @api.constrains("host_id")
    def _check_host_id(self):
        self.env["res.partner"]._regime_guard(self.host_id)

    @api.constrains("date_begin", "date_end")
    def _check_programme(self):
        self.programme_item_ids._check_dates()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._visit_values(vals) for vals in vals_list])

    def write(self, vals):
        visits = self.filtered("is_visit")
        if "is_visit" in vals and any(event.is_visit != vals["is_visit"] for event in self):
            raise UserError(self.env._("An event cannot be turned into a visit, nor back."))
        if visits and "company_id" in vals:
            self._check_takes_visits(vals["company_id"])
            if any(visit.company_id.id != vals["company_id"] for visit in visits):
                raise UserError(self.env._("A visit stays with its chapter."))
        if "visit_state" in vals:
            for visit in self:
                visit._check_move(vals["visit_state"])
        return super().write(vals)

    def _visit_values(self, vals):
        """Values of a new visit: an idea of a chapter, without mails, tickets or questions.

        The system alone (import, demo data) may begin it in a later state.
        """
        if not vals.get("is_visit", self.env.context.get("default_is_visit")):
            return {**vals, "is_visit": False, "visit_state": False}
        company_id = vals.get("company_id", self.env.company.id)
        self.check_access("create")
        self._check_takes_visits(company_id)
        state = vals.get("visit_state") if self.env.su else None
        return {
            "description": False,
            "event_mail_ids": [],
            "question_ids": [],
            **vals,
            "company_id": company_id,
            "is_visit": True,
            "visit_state": state or "idea",
        }

    @api.model
    def _check_takes_visits(self, company_id):
        # sudo: the level of a chapter is public
        company_sudo = self.env["res.company"].sudo().browse(company_id or [])
        if not company_sudo:
            raise ValidationError(self.env._("A visit belongs to a chapter."))
        if not company_sudo._has_capability("visits"):
            raise UserError(
                self.env._(
                    "This chapter does not organise visits. Raise its level to People's embassy "
                    "first."
                )
            )

    def _check_move(self, state):
        """Refuse a state that does not follow, and approving by anybody but a coordinator."""
        self.ensure_one()
        if state == self.visit_state:
            return
        if state not in NEXT_STATES.get(self.visit_state, ()):
            labels = dict(self._fields["visit_state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "A visit cannot go from %(state)s to %(next_state)s.",
                    state=labels.get(self.visit_state, ""),
                    next_state=labels.get(state, ""),
                )
            )
        approver = self.env.su or self.env.user.has_group("embassy_core.group_coordinator")
        if state == "approved" and not approver:
            raise AccessError(self.env._("A coordinator approves visits."))

    def get_formview_id(self, access_uid=None):
        """A visit opens in the form of visits, wherever its name is clicked."""
        if self.is_visit:
            return self.env.ref("embassy_outreach.event_event_view_form_visit").id
        return super().get_formview_id(access_uid=access_uid)

    def _move_visit(self, state):
        self.write({"visit_state": state})

    def action_propose(self):
        self._move_visit("proposed")

    def action_approve(self):
        self._move_visit("approved")

    def action_prepare(self):
        self._move_visit("preparing")

    def action_ready(self):
        self._move_visit("ready")

    def action_begin(self):
        self._move_visit("ongoing")

    def action_follow_up(self):
        self._move_visit("follow_up")

    def action_close(self):
        self._move_visit("closed")

    def action_cancel(self):
        self._move_visit("cancelled")

    def action_back_to_idea(self):
        self._move_visit("idea")
