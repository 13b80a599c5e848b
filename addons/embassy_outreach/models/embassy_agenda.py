from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .embassy_ask import OPEN_ASKS
from .embassy_letter import WAITING

# Kind of a line, and the model of what it stands for. The place in this order is part of the id.
MODELS = {
    "letter": "embassy.letter",
    "move": "embassy.relation",
    "meeting": "embassy.meeting",
    "minutes": "embassy.meeting",
    "point": "embassy.meeting.point",
    "ask": "embassy.ask",
    "promise": "embassy.commitment",
}
# Columns that each of them has.
SHARED = ("user_id", "company_id")


class EmbassyAgenda(models.Model):
    """What waits for the people of a chapter, of all kinds in one list by its day.

    Nothing is stored: each line is a record of its own model, read when somebody looks.
    """

    _name = "embassy.agenda"
    _description = "What is due"
    _auto = False
    _order = "date, id"
    _depends = {
        "embassy.letter": ["subject", "date_deadline", "state", *SHARED, "partner_id"],
        "embassy.relation": ["next_move", "date_next_move", "active", *SHARED, "partner_id"],
        "embassy.meeting": [
            "name", "start", "stop", "date_minutes_due", "date_minutes", "state", *SHARED
        ],
        "embassy.meeting.point": ["name", "date_due", "is_follow_up", "state", *SHARED],
        "embassy.ask": ["name", "date_due", "state", *SHARED],
        "embassy.commitment": ["quote", "date_due", "state", *SHARED, "partner_id"],
    }  # fmt: skip

    kind = fields.Selection(
        [
            ("letter", "Letter"),
            ("move", "Next move"),
            ("meeting", "Meeting"),
            ("minutes", "Minutes"),
            ("point", "Point to follow up"),
            ("ask", "Ask"),
            ("promise", "Promise"),
        ],
        readonly=True,
    )
    name = fields.Char("What is due", readonly=True)
    date = fields.Date("Day", readonly=True)
    partner_id = fields.Many2one("res.partner", "Person or body", readonly=True)
    user_id = fields.Many2one("res.users", "Who does it", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    res_model = fields.Char("Model", compute="_compute_res_model")
    company_id = fields.Many2one("res.company", "Chapter", readonly=True)

    @api.depends("kind")
    def _compute_res_model(self):
        for line in self:
            line.res_model = MODELS.get(line.kind)

    @property
    def _table_query(self):
        """One select a kind, each with an index that serves the owner or the chapter."""
        zone = str(self.env.tz)
        parts = {
            "letter": SQL(
                "subject, date_deadline, partner_id FROM embassy_letter"
                " WHERE state IN %s AND date_deadline IS NOT NULL",
                WAITING,
            ),
            "move": SQL(
                "next_move, date_next_move, partner_id FROM embassy_relation"
                " WHERE active IS TRUE AND date_next_move IS NOT NULL"
            ),
            "meeting": SQL(
                "name, (start AT TIME ZONE 'UTC' AT TIME ZONE %s)::date, NULL::int4"
                " FROM embassy_meeting WHERE state = 'planned'"
                " AND stop >= now() AT TIME ZONE 'UTC'",
                zone,
            ),
            "minutes": SQL(
                "name, (date_minutes_due AT TIME ZONE 'UTC' AT TIME ZONE %s)::date, NULL::int4"
                " FROM embassy_meeting WHERE state != 'cancelled' AND date_minutes IS NULL"
                " AND stop < now() AT TIME ZONE 'UTC'",
                zone,
            ),
            "point": SQL(
                "name, date_due, NULL::int4 FROM embassy_meeting_point"
                " WHERE is_follow_up IS TRUE AND state = 'open'"
            ),
            "ask": SQL(
                "name, date_due, NULL::int4 FROM embassy_ask"
                " WHERE state IN %s AND date_due IS NOT NULL",
                OPEN_ASKS,
            ),
            "promise": SQL(
                "quote, date_due, partner_id FROM embassy_commitment"
                " WHERE state = 'open' AND date_due IS NOT NULL"
            ),
        }
        selects = [
            SQL(
                "SELECT id * %s + %s, %s::varchar, id, user_id, company_id, %s",
                len(MODELS),
                number,
                kind,
                parts[kind],
            )
            for number, kind in enumerate(MODELS)
        ]
        return SQL(
            "SELECT * FROM (%s)"
            " AS due(id, kind, res_id, user_id, company_id, name, date, partner_id)",
            SQL(" UNION ALL ").join(selects),
        )

    def action_open(self):
        """Open the record that the line stands for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_done(self):
        """Say of points of meetings that they are done, without opening them."""
        if any(line.kind != "point" for line in self):
            raise UserError(self.env._("Open it and say there what came of it."))
        points = self.env["embassy.meeting.point"].browse(self.mapped("res_id"))
        points.action_done()
