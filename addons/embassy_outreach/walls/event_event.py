from odoo import api, fields, models
from odoo.tools import SQL


class EventEvent(models.Model):
    """Every event is one chapter's, and so is everything it is made of."""

    _name = "event.event"
    _inherit = ["event.event", "embassy.chapter.mixin"]
    _owner_columns = ("user_id", "create_uid")

    company_id = fields.Many2one(required=True, index=True, ondelete="restrict")
    event_type_id = fields.Many2one(check_company=True)
    stage_id = fields.Many2one(check_company=True)
    tag_ids = fields.Many2many(check_company=True)
    question_ids = fields.Many2many(check_company=True)

    def _init_column(self, column_name):
        """The chapter stands on each registration too, where no ORM has put it yet."""
        super()._init_column(column_name)
        if column_name == "company_id":
            self.env.cr.execute(
                SQL(
                    """UPDATE event_registration r SET company_id = e.company_id
                       FROM event_event e
                       WHERE e.id = r.event_id AND r.company_id IS DISTINCT FROM e.company_id"""
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """What Odoo looks up for a new event is looked for in the event's own chapter."""
        events = self.browse()
        for vals in vals_list:
            if "company_id" not in vals:
                vals = {**vals, **self.default_get(["company_id"])}
            narrow = self.with_context(only_chapter_ids=[vals["company_id"]])
            event = super(EventEvent, narrow).create([vals])
            events += event.with_env(self.env)
        return events

    def action_set_done(self):
        """The stage of ended events is searched as the system."""
        for chapter, events in self.grouped("company_id").items():
            narrow = events.with_context(only_chapter_ids=chapter.ids)
            super(EventEvent, narrow).action_set_done()

    def message_post(self, *, partner_ids=None, **kwargs):
        """What a job reports about an event stays in the chapter.

        Odoo tells it to whoever wrote the template of a mail, which chapters may share.
        """
        if self.env.su and partner_ids:
            # sudo: where people work, of whom some are left out
            partners_sudo = self.env["res.partner"].sudo().browse(partner_ids)
            partner_ids = partners_sudo.filtered(self._is_of_chapter).ids
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def _is_of_chapter(self, partner):
        chapters = partner.company_id or partner.user_ids.company_ids
        return not chapters or self.company_id in chapters
