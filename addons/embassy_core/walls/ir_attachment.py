from functools import partial

from odoo import api, fields, models

from ..tools.documents import chapters_of, refuse_on_shared


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
                {**vals, "company_id": chapters[document]} if document in chapters else vals
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
            for file_sudo, document in documents.items():
                chapter_id = chapters_of(self.env, [document]).get(document)
                if chapter_id and file_sudo.company_id.id != chapter_id:
                    file_sudo.company_id = chapter_id
        return result

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not result or not result[0]:
            return result
        return result[0], partial(self.env["ir.rule"]._make_access_error, operation, result[0])
