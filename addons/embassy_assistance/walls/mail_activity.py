from odoo import api, models


class MailActivity(models.Model):
    """An activity would mail the code and take free text: a case has its own next step."""

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.ticket"]._refuse_attached(
            (self._model_of(vals), vals.get("res_id")) for vals in vals_list
        )
        return super().create(vals_list)

    def write(self, vals):
        if {"res_model", "res_model_id", "res_id"} & vals.keys():
            # sudo: only what the row would then hang on
            self.env["helpdesk.ticket"]._refuse_attached(
                (self._model_of(vals) or row_sudo.res_model, vals.get("res_id", row_sudo.res_id))
                for row_sudo in self.sudo()
            )
        return super().write(vals)

    @api.model
    def _model_of(self, vals):
        """Name of the model (str) that the values name by id or by name, else by default."""
        if vals.get("res_model"):
            return vals["res_model"]
        model_id = vals.get("res_model_id") or self.env.context.get("default_res_model_id")
        if model_id:
            # sudo: the name of a model
            model_sudo = self.env["ir.model"].sudo().browse(model_id)
            return model_sudo.model
        return self.env.context.get("default_res_model")
