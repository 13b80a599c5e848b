import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ..importers.contacts import other_names
from ..tools import references

# Where one of two entries is enough.
JOINED = {
    "mail_followers",
    "calendar_filters",
    "embassy_import_line",
    "embassy_partner_distinct_rel",
}
SEAT = ("constituency", "faction_id", "date_start", "date_deadline", "date_end")


class EmbassyDuplicateSearchLine(models.TransientModel):
    """Two records that may be one: the first stays, the second goes into it."""

    _name = "embassy.duplicate.search.line"
    _description = "Suspected duplicate"
    _order = "id"

    search_id = fields.Many2one(
        "embassy.duplicate.search", required=True, index=True, ondelete="cascade"
    )
    first_id = fields.Many2one("res.partner", "Stays", required=True, ondelete="cascade")
    second_id = fields.Many2one("res.partner", "Goes into it", required=True, ondelete="cascade")
    first_facts = fields.Char("What it holds", compute="_compute_facts")
    second_facts = fields.Char("What goes over", compute="_compute_facts")
    reason = fields.Selection(
        [("email", "Same address"), ("name", "Same name")], "Why", required=True
    )

    @api.depends("first_id", "second_id")
    def _compute_facts(self):
        for line in self:
            line.first_facts = self._facts(line.first_id)
            line.second_facts = self._facts(line.second_id)

    @staticmethod
    def _facts(partner):
        seats = partner.mandate_ids.body_id.mapped("name")
        return ", ".join(filter(None, [partner.email, *seats[:2]]))

    def action_swap(self):
        """The other one stays."""
        self.ensure_one()
        self.write({"first_id": self.second_id.id, "second_id": self.first_id.id})
        return self.search_id._show()

    def action_distinct(self):
        """These are two: the pair is not shown again."""
        self.ensure_one()
        search = self.search_id
        self.first_id.distinct_ids = [fields.Command.link(self.second_id.id)]
        self.unlink()
        return search._show()

    def action_merge(self):
        """Move all that hangs on the second record to the first, by Odoo's own merging."""
        self.ensure_one()
        search = self.search_id
        first, second = self.first_id, self.second_id
        both = first | second
        both.check_access("write")
        same = first.directory_kind and self._chapter(first) == self._chapter(second)
        if len(both) < 2 or not same:
            raise UserError(
                self.env._("Only records of one kind that one chapter keeps can become one.")
            )
        others = search.line_ids.filtered(lambda line: second in (line.first_id | line.second_id))
        others.unlink()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._merge(first, second)
        except psycopg2.IntegrityError as error:
            raise UserError(self._both_have(error.diag.table_name, both)) from error
        return search._show()

    @staticmethod
    def _chapter(partner):
        return partner.directory_kind, partner.company_id, partner.keeper_company_id

    def _merge(self, first, second):
        """
        :raise UserError: when core would delete a row that cannot hang on the first as well
        """
        self._drop_same_seats(first, second)
        spelt = other_names(first.name, [*_spellings(first), *_spellings(second)])
        first.other_names = "\n".join(spelt) or False
        held = references.rows_pointing_at(self.env, [first, second])
        rows = {
            row
            for pointing in held.values()
            for row in pointing
            if row[1] and row[0] not in JOINED and row != (second._table, second.id)
        }
        Wizard = self.env["base.partner.merge.automatic.wizard"]
        Wizard._merge((first | second).ids, first, extra_checks=False)
        left = references.rows_pointing_at(self.env, [first])[first._table, first.id]
        if lost := rows - left:
            raise UserError(self._both_have(min(lost)[0], first | second))

    def _drop_same_seats(self, first, second):
        """A seat that both hold, with the same facts, is one; another one may not overlap."""
        seats = {self._seat(mandate): mandate for mandate in first.mandate_ids}
        twins = second.mandate_ids.filtered(lambda mandate: self._seat(mandate) in seats)
        used = references.rows_pointing_at(
            self.env, twins, {"embassy.mandate": {"embassy_import_line"}}
        )
        twins.filtered(lambda mandate: (mandate._table, mandate.id) not in used).unlink()

    @staticmethod
    def _seat(mandate):
        return (
            mandate.body_id,
            mandate.role,
            mandate.legislature_id,
            *(mandate[name] for name in SEAT),
        )

    def _both_have(self, table, both):
        """The sentence for two rows that cannot hang on one record.

        What it is says the sentence to those only who see an entry of each: another chapter may
        have them.
        """
        for Model in self.env.values():
            if Model._table == table and Model._auto and self._sees_entries(Model, both):
                return self.env._(
                    "Nothing was changed. Both have an entry in “%(what)s” that cannot stand"
                    " twice. Put one of them right, then try again.",
                    what=self.env["ir.model"]._get(Model._name).name,
                )
        return self.env._(
            "Nothing was changed. Something hangs on both that cannot stand twice, so they stay"
            " two."
        )

    @staticmethod
    def _sees_entries(Model, both):
        if not Model.has_access("read"):
            return False
        columns = [
            field.name
            for field in Model._fields.values()
            if field.type == "many2one" and field.store and field.comodel_name == both._name
        ]
        domains = [Domain.OR(Domain(column, "=", one.id) for column in columns) for one in both]
        return all(Model.search_count(domain, limit=1) for domain in domains)


def _spellings(partner):
    return [partner.name, *(partner.other_names or "").splitlines()]
