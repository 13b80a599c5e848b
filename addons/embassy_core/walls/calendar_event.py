from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.documents import of_chapter


class CalendarEvent(models.Model):
    """A meeting is seen in its chapter, and by who is invited."""

    _name = "calendar.event"
    _inherit = ["calendar.event", "embassy.chapter.mixin"]
    _owner_columns = ("user_id", "create_uid")

    is_invited = fields.Boolean(
        compute="_compute_is_invited", search="_search_is_invited", string="I am invited"
    )

    @api.depends("partner_ids")
    @api.depends_context("uid")
    def _compute_is_invited(self):
        """Past the cache: rules ask as the system, which would leave hidden guests there."""
        self.flush_model(["partner_ids"])
        found = self.env.execute_query(
            SQL("%s AND calendar_event_id = ANY(%s)", self._mine(), self.ids)
        )
        invited = {id_ for (id_,) in found}
        for event in self:
            event.is_invited = event._origin.id in invited

    @api.model
    def _search_is_invited(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model(["partner_ids"])
        return Domain("id", "in", SQL("(%s)", self._mine()))

    @api.model
    def _mine(self):
        return SQL(
            """SELECT calendar_event_id FROM calendar_event_res_partner_rel
               WHERE res_partner_id = %s""",
            self.env.user.partner_id.id,
        )

    @api.model
    def _get_public_fields(self):
        return super()._get_public_fields() | {"company_id"}

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Core reads the meetings to answer, and so any search of messages would fail."""
        seen = self._filtered_access("read")
        operations = super(
            CalendarEvent, seen
        )._mail_get_operation_for_mail_message_operation(message_operation)
        return {**dict.fromkeys(self - seen, "read"), **operations}

    def _create_videocall_channel_id(self, name, partner_ids):
        """The call is the chapter's, so people of other chapters come to it as guests."""
        partners = of_chapter(self.env["res.partner"].browse(partner_ids), self.company_id)
        return super(
            CalendarEvent, self.with_company(self.company_id)
        )._create_videocall_channel_id(name, partners.ids)
