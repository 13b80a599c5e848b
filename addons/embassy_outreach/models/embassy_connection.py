from odoo import api, fields, models
from odoo.exceptions import ValidationError


class EmbassyConnection(models.Model):
    """Two people or bodies of the directory have to do with each other, as this chapter knows.

    One row tells both directions: read from the page of one of the two (``connection_of`` in the
    context), it names the other and says the kind from this side.
    """

    _name = "embassy.connection"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Connection"
    _order = "date_start desc, id desc"

    first_id = fields.Many2one(
        "res.partner",
        "Who",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False)]",
    )
    kind_id = fields.Many2one(
        "embassy.connection.kind",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    second_id = fields.Many2one(
        "res.partner",
        "Whom",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False)]",
    )
    date_start = fields.Date("From")
    date_end = fields.Date("Until")
    source = fields.Char(required=True, help="A link, a document or who said it.")
    label = fields.Char("How", compute="_compute_other_id")
    other_id = fields.Many2one("res.partner", "With whom", compute="_compute_other_id")

    _two_ends = models.Constraint(
        "CHECK (first_id != second_id)", "Nobody is connected with themselves."
    )
    _dates_order = models.Constraint(
        "CHECK (date_start <= date_end)", "A connection cannot end before it starts."
    )
    _one_row = models.UniqueIndex(
        """(company_id, kind_id, LEAST(first_id, second_id), GREATEST(first_id, second_id),
            COALESCE(date_start, '0001-01-01'::date))""",
        "Your chapter has this connection already, from one side or the other.",
    )
    _order_index = models.Index("(company_id, date_start DESC, id DESC)")

    @api.depends("first_id.name", "kind_id.name", "second_id.name")
    def _compute_display_name(self):
        for connection in self:
            parts = (connection.first_id.name, connection.kind_id.name, connection.second_id.name)
            connection.display_name = " ".join(part for part in parts if part)

    @api.depends("first_id", "kind_id.name", "kind_id.inverse_name", "second_id")
    @api.depends_context("connection_of")
    def _compute_other_id(self):
        seen_from = self.env.context.get("connection_of")
        for connection in self:
            kind = connection.kind_id
            if connection.second_id.id == seen_from:
                connection.other_id, connection.label = connection.first_id, kind.inverse_name
            else:
                connection.other_id, connection.label = connection.second_id, kind.name

    @api.constrains("first_id", "second_id")
    def _check_ends(self):
        if any(not end.directory_kind for end in self.first_id + self.second_id):
            raise ValidationError(
                self.env._("Only people in office and institutions of the directory stand here.")
            )
