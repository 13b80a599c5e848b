import functools

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

RULE_FIELDS = {"active", "company_id", "is_assistance", "user_ids"}
FIXED_FIELDS = {"company_id", "is_assistance"}


class HelpdeskTicketTeam(models.Model):
    """A desk team takes cases. It belongs to one chapter and has no mail address and no form."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "embassy.cached.mixin"]

    is_assistance = fields.Boolean(
        "Desk for cases", help="Tickets of this team are cases of people who ask for help."
    )

    membership_ids = fields.One2many(
        "embassy.desk.membership", "team_id", groups="embassy_core.group_coordinator"
    )

    _desk_is_closed = models.Constraint(
        "CHECK (is_assistance IS NOT TRUE "
        "OR (company_id IS NOT NULL AND show_in_portal IS NOT TRUE))",
        "A desk for cases belongs to one chapter and is not offered in the portal.",
    )

    @api.constrains("user_ids", "company_id", "is_assistance")
    def _check_user_ids(self):
        for team in self.filtered("is_assistance"):
            # sudo: only whether the members belong to the chapter
            members_sudo = team.sudo().user_ids
            if any(team.company_id not in member.company_ids for member in members_sudo):
                raise ValidationError(
                    self.env._("Members of a desk are people of its own chapter.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._desk_values(vals) for vals in vals_list]
        teams = super().create(vals_list)
        desks = teams.filtered("is_assistance")
        if desks:
            desks.company_id._check_takes_cases()
            desks.company_id._open_case_sequence()
            desks._members_changed()
        return teams

    def write(self, vals):
        desks = self._desks()
        if desks:
            self._check_desk_values(vals)
        if FIXED_FIELDS & vals.keys():
            self._check_fixed(vals)
        if vals.get("is_assistance"):
            vals = self._desk_values(vals)
        result = super().write(vals)
        if RULE_FIELDS & vals.keys() and (desks or vals.get("is_assistance")):
            opened = self.filtered("is_assistance").company_id
            opened._check_takes_cases()
            opened._open_case_sequence()
            self._members_changed()
        return result

    def _members_changed(self):
        """Called by whatever changes who is on a desk, or what a desk is.

        Rules on cases are cached with the desks of a person: from here they count at once.
        """
        self.env["embassy.desk.membership"]._note_changes(self)
        self.env.registry.clear_cache()

    def _desk_values(self, vals):
        if not vals.get("is_assistance", self.env.context.get("default_is_assistance")):
            return vals
        self._check_desk_values(vals)
        calendar = self.env.ref("embassy_assistance.resource_calendar_always")
        return {
            **vals,
            "is_assistance": True,
            "alias_name": False,
            "resource_calendar_id": calendar.id,
            "show_in_portal": False,
            "use_sla": True,
        }

    def _check_desk_values(self, vals):
        if vals.get("alias_name"):
            raise UserError(
                self.env._("A desk for cases has no mail address: mail would be kept in clear.")
            )
        if vals.get("ticket_properties"):
            raise UserError(self.env._("Cases have no fields of a team's own making."))

    def _check_fixed(self, vals):
        """Refuse to turn tickets into cases, or cases of one chapter into those of another."""
        for team in self:
            # sudo: counts tickets that the person need not see
            team_sudo = team.sudo()
            kind_changes = vals.get("is_assistance", team_sudo.is_assistance) != (
                team_sudo.is_assistance
            )
            chapter_changes = team_sudo.is_assistance and (
                vals.get("company_id", team_sudo.company_id.id) != team_sudo.company_id.id
            )
            tickets_sudo = team_sudo.env["helpdesk.ticket"].with_context(active_test=False)
            if (kind_changes or chapter_changes) and tickets_sudo.search_count(
                [("team_id", "=", team.id)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "This team has tickets: it stays what it is and where it is. Open another "
                        "team instead."
                    )
                )

    def _check_access(self, operation):
        """Coordinators keep desks, and no other teams; the helpdesk's managers keep all."""
        result = super()._check_access(operation)
        if result or operation == "read" or not any(self._ids) or self._may_keep_all_teams():
            return result
        others = self - self._desks()
        if others:
            return others, functools.partial(
                self.env["ir.rule"]._make_access_error, operation, others
            )
        return None

    def _desks(self):
        # sudo: only to tell desks from other teams
        desks_sudo = self.sudo().filtered("is_assistance")
        return self.browse(desks_sudo._ids)

    @api.model
    def _may_keep_all_teams(self):
        return self.env.su or self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")

    def _get_applicable_stages(self):
        """Cases have their own stages, and other tickets never show these."""
        if self.is_assistance:
            return self.env["helpdesk.ticket.stage"].search([("case_code", "!=", False)])
        return super()._get_applicable_stages().filtered(lambda stage: not stage.case_code)
