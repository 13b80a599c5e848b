from odoo import api, fields, models


class EmbassyLegislature(models.Model):
    """One term of a parliament, from election to election."""

    _name = "embassy.legislature"
    _inherit = ["embassy.kept.mixin"]
    _description = "Legislature"
    _wall_field = "body_id"
    _order = "date_start desc, id desc"

    name = fields.Char(required=True)
    body_id = fields.Many2one(
        "res.partner",
        "Institution",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("directory_kind", "=", "institution")],
    )
    date_start = fields.Date()
    date_end = fields.Date(help="The day on which the mandates of this legislature run out.")
    identifier = fields.Char(copy=False, help="What the public source calls it.")
    mandate_ids = fields.One2many("embassy.mandate", "legislature_id", "Mandates")
    company_id = fields.Many2one(
        related="body_id.company_id", store=True, precompute=True, index=True
    )
    keeper_company_id = fields.Many2one(
        related="body_id.keeper_company_id", store=True, precompute=True
    )

    _dates_order = models.Constraint(
        "CHECK (date_start <= date_end)", "A legislature cannot end before it starts."
    )
    _identifier_uniq = models.UniqueIndex(
        "(body_id, identifier) WHERE identifier IS NOT NULL",
        "This institution has a legislature with this identifier already.",
    )

    def write(self, vals):
        before = {
            legislature: (legislature.date_start, legislature.date_end) for legislature in self
        }
        result = super().write(vals)
        if {"date_start", "date_end"} & vals.keys():
            for legislature, (date_start, date_end) in before.items():
                legislature._move_mandates(date_start, date_end)
        return result

    @api.depends("name", "body_id.name")
    def _compute_display_name(self):
        for legislature in self:
            legislature.display_name = ", ".join(
                part for part in (legislature.name, legislature.body_id.name) if part
            )

    def _move_mandates(self, date_start, date_end):
        """Mandates that took their dates from here follow when the dates change.

        The mandates of one legislature belong to the chapters that read it, so each is written
        as the person may: a shared mandate that another chapter keeps stays as it is.
        """
        mandates = self.mandate_ids._filtered_access("write")
        if self.date_start != date_start:
            mandates.filtered(
                lambda mandate: mandate.date_start == date_start and not mandate.date_start_given
            ).date_start = self.date_start
        if self.date_end != date_end:
            mandates.filtered(
                lambda mandate: mandate.date_deadline == date_end and not mandate.date_end
            ).date_deadline = self.date_end
