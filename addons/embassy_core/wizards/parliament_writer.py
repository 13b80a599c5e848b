"""Writes a parliament that an importer has read into the directory."""

import collections
import datetime

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..importers.parliament import Remark
from ..tools import partial_dates
from .popolo_collector import origin, record_id

MEMBER = "member"
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}

Period = collections.namedtuple("Period", "start end deadline start_given end_given")
Standing = collections.namedtuple("Standing", "mandate start end deadline")


class ParliamentWriter:
    """Compares what a file says with what the directory holds, and writes the difference.

    Rows are found again by the identifier of their source (one scheme a country and kind), else
    by Wikidata, among the chapter's own records first and then the shared ones. Values of the
    file replace those that stand; what the file does not say stays; nothing is ever deleted.
    A second run of the same file writes nothing.

    ``counts`` maps (kind, status) to a number, ``entries`` is the report: (status, kind, row),
    where row has ``pointer`` and ``name``, and ``remarks`` holds refusals with their reason.

    :param env: environment of the person who imports; nothing is done beyond that person's rights
    :param parliament: ``importers.parliament.Parliament``
    :param country: ``res.country``
    :param bool share: whether the records are shared with all chapters
    :param bool dry: count and report only
    :param record: ``embassy.import`` that notes what is written; needed unless ``dry``
    """

    def __init__(self, env, parliament, country, share, dry, record=None):
        self.env = env(context=dict(env.context, active_test=False, **QUIET))
        self.parliament = parliament
        self.country = country
        self.share = share
        self.dry = dry
        self.record = record
        self.company = env.company
        self.origin = origin(env)
        self.counts = collections.Counter()
        self.entries = []
        self.remarks = []
        self.records = {"institution": {}, "person": {}}
        self.legislatures = {}

    # What must be there before the people

    def write_bodies(self):
        """Institutions, the upper ones first, and their legislatures."""
        types = self._types()
        by_depth = collections.defaultdict(list)
        for body in self.parliament.bodies.values():
            by_depth[self._depth(body)].append(body)
        self._find("institution", self.parliament.bodies.values())
        for _depth, bodies in sorted(by_depth.items()):
            self._write_named("institution", bodies, lambda body: self._body_values(body, types))
        self._write_legislatures()

    def find_bodies(self):
        """What ``write_bodies`` of an earlier step has written."""
        self._find("institution", self.parliament.bodies.values())
        self._find_legislatures()

    def write_people(self, people, memberships):
        self._find("person", people)
        self._write_named("person", people, lambda person: {"directory_kind": "person"})
        self._write_mandates(memberships)

    # Institutions and people

    def _types(self):
        found = self.env["embassy.institution.type"].search_fetch(
            [("company_id", "=", False)], ["code"]
        )
        return {kind.code: kind.id for kind in found}

    def _depth(self, body):
        depth = 0
        while body.parent:
            body = self.parliament.bodies[body.parent]
            depth += 1
        return depth

    def _scheme(self, kind):
        return f"parliament-{self.country.code.lower()}-{kind}"

    def _find(self, kind, rows):
        """Match the rows with what the directory holds: each record once."""
        scheme = self._scheme(kind)
        identifiers = self.env["embassy.identifier"].search_fetch(
            Domain("partner_id.directory_kind", "=", kind)
            & (
                Domain("scheme", "=", scheme) & Domain("value", "in", [row.key for row in rows])
                | Domain("scheme", "=", "wikidata")
                & Domain("value", "in", [row.wikidata for row in rows if row.wikidata])
            ),
            ["scheme", "value", "partner_id", "company_id"],
        )
        found = {}
        # The chapter's own come last and win over shared ones.
        for identifier in identifiers.sorted(lambda identifier: bool(identifier.company_id)):
            found[identifier.scheme, identifier.value] = identifier.partner_id
        local = self._local("res.partner", rows, Domain("directory_kind", "=", kind))
        records = self.records[kind]
        taken = set()
        for rows_by in (
            lambda row: found.get((scheme, row.key)),
            lambda row: local.get(record_id(row.key, self.origin)),
            lambda row: row.wikidata and found.get(("wikidata", row.wikidata)),
            lambda row: self._find_by_name(row),
        ):
            for row in rows:
                if row.key not in records and (partner := rows_by(row)) and partner not in taken:
                    records[row.key] = partner
                    taken.add(partner)
        # As it was before this step: what is shared takes what is under it along.
        self.own = {partner for partner in records.values() if partner.company_id}
        self.wikidata = {value for scheme_, value in found if scheme_ == "wikidata"}

    def _local(self, model, rows, domain=Domain.TRUE):
        """Records of this installation that a file of ours names, by id."""
        ids = {record_id(row.key, self.origin) for row in rows} - {None}
        found = self.env[model].search(Domain("id", "in", list(ids)) & domain) if ids else ()
        return {record.id: record for record in found}

    def _find_by_name(self, row):
        """A parliament that a CSV file calls by its name only."""
        if not getattr(row, "by_name", False):
            return None
        return self.env["res.partner"].search(
            [
                ("directory_kind", "=", "institution"),
                ("institution_type_id.code", "=", "parliament"),
                ("country_id", "=", self.country.id),
                ("name", "=ilike", row.name),
            ],
            order="company_id, id",
            limit=1,
        )

    def _body_values(self, body, types):
        parent = self.records["institution"].get(body.parent)
        return {
            "directory_kind": "institution",
            "institution_type_id": types.get(body.kind, False),
            "parent_id": parent.id if parent else False,
        }

    def _write_named(self, kind, rows, more_values):
        records = self.records[kind]
        known = self.env["res.partner"].browse(
            records[row.key].id for row in rows if row.key in records
        )
        writable = set(known._filtered_access("write"))
        identifiers = collections.defaultdict(set)
        for identifier in known.identifier_ids:
            identifiers[identifier.partner_id].add(identifier.scheme)
        new, changed = [], []
        for row in rows:
            values = more_values(row)
            partner = records.get(row.key)
            if not partner:
                new.append((row, self._new_values(kind, row, values)))
                continue
            values = self._changed_values(kind, row, partner, values, identifiers[partner])
            if not values:
                self.counts[kind, "unchanged"] += 1
            elif partner in writable:
                changed.append((row, values))
            else:
                self._refuse(kind, row, "kept_elsewhere")
        self._save(kind, "new", new, lambda rows: self._create_named(kind, rows))
        self._save(kind, "changed", changed, lambda rows: self._update_named(kind, rows))

    def _new_values(self, kind, row, values):
        identifiers = [(self._scheme(kind), row.key)]
        if row.wikidata and row.wikidata not in self.wikidata:
            self.wikidata.add(row.wikidata)
            identifiers.append(("wikidata", row.wikidata))
        return values | {
            "name": row.name,
            "other_names": "\n".join(row.other_names) or False,
            "email": row.email or False,
            "website": row.website or False,
            "country_id": self.country.id,
            "company_id": False if self.share else self.company.id,
            "keeper_company_id": self.company.id,
            "identifier_ids": [
                Command.create({"scheme": scheme, "value": value}) for scheme, value in identifiers
            ],
        }

    def _changed_values(self, kind, row, partner, values, schemes):
        """Name and address follow the file; what a chapter has sorted by hand stays."""
        changed = {
            field: value
            for field, value in values.items()
            if value and not partner[field] and field != "directory_kind"
        }
        names = (partner.other_names or "").splitlines()
        new_names = [name for name in row.other_names if name not in (*names, partner.name)]
        if row.name != partner.name and not getattr(row, "by_name", False):
            changed["name"] = row.name
            new_names = [name for name in new_names if name != row.name]
            if partner.name not in (*names, *new_names):
                new_names.append(partner.name)
        if new_names:
            changed["other_names"] = "\n".join(names + new_names)
        if row.email and row.email != partner.email:
            changed["email"] = row.email
        if row.website and not partner.website:
            changed["website"] = row.website
        if self.share and partner in self.own:
            changed["company_id"] = False
        if not partner.country_id:
            changed["country_id"] = self.country.id
        commands = []
        if self._scheme(kind) not in schemes and not record_id(row.key, self.origin):
            commands.append(Command.create({"scheme": self._scheme(kind), "value": row.key}))
        if row.wikidata and "wikidata" not in schemes and row.wikidata not in self.wikidata:
            self.wikidata.add(row.wikidata)
            commands.append(Command.create({"scheme": "wikidata", "value": row.wikidata}))
        if commands:
            changed["identifier_ids"] = commands
        return changed

    def _create_named(self, kind, rows):
        partners = self.env["res.partner"].create([values for _row, values in rows])
        self.record._note_made(partners)
        for (row, _values), partner in zip(rows, partners, strict=True):
            self.records[kind][row.key] = partner

    def _update_named(self, kind, rows):
        self.record._write_noted([(self.records[kind][row.key], values) for row, values in rows])

    # Legislatures

    def _find_legislatures(self):
        bodies = self.records["institution"]
        wanted = [row for row in self.parliament.legislatures.values() if row.body in bodies]
        found = self.env["embassy.legislature"].search(
            [
                ("body_id", "in", [bodies[row.body].id for row in wanted]),
                ("identifier", "in", [row.key for row in wanted]),
            ]
        )
        by_key = {(record.body_id, record.identifier): record for record in found}
        for record in self._local("embassy.legislature", wanted).values():
            by_key[record.body_id, f"{self.origin}/{record.id}"] = record
        self.legislatures = {
            (row.body, row.key): record
            for row in wanted
            if (record := by_key.get((bodies[row.body], row.key)))
        }

    def _write_legislatures(self):
        self._find_legislatures()
        known = self.env["embassy.legislature"].concat(*self.legislatures.values())
        writable = set(known._filtered_access("write"))
        new, changed = [], []
        for key, row in self.parliament.legislatures.items():
            values = {"date_start": row.date_start, "date_end": row.date_end}
            if row.key != f"term/{row.name}":
                values["name"] = row.name
            record = self.legislatures.get(key)
            if not record:
                values = {"name": row.name, "identifier": row.key, **values}
                new.append((row, values))
                continue
            values = {
                name: value for name, value in values.items() if value and record[name] != value
            }
            if not values:
                self.counts["legislature", "unchanged"] += 1
            elif record in writable:
                changed.append((row, values))
            else:
                self._refuse("legislature", row, "kept_elsewhere")
        self._save("legislature", "new", new, self._create_legislatures)
        self._save("legislature", "changed", changed, self._update_legislatures)

    def _create_legislatures(self, rows):
        bodies = self.records["institution"]
        records = self.env["embassy.legislature"].create(
            [values | {"body_id": bodies[row.body].id} for row, values in rows]
        )
        self.record._note_made(records)
        for (row, _values), record in zip(rows, records, strict=True):
            self.legislatures[row.body, row.key] = record

    def _update_legislatures(self, rows):
        self.record._write_noted(
            [(self.legislatures[row.body, row.key], values) for row, values in rows]
        )

    # Mandates

    def _write_mandates(self, memberships):
        groups = collections.defaultdict(list)
        for row in memberships:
            groups[row.person, row.body, row.role or MEMBER, row.legislature].append(row)
        existing = self._existing_mandates(groups)
        people = self.env["res.partner"].concat(*self.records["person"].values())
        closed_to_us = set(people - people._filtered_access("write"))
        new, changed = [], []
        for key, rows in groups.items():
            person = self.records["person"].get(key[0])
            if not self.dry and not (person and key[1] in self.records["institution"]):
                for row in rows:
                    self._refuse("mandate", row, "place_refused")
                continue
            found_new, found_changed = self._compare(rows, existing.get(key, []))
            if person in closed_to_us:
                for row, *_rest in found_new + found_changed:
                    self._refuse("mandate", row, "kept_elsewhere")
                continue
            new += [(row, self._mandate_values(key, row, period)) for row, period in found_new]
            changed += [(row, (mandate, values)) for row, mandate, values in found_changed]
        self._save("mandate", "changed", changed, self._update_mandates)
        self._save("mandate", "new", new, self._create_mandates)

    def _existing_mandates(self, groups):
        """Mandates that stand, by the key of the group of rows that may mean them."""
        person_key = {partner: key for key, partner in self.records["person"].items()}
        body_keys = collections.defaultdict(list)
        for key, partner in self.records["institution"].items():
            body_keys[partner].append(key)
        legislature_key = {record: key[1] for key, record in self.legislatures.items()}
        mandates = self.env["embassy.mandate"].search(
            [
                ("person_id", "in", [partner.id for partner in person_key]),
                ("body_id", "in", [partner.id for partner in body_keys]),
            ],
            order="date_start, id",
        )
        existing = collections.defaultdict(list)
        for mandate in mandates:
            for body_key in body_keys[mandate.body_id]:
                legislature = legislature_key.get(mandate.legislature_id, "")
                if bool(legislature) == bool(mandate.legislature_id):
                    key = (person_key[mandate.person_id], body_key, mandate.role, legislature)
                    existing[key].append(self._standing(mandate, body_key, legislature))
        return existing

    def _standing(self, mandate, body_key, legislature_key):
        """A mandate with the dates that it has once its legislature is as the file says."""
        start, deadline = mandate.date_start or None, mandate.date_deadline or None
        record = mandate.legislature_id
        source = self.parliament.legislatures.get((body_key, legislature_key))
        if source and start == (record.date_start or None) and not mandate.date_start_given:
            start = source.date_start or start
        if source and deadline == (record.date_end or None):
            deadline = source.date_end or deadline
        return Standing(mandate, start, mandate.date_end or None, deadline)

    def _period(self, row):
        """The dates of a row, with the legislature's where it gives none."""
        source = self.parliament.legislatures.get((row.body, row.legislature))
        record = self.legislatures.get((row.body, row.legislature))
        start = end = start_given = end_given = deadline = None
        if row.start:
            start, _last, start_given = partial_dates.span(row.start)
        elif source:
            start = source.date_start or (record and record.date_start) or None
        if row.end:
            _first, end, end_given = partial_dates.span(row.end)
        elif source:
            deadline = source.date_end or (record and record.date_end) or None
        return Period(start, end, deadline, start_given, end_given)

    def _compare(self, rows, standing):
        """Pair the rows of one person, body, role and legislature with the mandates that stand.

        First by the same start, then by overlap: what overlaps is the same mandate with a date
        put right, since the database holds no two. What then overlaps still is refused.

        :return: new ones as (row, period), changed ones as (row, mandate, values)
        """
        periods = {id(row): self._period(row) for row in rows}
        pairs, free = self._pair(rows, periods, standing)
        held = [_span(one) for one in free]
        new, changed = [], []
        # What stands keeps its place before what is new.
        for row in sorted(rows, key=lambda row: id(row) not in pairs):
            period, old = periods[id(row)], pairs.get(id(row))
            values = self._mandate_changes(row, period, old) if old else {}
            span = _span(_after(old, values) if old else period)
            if _is_reversed(span):
                self._refuse("mandate", row, "reversed" if row.start else "before_term")
                continue
            if any(_overlap(span, other) for other in held):
                self._refuse("mandate", row, "overlap")
                continue
            held.append(span)
            if not old:
                new.append((row, period))
            elif values:
                changed.append((row, old.mandate, values))
            else:
                self.counts["mandate", "unchanged"] += 1
        return new, changed

    @staticmethod
    def _pair(rows, periods, standing):
        """Rows with the mandates they mean, and the mandates that no row means."""
        free = list(standing)
        pairs = {}
        for same in (
            lambda period, one: period.start == one.start,
            lambda period, one: _overlap(_span(period), _span(one)),
        ):
            for row in rows:
                if id(row) in pairs:
                    continue
                one = next((one for one in free if same(periods[id(row)], one)), None)
                if one:
                    pairs[id(row)] = one
                    free.remove(one)
        return pairs, free

    def _mandate_changes(self, row, period, old):
        mandate = old.mandate
        changes = {}
        if row.constituency and row.constituency != mandate.constituency:
            changes["constituency"] = row.constituency
        faction = self.records["institution"].get(row.faction)
        if faction != (mandate.faction_id or None) and (faction or (row.faction and self.dry)):
            # A dry run has not made the faction yet: any value says that it changes.
            changes["faction_id"] = faction.id if faction else -1
        start_given = mandate.date_start_given or None
        # Dates that the file leaves to the legislature fill gaps only.
        if (row.start and (period.start, period.start_given) != (old.start, start_given)) or (
            period.start and not old.start
        ):
            changes |= {"date_start": period.start, "date_start_given": period.start_given}
        end_given = mandate.date_end_given or None
        if period.end and (period.end, period.end_given) != (old.end, end_given):
            changes |= {"date_end": period.end, "date_end_given": period.end_given}
        if period.deadline and not old.end and not old.deadline:
            changes["date_deadline"] = period.deadline
        return changes

    def _mandate_values(self, key, row, period):
        return {
            "role": key[2],
            "constituency": row.constituency or False,
            "date_start": period.start,
            "date_deadline": period.deadline,
            "date_end": period.end,
            "date_start_given": period.start_given,
            "date_end_given": period.end_given,
        }

    def _create_mandates(self, rows):
        bodies = self.records["institution"]
        nothing = self.env["res.partner"]
        no_term = self.env["embassy.legislature"]
        mandates = self.env["embassy.mandate"].create(
            [
                values
                | {
                    "person_id": self.records["person"][row.person].id,
                    "body_id": bodies[row.body].id,
                    "faction_id": bodies.get(row.faction, nothing).id,
                    "legislature_id": self.legislatures.get(
                        (row.body, row.legislature), no_term
                    ).id,
                }
                for row, values in rows
            ]
        )
        self.record._note_made(mandates)

    def _update_mandates(self, rows):
        self.record._write_noted([what for _row, what in rows])

    # Report

    def _save(self, kind, status, rows, save):
        """Write a batch; what the database refuses after all is found row by row.

        :param rows: (row of the file, what ``save`` needs for it)
        """
        if not rows:
            return
        if not self.dry:
            try:
                with self.env.cr.savepoint():
                    save(rows)
            except (psycopg2.IntegrityError, UserError) as error:
                if len(rows) > 1:
                    for row in rows:
                        self._save(kind, status, [row], save)
                    return
                self._refuse(kind, rows[0][0], "database", self._sentence(error))
                return
        self.counts[kind, status] += len(rows)
        self.entries += [(status, kind, row.pointer, self._name(row)) for row, _values in rows]

    def _sentence(self, error):
        if isinstance(error, UserError):
            return str(error)
        for model in ("embassy.mandate", "embassy.legislature", "embassy.identifier"):
            if self.env[model]._table == error.diag.table_name:
                return self.env[model]._sql_error_to_message(error)
        return ""

    def _name(self, row):
        if hasattr(row, "name"):
            return row.name
        return self.parliament.people[row.person].name

    def _refuse(self, kind, row, code, value=""):
        self.counts[kind, "refused"] += 1
        self.remarks.append((kind, Remark(row.pointer, self._name(row), code, value)))


def _span(period):
    return period.start, period.end or period.deadline


def _after(standing, values):
    """The dates of a mandate once the values are written."""
    return standing._replace(
        start=values.get("date_start") or standing.start,
        end=values.get("date_end") or standing.end,
        deadline=values.get("date_deadline") or standing.deadline,
    )


def _is_reversed(span):
    start, end = span
    return bool(start and end and end < start)


def _overlap(one, other):
    """As the database sees it: half-open periods, so a day of change belongs to both."""
    (start, end), (other_start, other_end) = (
        (first or datetime.date.min, last or datetime.date.max) for first, last in (one, other)
    )
    return start < end and other_start < other_end and start < other_end and other_start < end
