from odoo import api, fields, models


class EmbassyRelationHandover(models.TransientModel):
    """Moves what we want of somebody who leaves an office to who comes next."""

    _name = "embassy.relation.handover"
    _description = "Hand a relation over to a successor"

    relation_id = fields.Many2one("embassy.relation", required=True, ondelete="cascade")
    body_ids = fields.Many2many("res.partner", string="Institutions", compute="_compute_body_ids")
    successor_id = fields.Many2one(
        "res.partner",
        required=True,
        ondelete="cascade",
        domain="[('directory_kind', '=', 'person'), ('is_regime', '=', False),"
        " ('mandate_ids.body_id', 'in', body_ids)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        compute="_compute_next_steps",
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    next_move = fields.Char(
        "Next move", compute="_compute_next_steps", store=True, readonly=False
    )
    date_next_move = fields.Date(
        "Next move by", compute="_compute_next_steps", store=True, readonly=False
    )

    @api.depends("relation_id")
    def _compute_body_ids(self):
        for handover in self:
            partner = handover.relation_id.partner_id
            handover.body_ids = partner.mandate_ids.body_id

    @api.depends("relation_id")
    def _compute_next_steps(self):
        for handover in self:
            relation = handover.relation_id
            handover.user_id = relation.user_id
            handover.next_move = relation.next_move
            handover.date_next_move = relation.date_next_move

    def action_hand_over(self):
        """Give the successor's relation the owner and the next move, and open it."""
        self.ensure_one()
        successor = self.relation_id._hand_over(
            self.successor_id,
            {
                "user_id": self.user_id.id,
                "next_move": self.next_move,
                "date_next_move": self.date_next_move,
            },
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "embassy.relation",
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": successor.id,
        }
