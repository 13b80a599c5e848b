from functools import partial

from odoo import api, fields, models

from ..tools.documents import chapters_of, refuse_on_shared
from ..tools.tokens import short_token


class IrAttachment(models.Model):
    """A file is of the chapter of what it hangs on.

    Pictures and the like, which are values of a field, are seen as the field is, also on records
    that all chapters share.
    """

    _inherit = "ir.attachment"

    company_id = fields.Many2one(index=True)

    @api.model_create_multi
    def create(self, vals_list):
        # Before core, which refuses in other words.
        self._check_references(vals_list)
        context = self.env.context
        documents = [
            (
                vals.get("res_model", context.get("default_res_model")),
                vals.get("res_id", context.get("default_res_id")),
            )
            for vals in vals_list
        ]
        refuse_on_shared(
            self.env,
            (
                document
                for vals, document in zip(vals_list, documents, strict=True)
                if not vals.get("res_field", context.get("default_res_field"))
            ),
        )
        chapters = chapters_of(self.env, documents)
        return super().create(
            [
                {**vals, "company_id": self._chapter_of(document, chapters, self.env.company.id)}
                for vals, document in zip(vals_list, documents, strict=True)
            ]
        )

    def write(self, vals):
        self._check_references([vals])
        result = super().write(vals)
        if {"res_model", "res_id", "res_field"} & vals.keys():
            # sudo: what the files hang on now
            files_sudo = self.sudo()
            documents = {file: (file.res_model, file.res_id) for file in files_sudo}
            refuse_on_shared(
                self.env, (document for file, document in documents.items() if not file.res_field)
            )
            chapters = chapters_of(self.env, documents.values())
            for file_sudo, document in documents.items():
                chapter_id = self._chapter_of(document, chapters, file_sudo.company_id.id)
                if file_sudo.company_id.id != chapter_id:
                    file_sudo.company_id = chapter_id
        return result

    @api.model
    def _chapter_of(self, document, chapters, otherwise):
        """The chapter of a file: of its document, or of whoever adds it.

        None for what hangs on a list entry that all chapters share, such as a template.

        :param document: pair of model and id
        :param chapters: what ``chapters_of`` found
        :param otherwise: id of the chapter for a document without one
        """
        model, res_id = document
        shared = self.env.registry["embassy.shared.mixin"]
        if document not in chapters and res_id and model in self.env:
            if issubclass(self.env.registry[model], shared):
                return False
        return chapters.get(document) or otherwise

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not result or not result[0]:
            return result
        return result[0], partial(self.env["ir.rule"]._make_access_error, operation, result[0])

    def _get_raw_access_token(self):
        return short_token(self, "raw", "binary")

    def _get_thumbnail_token(self):
        return short_token(self, "thumbnail", "binary")

    def _get_ownership_token(self):
        return short_token(self, "id", "attachment_ownership")
