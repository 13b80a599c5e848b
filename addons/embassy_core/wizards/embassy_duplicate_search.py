import collections
import itertools

from odoo import fields, models

from ..tools import names

MAX_RECORDS = 20_000
MAX_PAIRS = 200
MAX_READINGS = 8


class EmbassyDuplicateSearch(models.TransientModel):
    """Look for records of the directory that may be one; a person decides about each pair.

    Looked at are those that the own chapter keeps, the newest first.
    """

    _name = "embassy.duplicate.search"
    _description = "Find duplicates"

    directory_kind = fields.Selection(
        [("person", "People in office"), ("institution", "Institutions")],
        "Look among",
        default="person",
        required=True,
    )
    state = fields.Selection(
        [("ask", "Choose"), ("found", "Found")], default="ask", required=True, readonly=True
    )
    line_ids = fields.One2many("embassy.duplicate.search.line", "search_id")

    def action_search(self):
        """Find the pairs anew."""
        self.ensure_one()
        self.line_ids.unlink()
        self.env["embassy.duplicate.search.line"].create(
            [
                {
                    "search_id": self.id,
                    "first_id": first.id,
                    "second_id": second.id,
                    "reason": reason,
                }
                for (first, second), reason in self._pairs().items()
            ]
        )
        self.state = "found"
        return self._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find duplicates"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _pairs(self):
        """Pairs with the same address or the same name in any spelling, but for the distinct.

        :return: dict of (record that was first, other) to the reason
        """
        groups = collections.defaultdict(list)
        for record in self._records():
            chapter = (record.company_id, record.keeper_company_id)
            if record.email_normalized:
                groups["email", chapter, record.email_normalized].append(record)
            written = [record.name or "", *(record.other_names or "").splitlines()]
            for reading in {reading for name in written for reading in _readings(name)}:
                groups["name", chapter, reading].append(record)
        distinct = self._distinct()
        pairs = {}
        # The same address says more than the same name, so it comes first.
        for (reason, *_rest), records in sorted(groups.items(), key=lambda item: item[0][0]):
            records = sorted(records, key=lambda record: record.id)
            for place, other in enumerate(records):
                for first in records[:place]:
                    if frozenset((first.id, other.id)) not in distinct:
                        pairs.setdefault((first, other), reason)
                        break
        return dict(itertools.islice(pairs.items(), MAX_PAIRS))

    def _distinct(self):
        """Pairs of which somebody said that they are not the same (set of frozenset of two ids)."""
        said = self.env["res.partner"].search_fetch(
            [
                ("keeper_company_id", "=", self.env.company.id),
                ("distinct_ids", "!=", False),
            ],
            ["distinct_ids"],
        )
        return {
            frozenset((record.id, other_id))
            for record in said
            for other_id in record.distinct_ids.ids
        }

    def _records(self):
        return self.env["res.partner"].search_fetch(
            [
                ("directory_kind", "=", self.directory_kind),
                ("keeper_company_id", "=", self.env.company.id),
            ],
            ["name", "other_names", "email_normalized", "company_id", "keeper_company_id"],
            limit=MAX_RECORDS,
            order="id desc",
        )


def _readings(name):
    """How a name may sound, the order of its words aside; a single word counts as it is written.

    :rtype: iterable of tuples
    """
    words = [names.skeletons(word) or (names.fold(word),) for word in names.words(name)]
    if len(words) < 2:
        return {(names.fold(name),)} if words else set()
    products = itertools.islice(itertools.product(*words), MAX_READINGS)
    return {tuple(sorted(reading)) for reading in products}
