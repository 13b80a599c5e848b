from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools.documents import put_standing_rows_in_chapters


class EmbassyContactAssign(models.TransientModel):
    """Gives contacts that stood before the walls their chapter.

    Until then they are seen by nobody. Asked by country, because a chapter works in one; those
    whose responsible person works in one chapter, and those below another contact, follow it.
    """

    _name = "embassy.contact.assign"
    _description = "Put contacts into chapters"

    line_ids = fields.One2many(
        "embassy.contact.assign.line", "assign_id", default=lambda self: self._default_line_ids()
    )

    @api.model
    def _default_line_ids(self):
        # sudo: the country of a chapter stands on its contact, which is the chapter's own
        chapters_sudo = self.env["res.company"].sudo()
        chapters_sudo = chapters_sudo.search([("partner_id.country_id", "!=", False)])
        by_country = {chapter.country_id.id: chapter.id for chapter in chapters_sudo}
        return [
            Command.create(
                {
                    "country_id": country.id,
                    "contact_count": count,
                    "company_id": by_country.get(country.id) if country else False,
                }
            )
            for country, count in self._homeless_sudo()._read_group(
                self._domain_homeless(), ["country_id"], ["__count"]
            )
        ]

    @api.model
    def _domain_homeless(self):
        return (
            Domain("company_id", "=", False)
            & Domain("directory_kind", "=", False)
            & Domain("is_shared", "!=", True)
            & Domain("user_ids", "=", False)
        )

    @api.model
    def _homeless_sudo(self):
        # sudo: contacts without a chapter are behind every wall
        partners_sudo = self.env["res.partner"].sudo()
        return partners_sudo.with_context(active_test=False)

    @api.model
    def _homeless_count(self):
        return self._homeless_sudo().search_count(self._domain_homeless())

    @api.model
    def _assign(self, chapter, domain=Domain.TRUE):
        """Put the contacts without a chapter into one; by SQL, as there may be very many."""
        partners_sudo = self._homeless_sudo()
        query = partners_sudo._search(self._domain_homeless() & Domain(domain))
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET company_id = %s WHERE id IN %s",
                chapter.id,
                query.subselect(),
            )
        )
        partners_sudo.invalidate_model(["company_id"])

    @api.model
    def _assign_by_owner(self):
        """Put contacts where their responsible person works, or what they hang on belongs."""
        for column, owner in (("user_id", "res_users"), ("parent_id", "res_partner")):
            moved = True
            while moved:
                self.env.cr.execute(
                    SQL(
                        """UPDATE res_partner contact SET company_id = owner.company_id
                        FROM %(owner)s owner
                        WHERE contact.%(column)s = owner.id AND owner.company_id IS NOT NULL
                        AND contact.id IN %(homeless)s %(one_chapter)s""",
                        owner=SQL.identifier(owner),
                        column=SQL.identifier(column),
                        homeless=self._homeless_sudo()
                        ._search(self._domain_homeless())
                        .subselect(),
                        one_chapter=SQL(
                            """AND (SELECT count(*) FROM res_company_users_rel
                            WHERE user_id = owner.id) = 1"""
                        )
                        if owner == "res_users"
                        else SQL(""),
                    )
                )
                moved = self.env.cr.rowcount
        self._homeless_sudo().invalidate_model(["company_id"])

    def action_assign(self):
        """Write the chapters that were chosen, and show what is left."""
        self.check_access("write")
        self._assign_by_owner()
        for line in self.line_ids.filtered("company_id"):
            self._assign(line.company_id, Domain("country_id", "=", line.country_id.id))
        put_standing_rows_in_chapters(self.env)
        left = self._homeless_count()
        if not left:
            # sudo: the step that this dialog is
            todo_sudo = self.env.ref("embassy_core.ir_actions_todo_contact_assign").sudo()
            todo_sudo.state = "done"
        message = (
            self.env._(
                "%(count)s contacts still have no chapter. Nobody sees them until they get one.",
                count=left,
            )
            if left
            else self.env._("All contacts have a chapter now.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
