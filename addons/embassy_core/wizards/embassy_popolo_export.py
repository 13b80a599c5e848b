import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..importers import popolo_writer
from .popolo_collector import MAX_RECORDS, PopoloCollector


class EmbassyPopoloExport(models.TransientModel):
    """A file of bodies, people and mandates that others can read: public facts only."""

    _name = "embassy.popolo.export"
    _description = "Export to Popolo"

    partner_ids = fields.Many2many(
        "res.partner", string="Chosen", default=lambda self: self._default_partner_ids()
    )
    is_current = fields.Boolean("Only mandates of today")
    file = fields.Binary(attachment=False, readonly=True)
    file_name = fields.Char(default="directory.json", readonly=True)
    person_count = fields.Integer("People", readonly=True)
    body_count = fields.Integer("Institutions", readonly=True)
    mandate_count = fields.Integer("Mandates", readonly=True)

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return False
        return self.env["res.partner"].search(
            [
                ("id", "in", self.env.context.get("active_ids", [])),
                ("directory_kind", "!=", False),
            ],
            limit=MAX_RECORDS,
        )

    def action_export(self):
        """Make the file out of what this person sees."""
        self.ensure_one()
        if not self.partner_ids:
            raise UserError(
                self.env._("Choose institutions or people of the directory in its list first.")
            )
        mandates = self.env["embassy.mandate"]
        domain = mandates._domain_current() if self.is_current else Domain.TRUE
        found = PopoloCollector(self.env, self.partner_ids, domain).collect()
        self.write(
            {
                "file": base64.b64encode(popolo_writer.write(found)),
                "person_count": len(found.people),
                "body_count": len(found.bodies),
                "mandate_count": len(found.memberships),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export to Popolo"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "download",
        }
