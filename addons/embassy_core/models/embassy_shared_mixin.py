import functools

from odoo import api, fields, models
from odoo.tools import SQL


class EmbassySharedMixin(models.AbstractModel):
    """A list entry that one chapter made for itself, or that all chapters share on purpose.

    No chapter means shared: everybody on the staff reads it, and only the keepers of shared
    lists (federation, technical admin) create, change or delete it, whatever else a person's
    groups allow. Record rules widen each other by group and know one domain for all keepers
    only, so the check stands in ``_check_access``, which every path through the ORM asks.
    """

    _name = "embassy.shared.mixin"
    _inherit = ["embassy.wall.mixin"]
    _description = "Belongs to one chapter or is shared on purpose"
    _shared_keeper_groups = "embassy_core.group_federation,embassy_core.group_technical_admin"

    company_id = fields.Many2one(
        "res.company",
        "Chapter",
        index=True,
        default=lambda self: self._default_company_id(),
        ondelete="cascade",
        help="Empty: shared by all chapters.",
    )

    def _default_company_id(self):
        """What a module brings along is everybody's."""
        if self.env.context.get("install_mode"):
            return self.env["res.company"]
        return super()._default_company_id()

    def _init_column(self, column_name):
        """Of what stands already, what people made is their chapter's, and the rest shared."""
        if column_name != "company_id":
            return super()._init_column(column_name)
        if self._log_access:
            self.env.cr.execute(
                SQL(
                    """UPDATE %s rows SET company_id = u.company_id FROM res_users u
                       WHERE u.id = rows.create_uid AND NOT EXISTS (
                           SELECT FROM ir_model_data WHERE model = %s AND res_id = rows.id)""",
                    SQL.identifier(self._table),
                    self._name,
                )
            )
        return None

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or operation == "read" or not any(self._ids) or self._may_keep_shared():
            return result
        # sudo: the chapter column alone is read, to tell shared rows from own ones
        rows_sudo = self.sudo()
        shared = self.browse(rows_sudo.filtered(lambda row: not row.company_id)._ids)
        if shared:
            return shared, functools.partial(
                self.env["ir.rule"]._make_access_error, operation, shared
            )
        return None

    @api.model
    def _may_keep_shared(self):
        return self.env.user.has_groups(self._shared_keeper_groups)
