from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._all_desks()._members_changed()
        return users

    def write(self, vals):
        if not {"helpdesk_team_ids", "active"} & vals.keys():
            return super().write(vals)
        before = self._all_desks()
        result = super().write(vals)
        (before | self._all_desks())._members_changed()
        return result

    def _all_desks(self):
        # sudo: desks of people whom somebody manages without being on them
        users_sudo = self.sudo().with_context(active_test=False)
        desks_sudo = users_sudo.helpdesk_team_ids.filtered("is_assistance")
        return self.env["helpdesk.ticket.team"].browse(desks_sudo.ids)

    def _case_team_ids(self):
        """Desk teams whose cases the user works on (list of ids); asked by the record rules.

        A case worker sees the cases of the own teams, a coordinator those of all desks of the own
        chapters, anybody else none, whatever other groups allow. Rules are cached: whoever
        changes what is read here clears the cache.
        """
        self.ensure_one()
        # sudo: the rules ask this, and reading desk teams stands behind a rule itself
        user_sudo = self.sudo()
        if user_sudo.has_group("embassy_core.group_coordinator"):
            return (
                user_sudo.env["helpdesk.ticket.team"]
                .with_context(active_test=False)
                .search([("is_assistance", "=", True), ("company_id", "in", self.company_ids.ids)])
                .ids
            )
        if user_sudo.has_group("embassy_core.group_case_worker"):
            return user_sudo.with_context(active_test=False).helpdesk_team_ids.ids
        return []

    def _get_invalidation_fields(self):
        return super()._get_invalidation_fields() | {"helpdesk_team_ids"}
