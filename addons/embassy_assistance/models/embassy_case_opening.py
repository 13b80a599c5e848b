import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from .embassy_case_item import KINDS

# Different cases that one person opens. Whoever works needs fewer; whoever gathers is seen.
MOST_AN_HOUR = 20
MOST_A_DAY = 60
# So many times more while two coordinators have raised it.
RAISED = 3
STOPPED = "stopped"


class EmbassyCaseOpening(models.Model):
    """Who opened what kind of sealed content, and in which minute. Only ever added to.

    A line stands here as well when somebody is stopped for opening too many cases. Of the case a
    row holds a handle that leads nowhere once the case is erased, and then loses that
    too. Each row carries the hash of itself and of the row before it in its chapter, so that
    nobody takes one out unseen.
    """

    _name = "embassy.case.opening"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Opening of sealed content"
    _order = "id desc"
    _log_access = False

    user_id = fields.Many2one("res.users", "Who", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [*KINDS, (STOPPED, "Stopped: too many different cases")], "What", required=True
    )
    minute = fields.Datetime("When", required=True)
    handle = fields.Char(index="btree_not_null", groups=NO_ACCESS)
    row_hash = fields.Char(required=True, groups=NO_ACCESS)
    chain_hash = fields.Char(required=True, groups=NO_ACCESS)

    _user_idx = models.Index("(user_id, minute)")

    def init(self):
        """The database itself refuses to change or delete a row; the handle alone may go."""
        self.env.cr.execute(
            SQL(
                """CREATE OR REPLACE FUNCTION embassy_case_opening_stays() RETURNS trigger AS $$
                BEGIN
                    IF TG_OP = 'UPDATE' AND NEW.handle IS NULL AND
                        (NEW.id, NEW.company_id, NEW.user_id, NEW.kind, NEW.minute, NEW.row_hash,
                         NEW.chain_hash) IS NOT DISTINCT FROM
                        (OLD.id, OLD.company_id, OLD.user_id, OLD.kind, OLD.minute, OLD.row_hash,
                         OLD.chain_hash)
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'what was opened stays on record';
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER embassy_case_opening_stays
                    BEFORE UPDATE OR DELETE ON embassy_case_opening
                    FOR EACH ROW EXECUTE FUNCTION embassy_case_opening_stays()"""
            )
        )

    def write(self, vals):
        if vals:
            raise UserError(self.env._("What was opened stays on record."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_record(self):
        raise UserError(self.env._("What was opened stays on record."))

    @api.model
    def _note(self, company, handle, kind):
        """Put on record that this person opens something now, or refuse.

        It is kept in a transaction of its own, before anything is shown: what fails afterwards
        stands there all the same.

        :param company: the chapter of the case
        :param handle: of the case
        :param kind: one of ``KINDS``
        :raise UserError: this person has opened too many different cases
        """
        user_id = self.env.uid
        with self.env.registry.cursor() as cr:
            # One after another: each needs the hash of the one before. The snapshot is taken
            # after the lock.
            cr.execute(SQL("LOCK TABLE embassy_case_opening IN EXCLUSIVE MODE"))
            minute = fields.Datetime.now().replace(second=0, microsecond=0)
            reached = self._is_cap_reached(cr, company.id, user_id, handle, minute)
            if not reached:
                self._append(cr, company.id, user_id, kind, minute, handle)
            elif not self._was_stopped(cr, company.id, user_id, minute):
                self._append(cr, company.id, user_id, STOPPED, minute, None)
                others = self.with_env(self.env(cr=cr))._other_coordinators(company.id)
                others._tell_news()
        if reached:
            raise UserError(
                self.env._(
                    "You have opened many cases in a short time. Go on with those that you have"
                    " open, or come back in an hour. The other coordinators know. If many people"
                    " need help at once, two coordinators can raise the limit for you."
                )
            )

    def _other_coordinators(self, company_id):
        """Coordinators of a chapter who are told that this person was stopped (res.users, sudo)."""
        return self.env["res.company"].browse(company_id)._coordinators() - self.env.user

    @staticmethod
    def _was_stopped(cr, company_id, user_id, minute):
        """Whether the chapter was told of this person today already (bool)."""
        cr.execute(
            SQL(
                "SELECT 1 FROM embassy_case_opening WHERE user_id = %s AND minute >= %s"
                " AND kind = %s AND company_id = %s LIMIT 1",
                user_id,
                minute.replace(hour=0, minute=0),
                STOPPED,
                company_id,
            )
        )
        return bool(cr.rowcount)

    @staticmethod
    def _is_cap_reached(cr, company_id, user_id, handle, minute):
        """Whether a case that was not opened in this hour would be one too many (bool)."""
        cr.execute(
            SQL(
                "SELECT 1 FROM embassy_cap_raise WHERE company_id = %s AND user_id = %s"
                " AND date_agreed <= %s AND date_end > %s LIMIT 1",
                company_id,
                user_id,
                fields.Datetime.now(),
                fields.Datetime.now(),
            )
        )
        times = RAISED if cr.rowcount else 1
        cr.execute(
            SQL(
                """SELECT count(DISTINCT handle) FILTER (WHERE minute > %(hour)s),
                       count(DISTINCT handle),
                       count(*) FILTER (WHERE minute > %(hour)s AND handle = %(handle)s)
                FROM embassy_case_opening WHERE user_id = %(user)s AND minute > %(day)s""",
                hour=minute - timedelta(hours=1),
                day=minute - timedelta(days=1),
                handle=handle,
                user=user_id,
            )
        )
        hour, day, same = cr.fetchone()
        return not same and (hour >= MOST_AN_HOUR * times or day >= MOST_A_DAY * times)

    @staticmethod
    def _append(cr, *row):
        company_id = row[0]
        cr.execute(
            SQL(
                "SELECT chain_hash FROM embassy_case_opening WHERE company_id = %s"
                " ORDER BY id DESC LIMIT 1",
                company_id,
            )
        )
        before = (cr.fetchone() or ("",))[0]
        row_hash = _hash(*row)
        cr.execute(
            SQL(
                "INSERT INTO embassy_case_opening (company_id, user_id, kind, minute, handle,"
                " row_hash, chain_hash) VALUES %s",
                (*row, row_hash, _hash(before, row_hash)),
            )
        )

    @api.model
    def _forget(self, handle):
        """Let go of a case: its rows lead nowhere any more. Called where the case is erased.

        :return: how many rows (int)
        """
        self.env.cr.execute(
            SQL("UPDATE embassy_case_opening SET handle = NULL WHERE handle = %s", handle),
            log_exceptions=False,
        )
        self.invalidate_model(["handle"])
        return self.env.cr.rowcount

    @api.model
    def _forget_erased(self):
        """Let go of cases that were erased at the moment when somebody opened them.

        :return: how many rows (int)
        """
        self.flush_model(["handle"])
        self.env.cr.execute(
            """UPDATE embassy_case_opening SET handle = NULL
               WHERE handle IS NOT NULL AND handle NOT IN (
                   SELECT left(encode(sha256(convert_to('handle ' || uuid, 'UTF8')), 'hex'), 32)
                   FROM embassy_case_seal)"""
        )
        self.invalidate_model(["handle"])
        return self.env.cr.rowcount

    @api.model
    def _broken_in(self, company):
        """Rows of a chapter where the chain does not hold (records, sudo)."""
        # sudo: hashes are for nobody to read
        rows_sudo = self.sudo().search([("company_id", "=", company.id)], order="id")
        broken_sudo, before = rows_sudo.browse(), ""
        for row in rows_sudo:
            values = (row.company_id.id, row.user_id.id, row.kind, row.minute, row.handle or None)
            is_changed = (row.handle or row.kind == STOPPED) and _hash(*values) != row.row_hash
            if is_changed or _hash(before, row.row_hash) != row.chain_hash:
                broken_sudo += row
            before = row.chain_hash
        return broken_sudo


def _hash(*values):
    return hashlib.sha256("|".join(map(str, values)).encode()).hexdigest()
