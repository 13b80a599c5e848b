from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_list

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
    connection_ids = fields.Many2many(
        "embassy.connection", compute="_compute_connection_ids", groups=OFFICER
    )

    ask_ids = fields.Many2many(
        "embassy.ask", "embassy_ask_partner_rel", "partner_id", "ask_id", "Asks", groups=OFFICER
    )
    commitment_ids = fields.One2many(
        "embassy.commitment", "partner_id", "Commitments", groups=OFFICER
    )

    letter_ids = fields.One2many("embassy.letter", "partner_id", "Letters", groups=OFFICER)
    meeting_ids = fields.Many2many(
        "embassy.meeting",
        "embassy_meeting_partner_rel",
        "partner_id",
        "meeting_id",
        "Meetings",
        groups=OFFICER,
    )
    godparent_ids = fields.One2many(
        "embassy.godparent", "partner_id", "Godparent of", groups=OFFICER
    )

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_connection_ids(self):
        """Rows in which somebody is the first or the second, of the reader's chapters."""
        connections = self.env["embassy.connection"].search(
            ["|", ("first_id", "in", self.ids), ("second_id", "in", self.ids)]
        )
        rows_of = defaultdict(list)
        for connection in connections:
            rows_of[connection.first_id.id].append(connection.id)
            rows_of[connection.second_id.id].append(connection.id)
        for partner in self:
            partner.connection_ids = connections.browse(rows_of[partner._origin.id])

    @api.model
    def _walled_references(self):
        """What chapters hang on the directory: pairs of model and field."""
        return [
            ("embassy.appeal", "partner_ids"),
            ("embassy.ask", "partner_ids"),
            ("embassy.commitment", "partner_id"),
            ("embassy.connection", "first_id"),
            ("embassy.connection", "second_id"),
            ("embassy.godparent", "partner_id"),
            ("embassy.letter", "partner_id"),
            ("embassy.questionnaire", "party_ids"),
            ("embassy.questionnaire.answer", "party_id"),
            ("embassy.meeting", "partner_ids"),
            ("embassy.relation", "partner_id"),
        ]

    def write(self, vals):
        result = super().write(vals)
        # Nobody works yet with a record that is just made: an import asks nothing here.
        if vals.get("company_id"):
            self._check_others_work_with()
        return result

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

    @api.model
    def _no_contact_guard(self, partners, chapter):
        """Refuse to plan anything with who asked this chapter not to be contacted.

        :raise UserError: naming those who must be taken off
        """
        relations = self.env["embassy.relation"].search(
            [
                ("company_id", "=", chapter.id),
                ("partner_id", "in", partners.ids),
                ("is_no_contact", "=", True),
            ]
        )
        if relations:
            names = format_list(self.env, relations.partner_id.mapped("display_name"))
            raise UserError(self.env._("Not to be contacted: %(names)s.", names=names))

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

    def action_brief(self):
        """Show on one page what our chapter knows of these people and bodies."""
        self.env["embassy.relation"].check_access("read")
        report = self.env.ref("embassy_outreach.res_partner_action_report_brief")
        return report.report_action(self.ids, config=False)

    def action_who_knows(self):
        """Show our relations with who sits in this body or is connected with it or them."""
        self.ensure_one()
        connected = (self.connection_ids.first_id + self.connection_ids.second_id) - self
        near = self + connected
        in_office = [
            ("body_id", "child_of", near.ids),
            "|",
            ("date_start", "=", False),
            ("date_start", "<=", "today"),
            "|",
            ("date_until", "=", False),
            ("date_until", ">=", "today"),
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "embassy_outreach.embassy_relation_action"
        )
        known = Domain("partner_id", "in", near.ids)
        known |= Domain("partner_id.mandate_ids", "any", in_office)
        title = self.env._("Who of us knows someone there")
        return {**action, "name": title, "domain": list(known), "context": {}}

    def action_add_connection(self):
        """Ask how this person or body is connected with another."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connection"),
            "res_model": "embassy.connection",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_first_id": self.id},
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
