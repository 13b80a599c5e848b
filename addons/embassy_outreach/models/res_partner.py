from odoo import api, fields, models
from odoo.exceptions import ValidationError

OFFICER = "embassy_core.group_outreach_officer"


class ResPartner(models.Model):
    """The directory beside what the reader's own chapter has with its people and bodies."""

    _inherit = "res.partner"

    relation_ids = fields.One2many(
        "embassy.relation", "partner_id", "Our relation", groups=OFFICER
    )
    current_stance_ids = fields.One2many(
        "embassy.stance",
        "partner_id",
        "Stance by topic",
        domain=[("is_current", "=", True)],
        groups=OFFICER,
    )

    @api.model
    def _walled_references(self):
        """What chapters hang on the directory: pairs of model and field."""
        return [("embassy.relation", "partner_id"), ("embassy.letter", "partner_id")]

    @api.constrains("company_id")
    def _check_others_work_with(self):
        """A record with which other chapters work is not taken away from them."""
        for chapter, partners in self.filtered("directory_kind").grouped("company_id").items():
            if not chapter:
                continue
            for model, field in self._walled_references():
                # sudo: rows of other chapters must be found, not overlooked
                rows_sudo = self.env[model].sudo().with_context(active_test=False)
                if rows_sudo.search_count(
                    [(field, "in", partners.ids), ("company_id", "!=", chapter.id)], limit=1
                ):
                    raise ValidationError(
                        self.env._("Other chapters work with this record, so it stays shared.")
                    )

    def _our_relation(self):
        """What the chosen chapter has with this person or body, if anything."""
        self.ensure_one()
        return (
            self.env["embassy.relation"]
            .with_context(active_test=False)
            .search(
                [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)], limit=1
            )
        )

    def action_open_relation(self):
        """Open the relation of the chosen chapter, or the form to begin one."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Our relation"),
            "res_model": "embassy.relation",
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": self._our_relation().id,
            "context": {"default_partner_id": self.id},
        }

    def _action_open_in_directory(self):
        self.ensure_one()
        kind = self.directory_kind
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "res.partner",
            "view_mode": "form",
            "views": [(self.env.ref(f"embassy_core.res_partner_view_form_{kind}").id, "form")],
            "res_id": self.id,
        }
