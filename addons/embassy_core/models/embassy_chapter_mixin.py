from odoo import fields, models


class EmbassyChapterMixin(models.AbstractModel):
    """Everything that belongs to one chapter.

    The column is required, so that the chapter's global record rule turns into a plain
    ``company_id IN (…)`` that an index serves, and no row is ever everybody's by accident.
    Each model that inherits this declares its global rule in the addon's rules file; a test
    compares the two.
    """

    _name = "embassy.chapter.mixin"
    _inherit = ["embassy.wall.mixin"]
    _description = "Belongs to one chapter"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        "Chapter",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        ondelete="restrict",
    )
