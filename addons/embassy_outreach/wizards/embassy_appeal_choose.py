from odoo import api, fields, models
from odoo.exceptions import UserError

GROUPS = [
    ("friends", "Champions, supporters, sympathetic"),
    ("neutral", "Neutral or unknown"),
    ("against", "Sceptical or opposed"),
]
STANCES = {
    "friends": ("champion", "supporter", "sympathetic"),
    "neutral": ("neutral", "unknown"),
    "against": ("sceptic", "opponent"),
}


class EmbassyAppealChoose(models.TransientModel):
    """Choose whom an appeal goes to by their seat, party and stance."""

    _name = "embassy.appeal.choose"
    _description = "Choose people for an appeal"
    _order = "id"

    appeal_id = fields.Many2one("embassy.appeal", required=True, ondelete="cascade")
    body_id = fields.Many2one(
        "res.partner",
        "Parliament or committee",
        domain=[("directory_kind", "=", "institution"), ("is_regime", "=", False)],
    )
    faction_id = fields.Many2one(
        "res.partner",
        "Party or faction",
        domain=[("directory_kind", "=", "institution"), ("is_regime", "=", False)],
    )
    topic_id = fields.Many2one("embassy.topic")
    stance_group = fields.Selection(GROUPS, "Stance")
    found_count = fields.Integer("People found", compute="_compute_found_count")

    def _found(self):
        self.ensure_one()
        if not (self.body_id or self.faction_id or self.stance_group):
            return self.env["res.partner"]
        if self.stance_group and not self.topic_id:
            raise UserError(self.env._("A stance is about a topic. Choose the topic."))
        return self.appeal_id._people(
            self.body_id, self.faction_id, self.topic_id, STANCES.get(self.stance_group, ())
        )

    @api.depends("appeal_id", "body_id", "faction_id", "topic_id", "stance_group")
    def _compute_found_count(self):
        for choice in self:
            whole = choice.topic_id or not choice.stance_group
            choice.found_count = whole and len(choice._found() - choice.appeal_id.partner_ids)

    def action_add(self):
        found = self._found() - self.appeal_id.partner_ids
        if not found:
            raise UserError(
                self.env._("Nobody new was found. Choose another body, party or stance.")
            )
        self.appeal_id.partner_ids |= found
