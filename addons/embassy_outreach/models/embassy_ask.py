from odoo import api, fields, models

ASK_STATES = [
    ("idea", "Idea"),
    ("agreed", "Agreed among us"),
    ("raised", "Raised"),
    ("considered", "Under consideration"),
    ("accepted", "Accepted"),
    ("partly", "Partly accepted"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
OPEN_ASKS = ("idea", "agreed", "raised", "considered")


class EmbassyAsk(models.Model):
    """Something that a chapter wants of people in office or institutions."""

    _name = "embassy.ask"
    _inherit = ["embassy.chapter.mixin", "embassy.quiet.mixin"]
    _description = "Ask"
    _order = "date_due, id desc"

    name = fields.Char("What we ask", required=True)
    text = fields.Text("In full", help="The words in which we ask, ready to be said or written.")
    partner_ids = fields.Many2many(
        "res.partner",
        "embassy_ask_partner_rel",
        "ask_id",
        "partner_id",
        "Of whom",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    topic_id = fields.Many2one(
        "embassy.topic",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        index="btree_not_null",
        check_company=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    state = fields.Selection(
        ASK_STATES, default="idea", required=True, group_expand=True, tracking=True, copy=False
    )
    date_raised = fields.Date("Raised on", copy=False)
    date_due = fields.Date("Answer wanted by")
    answer = fields.Text(copy=False)
    commitment_ids = fields.One2many("embassy.commitment", "ask_id", "Commitments")

    _order_index = models.Index("(company_id, date_due, id DESC)")
    _state_index = models.Index("(company_id, state)")

    @api.constrains("partner_ids", "state")
    def _check_partner_ids(self):
        asking = self.filtered(lambda ask: ask.state in OPEN_ASKS)
        self.env["res.partner"]._regime_guard(asking.partner_ids)
        for chapter, asks in asking.grouped("company_id").items():
            self.env["res.partner"]._no_contact_guard(asks.partner_ids, chapter)

    def write(self, vals):
        if vals.get("state") == "raised" and "date_raised" not in vals:
            fresh = self.filtered(lambda ask: not ask.date_raised)
            super(EmbassyAsk, fresh).write({"date_raised": fields.Date.context_today(self)})
        return super().write(vals)

    def action_add_commitment(self):
        """Write down what was promised in answer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Commitment"),
            "res_model": "embassy.commitment",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_ask_id": self.id,
                "default_topic_id": self.topic_id.id,
                "default_partner_id": self.partner_ids.id if len(self.partner_ids) == 1 else False,
            },
        }
