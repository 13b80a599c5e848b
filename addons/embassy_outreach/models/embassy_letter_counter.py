from odoo import api, fields, models
from odoo.tools import SQL

LOCK_TIMEOUT = "5s"


class EmbassyLetterCounter(models.Model):
    """The last number of a chapter's register for letters out, or in, of a year.

    Odoo's sequences either leave gaps or fail at once when two people come together. A row of
    our own makes the second one wait for the first, and goes back with a transaction that fails.
    """

    _name = "embassy.letter.counter"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Counter of letters"
    _order = "year desc, direction, id"
    _log_access = False

    direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], required=True)
    year = fields.Integer(required=True)
    last = fields.Integer("Last number", required=True)

    _one_row = models.UniqueIndex("(company_id, direction, year)")

    @api.model
    def _take(self, chapter, direction, year, count=1):
        """Give the next numbers of a register. Call it last: others wait until the commit.

        :param chapter: ``res.company``, one record
        :param direction: ``"in"`` or ``"out"``
        :param year: int
        :param count: how many numbers, 1 or more
        :return: range of ``count`` numbers that nobody else gets
        :raise psycopg2.errors.LockNotAvailable: after 5 s behind another one; a request is then
            tried again by Odoo
        """
        # An upsert takes the lock of the row, also where the row was not there yet.
        self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, TRUE)", LOCK_TIMEOUT))
        [[last]] = self.env.execute_query(
            SQL(
                """INSERT INTO embassy_letter_counter AS counter
                               (company_id, direction, year, last)
                   VALUES (%(chapter)s, %(direction)s, %(year)s, %(count)s)
                   ON CONFLICT (company_id, direction, year)
                   DO UPDATE SET last = counter.last + %(count)s
                   RETURNING last""",
                chapter=chapter.id,
                direction=direction,
                year=year,
                count=count,
            )
        )
        self.env.cr.execute(SQL("SET LOCAL lock_timeout TO DEFAULT"))
        self.invalidate_model(["last"])
        return range(last - count + 1, last + 1)
