import logging
import secrets
from collections import Counter
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

COUNTED = ("cases", "items", "pieces", "consents", "openings")


class EmbassyPurge(models.Model):
    """What was erased in a chapter on one day, in numbers; and the erasing of cases itself.

    A case goes whole, in one transaction with the numbers: rows that hang on it by a foreign key
    are taken along by the database, rows that name it by model and number are looked for. What
    stays is the record of openings, which then leads to no case, and the ledger.
    """

    _name = "embassy.purge"
    _inherit = ["embassy.chapter.mixin"]
    _description = "What was erased"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    date = fields.Date(required=True)
    cases = fields.Integer(required=True)
    items = fields.Integer("Messages and files", required=True)
    pieces = fields.Integer("Sealed pieces", required=True)
    consents = fields.Integer(required=True)
    openings = fields.Integer(
        "Openings let go",
        required=True,
        help="Who opened what stays on record; it no longer says in which case.",
    )

    _day_unique = models.UniqueIndex("(company_id, date)")

    def write(self, vals):
        if vals:
            raise UserError(self.env._("What was erased stays on record."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_record(self):
        raise UserError(self.env._("What was erased stays on record."))

    @api.model
    def _cron_erase(self):
        """Erase the cases that were closed long enough ago, each in a transaction of its own."""
        due = [
            (case_id, domain)
            for domain in self._due_domains()
            for case_id in self._due(domain)
        ]
        failed, total = 0, Counter()
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(due))
        for case_id, domain in due:
            try:
                with self.env.cr.savepoint():
                    total += self._erase(case_id, domain)
            except Exception as error:
                # Its text could name the case. The next run tries again.
                failed += 1
                _logger.error(  # noqa: TRY400 - a traceback shows values
                    "A case was not erased: %s, %s", type(error).__name__, secrets.token_hex(4)
                )
            if progress._commit_progress(1) <= 0:
                break
        self.env["embassy.case.item"]._forget_days()
        total["openings"] += self.env["embassy.case.opening"]._forget_erased()
        _logger.info(
            "Erased: %s. Not erased: %s.",
            ", ".join(f"{total[name]} {name}" for name in COUNTED),
            failed,
        )

    @api.model
    def _due_domains(self):
        """Yield for each chapter which of its cases it keeps no longer (list)."""
        # sudo: the clock erases for all chapters
        companies_sudo = self.env["res.company"].sudo().with_context(active_test=False)
        for company_sudo in companies_sudo.search([("retention_days", ">", 0)]):
            first_kept = fields.Date.today() - timedelta(days=company_sudo.retention_days - 1)
            yield [
                ("is_case", "=", True),
                ("company_id", "=", company_sudo.id),
                ("closed_date", "<", datetime.combine(first_kept, time.min)),
            ]

    @api.model
    def _due(self, domain):
        """The search for what a chapter keeps no longer (Query)."""
        # sudo: see _due_domains
        tickets_sudo = self.env["helpdesk.ticket"].sudo()
        return tickets_sudo._search(domain, order="closed_date, id", active_test=False)

    @api.model
    def _erase(self, case_id, domain=()):
        """Erase one case and count it; the caller holds the receipt, or is the clock.

        :param case_id: id of a case
        :param domain: what must be true of it at this moment: it may have been opened again
        :return: what was erased (Counter by the names in ``COUNTED``), empty where nothing was
        """
        # sudo: nobody deletes cases, not even who works on them
        env_sudo = self.sudo().with_context(active_test=False).env
        case_sudo = env_sudo["helpdesk.ticket"].search(
            [("id", "=", case_id), ("is_case", "=", True), *domain]
        )
        if not case_sudo:
            return Counter()
        company_id = case_sudo.company_id.id
        done = self._count(case_sudo)
        seal_sudo = env_sudo["embassy.case.seal"].search([("case_id", "=", case_id)])
        if seal_sudo:
            done["openings"] = env_sudo["embassy.case.opening"]._forget(seal_sudo._handle())
        env_sudo["embassy.case.aid"]._keep_without(case_sudo)
        self._erase_pointing(case_sudo)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM helpdesk_ticket WHERE id = %s", case_id), log_exceptions=False
        )
        self.env.invalidate_all(flush=False)
        self._add(company_id, done)
        return done

    @api.model
    def _count(self, case_sudo):
        """What the database takes along with a case, in numbers (Counter)."""
        self.env.flush_all()
        query = SQL(
            """SELECT 1,
                   (SELECT count(*) FROM embassy_case_item WHERE case_id = %(case)s),
                   (SELECT count(*) FROM embassy_case_item_piece
                    JOIN embassy_case_item item ON item.id = item_id WHERE case_id = %(case)s),
                   (SELECT count(*) FROM embassy_case_consent WHERE case_id = %(case)s)""",
            case=case_sudo.id,
        )
        (row,) = self.env.execute_query(query)
        return Counter(dict(zip(COUNTED, row, strict=False)))

    @api.model
    def _erase_pointing(self, case_sudo):
        """Delete rows that name the case by model and number: messages, files, dialogs …"""
        for model_name in self.env.registry:
            model_sudo = case_sudo.env[model_name]
            if model_sudo._abstract or not model_sudo._auto:
                continue
            kinds = {field.name: field.type for field in model_sudo._fields.values() if field.store}
            models = [name for name in ("res_model", "model") if kinds.get(name) == "char"]
            where = []
            if kinds.get("res_id") in ("integer", "many2one_reference"):
                where.append(SQL("res_id = %s", case_sudo.id))
            if kinds.get("res_ids") in ("char", "text"):
                where.append(SQL("res_ids ~ %s", rf"\m{case_sudo.id}\M"))
            for column in models if where else ():
                query = SQL(
                    "SELECT id FROM %s WHERE %s = %s AND (%s)",
                    SQL.identifier(model_sudo._table),
                    SQL.identifier(column),
                    case_sudo._name,
                    SQL(" OR ").join(where),
                )
                rows_sudo = model_sudo.browse(
                    row_id for (row_id,) in self.env.execute_query(query)
                )
                rows_sudo.unlink()

    @api.model
    def _add(self, company_id, done):
        """Add to the numbers of the day, in one statement: two may erase at once."""
        numbers = SQL(", ").join(SQL.identifier(name) for name in COUNTED)
        sums = SQL(", ").join(
            SQL("%s = kept.%s + excluded.%s", *[SQL.identifier(name)] * 3) for name in COUNTED
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO embassy_purge AS kept (company_id, date, %s) VALUES %s"
                " ON CONFLICT (company_id, date) DO UPDATE SET %s",
                numbers,
                (company_id, fields.Date.today(), *(done[name] for name in COUNTED)),
                sums,
            ),
            log_exceptions=False,
        )
