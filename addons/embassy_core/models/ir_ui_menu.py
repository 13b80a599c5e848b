from odoo import api, fields, models

from .res_company import FEDERATION_CAPABILITIES, LEVEL_CAPABILITIES


class IrUiMenu(models.Model):
    """Menus that only some levels of chapters use."""

    _inherit = "ir.ui.menu"

    chapter_capability = fields.Selection(
        lambda self: [
            (name, name)
            for name in sorted(FEDERATION_CAPABILITIES.union(*LEVEL_CAPABILITIES.values()))
        ],
        "Needs",
        help="Shown to people of chapters whose level includes this.",
    )

    @api.model
    def _load_menus_blacklist(self):
        """Hide what none of the person's chapters does. This tidies; the walls protect.

        The federation keeps the shared directory from whatever chapter a person comes.
        """
        # sudo: only the level of the person's own chapters is read
        chapters_sudo = self.env.user.sudo().company_ids
        # sudo: menus hold no personal data; the list is the same for all people of a level
        menus_sudo = self.sudo().search([("chapter_capability", "!=", False)])
        federation = self.env.user.has_group("embassy_core.group_federation")
        always = FEDERATION_CAPABILITIES if federation else set()
        hidden = menus_sudo.filtered(
            lambda menu: (
                menu.chapter_capability not in always
                and not chapters_sudo._has_capability(menu.chapter_capability)
            )
        )
        return super()._load_menus_blacklist() + hidden.ids
