from odoo import api, fields, models
from odoo.exceptions import UserError


class EmbassyMeetingPoint(models.Model):
    """A point raised in a meeting; one that needs follow-up stays until done or dropped.

    Nobody deletes a point, and follow-up is not unticked: it is done, or dropped with a reason.
    """

    _name = "embassy.meeting.point"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Point of a meeting"
    _order = "date_due, sequence, id"

    meeting_id = fields.Many2one(
        "embassy.meeting", required=True, index=True, ondelete="restrict", check_company=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Point", required=True)
    answer = fields.Text("What was said")
    topic_id = fields.Many2one(
        "embassy.topic",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    is_follow_up = fields.Boolean("Follow up")
    user_id = fields.Many2one(
        "res.users",
        "Who does it",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
    )
    date_due = fields.Date("Due")
    state = fields.Selection(
        [("open", "To do"), ("done", "Done"), ("dropped", "Dropped")],
        default="open",
        required=True,
        copy=False,
    )
    drop_reason = fields.Char("Why dropped", copy=False)

    _follow_up_whole = models.Constraint(
        "CHECK (is_follow_up IS NOT TRUE OR (user_id IS NOT NULL AND date_due IS NOT NULL))",
        "What is to be followed up has somebody who does it, and a day.",
    )
    _dropped_why = models.Constraint(
        "CHECK (state != 'dropped' OR COALESCE(drop_reason, '') != '')",
        "Say why it is dropped.",
    )
    _day_index = models.Index(
        "(user_id, date_due, id) WHERE is_follow_up IS TRUE AND state = 'open'"
    )

    @api.depends("is_follow_up")
    def _compute_user_id(self):
        for point in self:
            if point.is_follow_up and not point.user_id:
                point.user_id = point.meeting_id.user_id or self.env.user

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_chapter_of(vals_list, "meeting_id"))

    def write(self, vals):
        if vals.get("is_follow_up") is False and any(self.mapped("is_follow_up")):
            raise UserError(
                self.env._("What is to be followed up is done, or dropped with a reason.")
            )
        if "meeting_id" in vals and any(
            point.meeting_id.id != vals["meeting_id"] for point in self
        ):
            raise UserError(self.env._("A point stays with its meeting."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(point.is_follow_up and point.state == "open" for point in self):
            raise UserError(
                self.env._("What is to be followed up is done, or dropped with a reason.")
            )

    def action_done(self):
        self.write({"state": "done"})

    def action_drop(self):
        """Give up, for the reason that stands on the point."""
        self.write({"state": "dropped"})

    def action_reopen(self):
        self.write({"state": "open", "drop_reason": False})
