import functools

from odoo import fields, models


class EmbassyKeptMixin(models.AbstractModel):
    """A public fact that is a chapter's own, or is shared on purpose and kept by one chapter.

    ``company_id`` is the chapter, or nothing when all chapters share the record; then
    ``keeper_company_id`` says who shared it. Everybody on the staff reads a shared record; the
    keeper's staff alone change, delete or take it back. Record rules widen each other by group,
    so the check stands in ``_check_access``, which every path through the ORM asks.
    """

    _name = "embassy.kept.mixin"
    _inherit = ["embassy.wall.mixin"]
    _description = "Belongs to one chapter or is kept by one for all"

    # Named by models that belong to a chapter through a reference.
    _wall_field = None

    keeper_company_id = fields.Many2one(
        "res.company",
        "Kept by",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="The chapter that changes this for all when it is shared.",
    )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or operation == "read" or not any(self._ids):
            return result
        keepers = self.env.companies
        officer = self.env.user.has_group("embassy_core.group_outreach_officer")
        # sudo: the chapter columns alone are read, to tell who keeps the record
        kept_sudo = self.sudo().filtered(lambda record: record._is_kept(keepers, officer))
        if forbidden := self.browse(id_ for id_ in self._ids if id_ not in set(kept_sudo._ids)):
            return forbidden, functools.partial(
                self.env["ir.rule"]._make_access_error, operation, forbidden
            )
        return None

    def _is_kept(self, keepers, officer):
        """Whether somebody of the chapters ``keepers`` may change this record.

        A chapter's own records are for its outreach officers; the federation, which has no
        right to a chapter's contacts, changes shared ones only.
        """
        return officer if self.company_id else self.keeper_company_id in keepers
