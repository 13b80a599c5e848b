from odoo import api, fields, models
from odoo.exceptions import ValidationError

STANCES = [
    ("champion", "Champion"),
    ("supporter", "Supporter"),
    ("sympathetic", "Sympathetic"),
    ("neutral", "Neutral"),
    ("sceptic", "Sceptical"),
    ("opponent", "Opposed"),
    ("unknown", "Unknown"),
    ("no_contact", "Do not contact"),
]


class EmbassyStance(models.Model):
    """What somebody thinks of a topic on a day, with what shows it.

    A new view is a new row: nobody changes what was known before, and the coordinator alone
    deletes it, when the person asks for that.
    """

    _name = "embassy.stance"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Stance"
    _order = "date desc, id desc"
    _rec_name = "topic_id"

    relation_id = fields.Many2one(
        "embassy.relation", required=True, index=True, ondelete="cascade", check_company=True
    )
    partner_id = fields.Many2one(
        related="relation_id.partner_id", store=True, precompute=True, index=True
    )
    topic_id = fields.Many2one(
        "embassy.topic", required=True, index=True, ondelete="restrict", check_company=True
    )
    stance = fields.Selection(STANCES, required=True, group_expand=True)
    date = fields.Date(
        "Seen on", required=True, default=lambda self: fields.Date.context_today(self)
    )
    evidence = fields.Text(
        required=True, help="What was said or done. The person may ask to read this."
    )
    source = fields.Char(required=True, help="A link, a document or who heard it.")
    is_current = fields.Boolean("Latest", readonly=True, copy=False)

    _one_current = models.UniqueIndex(
        "(relation_id, topic_id) WHERE is_current IS TRUE",
        "Somebody has just written down another stance on this topic. Look, and try again.",
    )
    _order_index = models.Index("(company_id, date DESC, id DESC)")

    @api.depends("topic_id", "stance")
    def _compute_display_name(self):
        labels = dict(self._fields["stance"]._description_selection(self.env))
        for stance in self:
            parts = (stance.topic_id.name, labels.get(stance.stance))
            stance.display_name = ": ".join(part for part in parts if part)

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        if any(stance.date > today for stance in self):
            raise ValidationError(self.env._("A stance is seen today or before."))

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**vals, "is_current": False} for vals in vals_list]
        stances = super().create(self._with_chapter_of(vals_list, "relation_id"))
        stances._mark_current(stances.relation_id, stances.topic_id)
        return stances

    def unlink(self):
        relations, topics = self.relation_id, self.topic_id
        result = super().unlink()
        self._mark_current(relations.exists(), topics)
        return result

    @api.model
    def _mark_current(self, relations, topics):
        """Of each topic the latest stance is what holds."""
        # sudo: which row is the latest is no matter of who writes, and nobody may write it
        stances_sudo = self.sudo().search(
            [("relation_id", "in", relations.ids), ("topic_id", "in", topics.ids)]
        )
        latest_sudo = stances_sudo.browse()
        seen = set()
        for stance_sudo in stances_sudo:
            key = (stance_sudo.relation_id, stance_sudo.topic_id)
            if key not in seen:
                seen.add(key)
                latest_sudo += stance_sudo
        (stances_sudo - latest_sudo).filtered("is_current").is_current = False
        self.env.flush_all()
        latest_sudo.filtered(lambda stance: not stance.is_current).is_current = True
