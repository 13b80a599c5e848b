from odoo import api, fields, models

from .res_partner import OFFICER


class EmbassyMandate(models.Model):
    """Mandates beside who of the reader's chapter keeps in touch with the person."""

    _inherit = "embassy.mandate"

    relation_id = fields.Many2one(
        "embassy.relation", "Our relation", compute="_compute_relation_id", groups=OFFICER
    )
    relation_user_id = fields.Many2one(
        "res.users", "Owner", compute="_compute_relation_id", groups=OFFICER
    )
    relation_next_move = fields.Char("Next move", compute="_compute_relation_id", groups=OFFICER)

    @api.depends("person_id")
    @api.depends_context("company")
    def _compute_relation_id(self):
        relations = self.env["embassy.relation"].search_fetch(
            [("partner_id", "in", self.person_id.ids), ("company_id", "=", self.env.company.id)],
            ["partner_id", "user_id", "next_move"],
        )
        relation_of = {relation.partner_id: relation for relation in relations}
        for mandate in self:
            relation = relation_of.get(mandate.person_id, relations.browse())
            mandate.relation_id = relation
            mandate.relation_user_id = relation.user_id
            mandate.relation_next_move = relation.next_move

    def action_hand_over(self):
        """Hand what we have with this person over to a successor."""
        self.ensure_one()
        return self.relation_id.action_hand_over()

    def action_open_relation(self):
        self.ensure_one()
        return self.person_id.action_open_relation()
