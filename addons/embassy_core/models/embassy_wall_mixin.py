from odoo import models


class EmbassyWallMixin(models.AbstractModel):
    """What all rows behind a chapter's wall have in common: nobody gives one away.

    The ORM asks for access before it writes, so against the chapter that the row had. After a
    write of ``_wall_field``, the field by which a row belongs to its chapter, it is asked again.
    """

    _name = "embassy.wall.mixin"
    _description = "Stays behind the wall of its chapter"
    _wall_field = "company_id"

    def _default_company_id(self):
        return self.env.company

    def write(self, vals):
        result = super().write(vals)
        if self._wall_field in vals and not self.env.su:
            self.check_access("write")
        return result
