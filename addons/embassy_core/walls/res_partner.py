from collections import defaultdict

from odoo import api, fields, models


class ResPartner(models.Model):
    """A contact is its chapter's; shared are records of the directory, and what is marked so.

    A contact without a chapter that is neither is seen by nobody, so none is made: it gets the
    chapter of what it hangs on, else of who makes it.
    """

    _inherit = "res.partner"

    is_shared = fields.Boolean(
        "Shared with all chapters",
        index="btree_not_null",
        copy=False,
        groups="base.group_system",
        help="For contacts of the system itself, such as the sender of automatic messages.",
    )

    def _compute_same_vat_partner_id(self):
        """Core looks as the system for contacts with the same number, and names what it finds."""
        super()._compute_same_vat_partner_id()
        for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
            found = self.mapped(name)
            hidden = self._hidden_among({"res.partner": set(found.ids)}).get("res.partner", ())
            for partner in self:
                if partner[name].id in hidden:
                    partner[name] = False

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_chapter(vals) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _with_chapter(self, vals):
        kind = vals.get("directory_kind", self.env.context.get("default_directory_kind"))
        if kind or vals.get("is_shared") or vals.get("company_id"):
            return vals
        # sudo: the chapter alone, of a contact that create checks as a reference
        above_sudo = self.sudo().browse(vals.get("parent_id") or []).exists()
        if above_sudo.directory_kind and not above_sudo.company_id:
            chapter = self.env.company
        else:
            chapter = above_sudo.company_id or self.env.company
        return {**vals, "company_id": chapter.id}

    def _leave_chapter(self):
        """Belong to none until the accounts behind the contact say where it belongs.

        Core refuses to change the chapter of a contact from under its accounts.
        """
        # sudo: who manages people need not manage contacts
        partners_sudo = self.sudo().exists().filtered("company_id")
        if partners_sudo:
            partners_sudo.company_id = False

    def signup_get_auth_param(self):
        """Core tells any employee the login of anybody, and a token where sign-up is open."""
        self.check_access("read")
        params = defaultdict(dict)
        for id_, values in super().signup_get_auth_param().items():
            params[id_] = {
                name: value for name, value in values.items() if name != "auth_signup_token"
            }
        return params
