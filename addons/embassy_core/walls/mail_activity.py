from odoo import api, models

from ..tools.documents import chapters_of


class MailActivity(models.Model):
    """An activity is its document's, also when somebody else has to do it."""

    _name = "mail.activity"
    _inherit = ["embassy.document.mixin", "mail.activity", "embassy.chapter.mixin"]
    _owner_columns = ("user_id", "create_uid")

    @api.model_create_multi
    def create(self, vals_list):
        documents = [self._document_in(vals) for vals in vals_list]
        chapters = chapters_of(self.env, documents)
        return super().create(
            [
                {**vals, "company_id": chapters.get(document) or self.env.company.id}
                for vals, document in zip(vals_list, documents, strict=True)
            ]
        )

    def _make_access_error(self, operation):
        return self.env["ir.rule"]._make_access_error(operation, self)
