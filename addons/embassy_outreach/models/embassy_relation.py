from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

LEVELS = [
    ("1", "Hardly any"),
    ("2", "Little"),
    ("3", "Some"),
    ("4", "Much"),
    ("5", "Very much"),
]
QUADRANTS = [
    ("manage_closely", "Manage closely"),
    ("keep_satisfied", "Keep satisfied"),
    ("keep_informed", "Keep informed"),
    ("monitor", "Monitor"),
]
ROLES = [
    ("decision", "Decision maker"),
    ("adviser", "Adviser, staffer"),
    ("gatekeeper", "Office, secretary"),
    ("expert", "Expert"),
    ("journalist", "Journalist"),
    ("partner", "Partner"),
    ("godparent", "Prisoner's godparent"),
]
TEMPERATURES = [
    ("new", "New"),
    ("in_touch", "In touch"),
    ("warm", "Warm"),
    ("dormant", "Dormant"),
    ("lost", "Lost"),
]
# From this level on power or interest counts as high.
HIGH = "3"
DORMANT_DAYS = 180
BATCH = 1000


class EmbassyRelation(models.Model):
    """What one chapter thinks of a person or body of the directory, and does with them.

    Written as if the person will read it: an access request prints it.
    """

    _name = "embassy.relation"
    _inherit = ["embassy.chapter.mixin", "embassy.quiet.mixin"]
    _description = "Relation"
    _order = "date_next_move, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Person or body",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        index="btree_not_null",
        check_company=True,
        default=lambda self: self.env.user,
        tracking=True,
    )

    # What we do
    next_move = fields.Char("Next move", tracking=True)
    date_next_move = fields.Date("Next move by")
    date_last_contact = fields.Date("Last contact")
    role = fields.Selection(ROLES, tracking=True)
    temperature = fields.Selection(TEMPERATURES, default="new", required=True, tracking=True)
    basis = fields.Selection(
        [
            ("public_role", "Public role"),
            ("consent", "Consent"),
            ("met", "Met in person"),
        ],
        "Basis of contact",
        default="public_role",
        required=True,
        help="Why we may write to this person.",
    )

    # What we think
    power = fields.Selection(LEVELS, tracking=True, help="How much this person decides.")
    interest = fields.Selection(LEVELS, tracking=True, help="How much our matter means here.")
    quadrant = fields.Selection(
        QUADRANTS, compute="_compute_quadrant", store=True, group_expand=True
    )
    do_not_say = fields.Text("Do not say")
    note = fields.Text(
        "What matters", help="Facts with their source. The person may ask to read this."
    )
    stance_ids = fields.One2many("embassy.stance", "relation_id", "Stances")
    is_no_contact = fields.Boolean(
        "Do not contact", compute="_compute_is_no_contact", store=True
    )

    # Is it still true?
    verify_months = fields.Integer("Ask again after (months)", default=6, required=True)
    date_verified = fields.Date(
        "Known to be true on",
        default=lambda self: fields.Date.context_today(self),
        readonly=True,
        copy=False,
    )
    verified_by_id = fields.Many2one(
        "res.users",
        "Said by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    date_verify_due = fields.Date("Still true?", compute="_compute_date_verify_due", store=True)

    _one_a_chapter = models.UniqueIndex(
        "(company_id, partner_id)", "Your chapter has this person or body already. Open that one."
    )
    _verify_months_sane = models.Constraint(
        "CHECK (verify_months BETWEEN 1 AND 24)", "Ask again after 1 to 24 months."
    )
    _order_index = models.Index("(company_id, date_next_move, id)")
    _verify_index = models.Index("(company_id, date_verify_due)")
    _contact_index = models.Index("(date_last_contact) WHERE date_last_contact IS NOT NULL")

    @api.depends("power", "interest")
    def _compute_quadrant(self):
        for relation in self:
            power, interest = relation.power, relation.interest
            if not power or not interest:
                relation.quadrant = False
            elif power >= HIGH:
                relation.quadrant = "manage_closely" if interest >= HIGH else "keep_satisfied"
            else:
                relation.quadrant = "keep_informed" if interest >= HIGH else "monitor"

    @api.depends("stance_ids.is_current", "stance_ids.stance")
    def _compute_is_no_contact(self):
        for relation in self:
            relation.is_no_contact = any(
                stance.is_current and stance.stance == "no_contact"
                for stance in relation.stance_ids
            )

    @api.depends("date_verified", "verify_months")
    def _compute_date_verify_due(self):
        for relation in self:
            relation.date_verify_due = relation.date_verified and (
                relation.date_verified + relativedelta(months=relation.verify_months)
            )

    @api.constrains("partner_id")
    def _check_partner_id(self):
        self.env["res.partner"]._regime_guard(self.partner_id)
        if any(not relation.partner_id.directory_kind for relation in self):
            raise UserError(
                self.env._("Only people in office and institutions of the directory stand here.")
            )

    @api.constrains("next_move", "date_next_move", "date_last_contact")
    def _check_next_move(self):
        """Who belongs to the regime by now, or asked for it, is not reached any more."""
        moving = self.filtered(lambda relation: relation.next_move or relation.date_next_move)
        self.env["res.partner"]._regime_guard(moving.partner_id)
        for chapter, relations in moving.grouped("company_id").items():
            self.env["res.partner"]._no_contact_guard(relations.partner_id, chapter)

    def write(self, vals):
        if "partner_id" in vals and any(
            relation.partner_id.id != vals["partner_id"] for relation in self
        ):
            raise UserError(self.env._("A relation stays with its person. Begin another one."))
        return super().write(vals)

    @api.model
    def _heard_of(self, chapter, partners, day):
        """Note that a chapter was in touch with them: by a meeting, or by a letter that came.

        :param chapter: ``res.company``, one record
        :param partners: ``res.partner``
        :param day: ``datetime.date``
        """
        relations = self.search(
            [
                ("company_id", "=", chapter.id),
                ("partner_id", "in", partners.ids),
                ("is_no_contact", "=", False),
            ]
        )
        for relation in relations:
            relation.date_last_contact = max(relation.date_last_contact or day, day)
            if relation.temperature in ("new", "dormant", "lost"):
                relation.temperature = "in_touch"

    def action_still_true(self):
        """Say of many at once that what stands here is still so."""
        self.write(
            {"date_verified": fields.Date.context_today(self), "verified_by_id": self.env.uid}
        )

    def action_brief(self):
        return self.partner_id.action_brief()

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._action_open_in_directory()

    def action_hand_over(self):
        """Ask who comes after this person in the office."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "embassy_outreach.embassy_relation_handover_action"
        )
        return {**action, "context": {"default_relation_id": self.id}}

    def _hand_over(self, successor, vals):
        """Go on with a successor as with this person, for the prisoners of this person too.

        :param successor: ``res.partner`` record
        :param vals: dict with owner and next move of the successor's relation
        :return: the successor's relation in the same chapter, begun where there was none
        """
        self.ensure_one()
        relation = self.with_context(active_test=False).search(
            [("partner_id", "=", successor.id), ("company_id", "=", self.company_id.id)], limit=1
        )
        if relation:
            relation.write({**vals, "active": True})
        else:
            relation = self.create(
                {
                    **vals,
                    "partner_id": successor.id,
                    "company_id": self.company_id.id,
                    "role": self.role,
                    "power": self.power,
                }
            )
        self.write({"next_move": False, "date_next_move": False})
        godparents = self.env["embassy.godparent"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("date_end", "=", False),
            ]
        )
        godparents._hand_over(successor, relation.user_id)
        for here, text in (
            (self, self.env._("Handed over to %(name)s.", name=successor.name)),
            (relation, self.env._("Taken over from %(name)s.", name=self.partner_id.name)),
        ):
            here.message_post(body=text)
        return relation

    @api.model
    def _cron_go_dormant(self):
        """Who was in touch and was not heard of for half a year is dormant."""
        domain = [
            ("date_last_contact", "<", fields.Date.today() - timedelta(days=DORMANT_DAYS)),
            ("temperature", "in", ["in_touch", "warm"]),
        ]
        while relations := self.search(domain, limit=BATCH, order="date_last_contact, id"):
            relations.temperature = "dormant"
            remaining = self.search_count(domain)
            if self.env["ir.cron"]._commit_progress(len(relations), remaining=remaining) <= 0:
                break
