from odoo import api, models
from odoo.fields import Domain


class EmbassyNarrowMixin(models.AbstractModel):
    """Lets code of Odoo that works as the system look into one chapter only.

    Scheduled jobs and public pages search without any rule. Whoever calls them says by
    ``only_chapter_ids`` in the context whose rows they may find. It only ever narrows.
    """

    _name = "embassy.narrow.mixin"
    _description = "Can be searched in one chapter as the system"

    @api.model
    def _search(self, domain, *args, **kwargs):
        chapters = self.env.context.get("only_chapter_ids")
        if chapters is not None:
            shared = [] if self._fields["company_id"].required else [False]
            domain = Domain(domain) & Domain("company_id", "in", [*chapters, *shared])
        return super()._search(domain, *args, **kwargs)
