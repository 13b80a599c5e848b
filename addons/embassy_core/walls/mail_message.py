import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models

from ..tools.documents import chapters_of, hidden_by_document, refuse_on_shared


class MailMessage(models.Model):
    """A message is its document's: of its chapter, and seen by who sees it.

    In Odoo the author and whoever was addressed read it for ever, also after they have left.
    """

    _inherit = "mail.message"

    record_company_id = fields.Many2one(index=True)

    @api.model_create_multi
    def create(self, vals_list):
        documents = [self._document_in(vals) for vals in vals_list]
        refuse_on_shared(self.env, documents)
        unsettled = {
            document
            for vals, document in zip(vals_list, documents, strict=True)
            if not vals.get("record_company_id")
        }
        chapters = chapters_of(self.env, unsettled) if unsettled else {}
        new_vals_list = []
        for vals, document in zip(vals_list, documents, strict=True):
            if not vals.get("record_company_id"):
                # sudo: the chapter alone, of who writes
                author_sudo = self.env["res.partner"].sudo().browse(vals.get("author_id") or [])
                chapter_id = (
                    chapters.get(document) or author_sudo.company_id.id or self.env.company.id
                )
                vals = {**vals, "record_company_id": chapter_id}
            new_vals_list.append(vals)
        return super().create(new_vals_list)

    def write(self, vals):
        result = super().write(vals)
        if {"model", "res_id"} & vals.keys():
            # sudo: what the messages hang on now
            messages_sudo = self.sudo()
            documents = {message: (message.model, message.res_id) for message in messages_sudo}
            refuse_on_shared(self.env, documents.values())
            chapters = chapters_of(self.env, documents.values())
            for message_sudo, document in documents.items():
                if document in chapters:
                    message_sudo.record_company_id = chapters[document]
        return result

    @api.model
    def _document_in(self, vals):
        context = self.env.context
        return (
            vals.get("model", context.get("default_model")),
            vals.get("res_id", context.get("default_res_id")),
        )

    @api.model
    def _mail_get_company_field(self):
        return "record_company_id"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        query = super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )
        if self.env.su or bypass_access:
            return query
        messages = self.browse(query.get_result_ids())
        hidden = hidden_by_document(messages, "model", "res_id")
        return (messages - hidden)._as_query(order) if hidden else query

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        return forbidden + hidden_by_document(self - forbidden, "model", "res_id")

    def _make_access_error(self, operation):
        return self.env["ir.rule"]._make_access_error(operation, self)

    @api.model
    def _get_message_id(self, values):
        """A name that tells nothing: core's holds the model, the id and the name of the server.

        Answers find their thread all the same, since core looks for the whole text among the
        messages that it keeps.
        """
        if values.get("reply_to_force_new"):
            # Core knows by the word that an answer to this one starts a thread of its own.
            return f"<reply_to.{_random_name()}@{self._message_id_host()}>"
        return f"<{_random_name()}@{self._message_id_host()}>"

    @api.model
    def _message_id_host(self):
        # sudo: the address that people type
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return urlsplit(parameters_sudo.get_param("web.base.url", "")).hostname or "localhost"


def _random_name():
    return secrets.token_hex(20)
