from odoo import api, models
from odoo.tools import SQL


class EmbassyLimit(models.AbstractModel):
    """How often something was done in the running hour or minute, counted for all workers.

    It counts what a page did, never who did it. The table is no model: nobody reads it.
    """

    _name = "embassy.limit"
    _description = "Count of what is limited"

    def init(self):
        self.env.cr.execute(
            SQL(
                """CREATE TABLE IF NOT EXISTS embassy_limit (
                    scope varchar PRIMARY KEY,
                    start timestamp NOT NULL,
                    hits integer NOT NULL)"""
            )
        )

    @api.model
    def _hit(self, scope, most, seconds):
        """Count one more, in a transaction of its own, or say how long to wait.

        :param scope: what is counted
        :param most: how many there may be in one stretch of time
        :param seconds: how long a stretch is
        :return: seconds until the next one begins, 0 when it was counted
        """
        with self.env.registry.cursor() as cr:
            # Waits at the lock, so that no two of them fail to serialize: the snapshot is taken
            # after it. A count is not waited for at the disk: a crash of the database loses those
            # of half a second.
            cr.execute(
                SQL(
                    """SET LOCAL synchronous_commit TO OFF;
                    LOCK TABLE embassy_limit IN EXCLUSIVE MODE;
                    INSERT INTO embassy_limit AS kept (scope, start, hits)
                    VALUES (%(scope)s, now() AT TIME ZONE 'UTC', 1)
                    ON CONFLICT (scope) DO UPDATE SET
                        start = CASE WHEN %(over)s THEN excluded.start ELSE kept.start END,
                        hits = CASE WHEN %(over)s THEN 1 ELSE kept.hits + 1 END
                    WHERE %(over)s OR kept.hits < %(most)s""",
                    scope=scope,
                    most=most,
                    over=SQL("kept.start + %s * interval '1 second' <= excluded.start", seconds),
                )
            )
            if cr.rowcount:
                return 0
            cr.execute(
                SQL(
                    """SELECT ceil(extract(epoch FROM
                        start + %s * interval '1 second' - now() AT TIME ZONE 'UTC'))
                    FROM embassy_limit WHERE scope = %s""",
                    seconds,
                    scope,
                )
            )
            return max(int(cr.fetchone()[0]), 1)
