from functools import partial

from odoo import api, models

from ..tools.documents import hidden_by_document, refuse_on_shared


class EmbassyDocumentMixin(models.AbstractModel):
    """Rows that nobody gets at without their document, whoever wrote or was given them."""

    _name = "embassy.document.mixin"
    _description = "Seen with its document"
    _document_fields = ("res_model", "res_id")

    @api.model_create_multi
    def create(self, vals_list):
        refuse_on_shared(self.env, map(self._document_in, vals_list))
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if {"res_model_id", *self._document_fields} & vals.keys():
            # sudo: what the rows hang on now
            rows_sudo = self.sudo()
            model_field, id_field = self._document_fields
            refuse_on_shared(
                self.env, ((row_sudo[model_field], row_sudo[id_field]) for row_sudo in rows_sudo)
            )
        return result

    @api.model
    def _document_in(self, vals):
        """The document that values of a new row name, by themselves or by defaults."""
        model_field, id_field = self._document_fields
        context = self.env.context
        model = vals.get(model_field) or context.get(f"default_{model_field}")
        model_id = vals.get("res_model_id") or context.get("default_res_model_id")
        if model_id and "res_model_id" in self._fields:
            # sudo: the name of a model
            model_sudo = self.env["ir.model"].sudo().browse(model_id)
            model = model_sudo.model
        return model, vals.get(id_field, context.get(f"default_{id_field}"))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        query = super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )
        if self.env.su or bypass_access:
            return query
        rows = self.browse(query.get_result_ids())
        hidden = hidden_by_document(rows, *self._document_fields)
        return (rows - hidden)._as_query(order) if hidden else query

    def _check_access(self, operation):
        result = super()._check_access(operation)
        left = self - result[0] if result else self
        hidden = hidden_by_document(left, *self._document_fields)
        if not hidden:
            return result
        if result:
            hidden |= result[0]
        return hidden, partial(self.env["ir.rule"]._make_access_error, operation, hidden)
