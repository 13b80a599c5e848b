from odoo import models


class UtmTag(models.Model):
    """Its name is unique in a chapter only, or it would tell of others."""

    _name = "utm.tag"
    _inherit = ["utm.tag", "embassy.shared.mixin"]

    # Takes the place of core's own, which holds for all chapters together.
    _name_uniq = models.Constraint("CHECK (name IS NOT NULL)", "A tag has a name.")
    _name_in_chapter = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "There is a tag with this name already."
    )
