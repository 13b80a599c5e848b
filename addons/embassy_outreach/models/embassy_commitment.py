from odoo import api, fields, models
from odoo.exceptions import ValidationError

COMMITMENT_STATES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("partly", "Partly"),
    ("broken", "Broken"),
    ("expired", "Expired"),
]
BATCH = 1000


class EmbassyCommitment(models.Model):
    """Somebody in office promised something, in these words, on this day."""

    _name = "embassy.commitment"
    _inherit = ["embassy.chapter.mixin", "embassy.quiet.mixin"]
    _description = "Commitment"
    _order = "date_due, id desc"
    _rec_name = "quote"

    partner_id = fields.Many2one(
        "res.partner",
        "Who promised",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    quote = fields.Char("What was promised", required=True, help="In the words that were used.")
    source = fields.Char(required=True, help="A link, a document or who heard it.")
    date = fields.Date(
        "Promised on", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_due = fields.Date("Due")
    topic_id = fields.Many2one(
        "embassy.topic",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    ask_id = fields.Many2one(
        "embassy.ask",
        "In answer to",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    letter_id = fields.Many2one(
        "embassy.letter",
        "Said in",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('direction', '=', 'in')]",
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
        COMMITMENT_STATES,
        default="open",
        required=True,
        group_expand=True,
        tracking=True,
        copy=False,
    )
    evidence = fields.Text(copy=False, help="What shows that it was kept or broken.")
    note = fields.Text("Internal notes", help="Never printed on a score card.")

    _dates_order = models.Constraint(
        "CHECK (date_due >= date)", "A promise is due after it was given."
    )
    _order_index = models.Index("(company_id, date_due, id DESC)")
    _state_index = models.Index("(company_id, state)")
    _open_index = models.Index("(date_due, id) WHERE state = 'open' AND date_due IS NOT NULL")

    @api.constrains("partner_id")
    def _check_partner_id(self):
        self.env["res.partner"]._regime_guard(self.partner_id)

    @api.constrains("state", "evidence")
    def _check_evidence(self):
        if any(
            promise.state in ("kept", "partly", "broken") and not promise.evidence
            for promise in self
        ):
            raise ValidationError(
                self.env._("Say what shows that the promise was kept, partly kept or broken.")
            )

    @api.model
    def _cron_expire(self):
        """What was promised for a day that is past has expired, and its owner learns of news."""
        domain = [("state", "=", "open"), ("date_due", "<", fields.Date.today())]
        while promises := self.search(domain, limit=BATCH, order="date_due, id"):
            promises.state = "expired"
            promises.user_id._tell_news()
            remaining = self.search_count(domain)
            if self.env["ir.cron"]._commit_progress(len(promises), remaining=remaining) <= 0:
                break
