import logging

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class IrRule(models.Model):
    """One text for all refusals; core's names the record to whoever turns on its debug mode."""

    _inherit = "ir.rule"

    @api.model
    def _foreign_text(self):
        return self.env._(
            "This record is not there, or it is not yours to see. Ask a coordinator of your chapter"
            " if you need it."
        )

    @api.model
    def _foreign_error(self):
        """The refusal, marked so that the boundary answers as for a row that is not there."""
        error = AccessError(self._foreign_text())
        error.embassy_foreign = True
        return error

    @api.model
    @tools.ormcache()
    def _walled_models(self):
        """Models whose rows not everybody sees: a global rule limits reading (frozenset of str).

        Companies are walled too; core does it by group, and knows a person's companies.
        """
        # sudo: names of models
        rules_sudo = self.sudo().search([("global", "=", True), ("perm_read", "=", True)])
        return frozenset(rules_sudo.model_id.mapped("model")) | {"res.company"}

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """The rows of a dialog are their author's alone: they hold mails not sent, for one."""
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if model._transient and model._log_access and not self.env.su:
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain

    def _make_access_error(self, operation, records):
        if self.env.user.has_group("base.group_system"):
            return super()._make_access_error(operation, records)
        _logger.info(
            "Refused by a record rule: %s of %s to user %s",
            operation,
            records._name,
            self.env.uid,
        )
        error = self._foreign_error()
        # The web client then offers to switch to the other chapter, if it is one's own.
        # sudo: which chapter it is, told only to its own people
        chapter_sudo = records.sudo()._get_redirect_suggested_company() or ()
        others = set(self.env.user._get_company_ids()) - set(self.env.companies.ids)
        if len(chapter_sudo) == 1 and chapter_sudo.id in others:
            error.context = {
                "suggested_company": {
                    "id": chapter_sudo.id,
                    "display_name": chapter_sudo.display_name,
                }
            }
            error.embassy_foreign = False
        # Reading with more rights has filled the cache that everybody shares.
        records.invalidate_recordset()
        return error
