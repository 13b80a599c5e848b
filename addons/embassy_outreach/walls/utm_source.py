from odoo import models


class UtmSource(models.Model):
    """Its name is unique in a chapter only, or it would tell of others."""

    _name = "utm.source"
    _inherit = ["utm.source", "embassy.shared.mixin"]

    # Takes the place of core's own, which holds for all chapters together.
    _unique_name = models.Constraint("CHECK (name IS NOT NULL)", "A source has a name.")
    _name_in_chapter = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "There is a source with this name already."
    )
