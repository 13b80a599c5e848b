"""Popolo JSON (popoloproject.com/specs), as EveryPolitician and others publish it.

Plain Python, no Odoo. Read are people, organizations, memberships, posts, areas and events of
legislative periods; photos, dates of birth, gender, phones and private addresses are not.
Memberships may stand by themselves or inside a person or an organization.
"""

import json

from ..tools import names, partial_dates
from . import contacts, parliament
from .parliament import Body, Legislature, Membership, Person, RefusedRow, Remark, text

CHAMBERS = {
    "legislature",
    "parliament",
    "chamber",
    "assembly",
    "house",
    "upper house",
    "lower house",
}
KINDS = dict.fromkeys(CHAMBERS, "parliament") | {
    "party": "party",
    "political party": "party",
    "faction": "party",
    "group": "party",
    "parliamentary group": "party",
    "committee": "parl_group",
    "subcommittee": "parl_group",
    "delegation": "parl_group",
    "friendship group": "parl_group",
    "ministry": "ministry",
    "government": "ministry",
    "cabinet": "ministry",
}
PERIODS = {"legislative period", "legislative_period", "parliamentary term", "term"}


def read(content):
    """
    :param bytes content: a file
    :rtype: parliament.Parliament
    :raise parliament.UnreadableFile: when nothing of it can be taken
    """
    return _Reader(_load(content)).read()


def _load(content):
    try:
        data = json.loads(parliament.decode(content), parse_constant=lambda name: None)
    except RecursionError as error:
        raise parliament.UnreadableFile("too_deep") from error
    except ValueError as error:
        place = str(getattr(error, "lineno", ""))
        raise parliament.UnreadableFile("not_json", place) from error
    if isinstance(data, list):
        data = {"persons": data}
    if not isinstance(data, dict):
        raise parliament.UnreadableFile("not_popolo")
    return data


class _Reader:
    def __init__(self, data):
        self.data = data
        self.result = parliament.Parliament()
        self.people = self._section("persons", "people")
        if not self.people:
            raise parliament.UnreadableFile("no_people")
        self.organizations = self._section("organizations")
        self.posts = self._by_id(self._section("posts"))
        self.areas = self._by_id(self._section("areas"))
        self.periods = self._find_periods()

    def _section(self, *keys):
        """Rows of one of the sections, each with its JSON pointer."""
        for key in keys:
            rows = self.data.get(key)
            if rows is None:
                continue
            if not isinstance(rows, list):
                raise parliament.UnreadableFile("not_popolo", f"/{key}")
            return [(f"/{key}/{number}", row) for number, row in enumerate(rows)]
        return []

    @staticmethod
    def _by_id(rows):
        return {text(row.get("id")): row for _pointer, row in rows if isinstance(row, dict)}

    @staticmethod
    def _inner(pointer, row, key):
        rows = row.get(key) if isinstance(row, dict) else None
        return [
            (f"{pointer}/{key}/{number}", inner)
            for number, inner in enumerate(rows if isinstance(rows, list) else ())
        ]

    def _remark(self, pointer, row, code, value="", taken=False):
        name = text(row.get("name")) if isinstance(row, dict) else ""
        self.result.remarks.append(Remark(pointer, name, code, text(value), taken))

    def _find_periods(self):
        """Legislative periods by identifier, with pointer and the organization they name."""
        rows = [(pointer, row, "") for pointer, row in self._section("events")]
        for pointer, organization in self.organizations:
            for key in ("events", "legislative_periods"):
                rows += [
                    (inner_pointer, row, text(organization.get("id")))
                    for inner_pointer, row in self._inner(pointer, organization, key)
                ]
        periods = {}
        for pointer, row, organization in rows:
            if not isinstance(row, dict):
                continue
            kind = text(row.get("classification")).lower()
            if kind in PERIODS or (not kind and (organization or "term" in text(row.get("id")))):
                key = text(row.get("id"))
                owner = organization or text(row.get("organization_id"))
                periods.setdefault(key, (pointer, row, owner))
        periods.pop("", None)
        return periods

    def read(self):
        for pointer, row in self.organizations:
            self._take(self._read_body, self.result.bodies, pointer, row)
        self._drop_lost_parents()
        for pointer, row in self.people:
            self._take(self._read_person, self.result.people, pointer, row)
        if not self.result.people:
            raise parliament.UnreadableFile("no_people")
        for key, (pointer, row, owner) in self.periods.items():
            if owner in self.result.bodies or (owner := self._only_chamber()):
                self._legislature(pointer, row, key, owner)
        for pointer, row, known in self._memberships():
            try:
                self.result.memberships.append(self._read_membership(pointer, row, known))
            except RefusedRow as refused:
                self._remark(pointer, row, refused.code, refused.value)
        return self.result

    def _take(self, reader, rows, pointer, row):
        try:
            found = reader(pointer, row)
            if found.key in rows:
                raise RefusedRow("twice", found.key)
        except RefusedRow as refused:
            self._remark(pointer, row, refused.code, refused.value)
        else:
            rows[found.key] = found

    def _named(self, pointer, row):
        """What bodies and people have in common, as values."""
        if not isinstance(row, dict):
            raise RefusedRow("not_object")
        name = text(row.get("name")) or " ".join(
            filter(None, (text(row.get("given_name")), text(row.get("family_name"))))
        )
        if not name:
            raise RefusedRow("no_name")
        others = []
        for _pointer, other in self._inner(pointer, row, "other_names"):
            other = text(other.get("name") if isinstance(other, dict) else other)
            if other and other != name and other not in others:
                others.append(other)
        return {
            "pointer": pointer,
            "key": text(row.get("id")) or f"name:{names.fold(name)}",
            "name": name,
            "other_names": others,
            "email": self._email(pointer, row),
            "wikidata": self._wikidata(pointer, row),
            "website": self._website(pointer, row),
        }

    def _email(self, pointer, row):
        details = [
            detail.get("value")
            for _pointer, detail in self._inner(pointer, row, "contact_details")
            if isinstance(detail, dict) and text(detail.get("type")).lower() == "email"
        ]
        return next(filter(None, map(parliament.email, [row.get("email"), *details])), "")

    def _wikidata(self, pointer, row):
        for _pointer, identifier in self._inner(pointer, row, "identifiers"):
            if isinstance(identifier, dict) and text(identifier.get("scheme")) == "wikidata":
                return parliament.wikidata(identifier.get("identifier"))
        return ""

    def _website(self, pointer, row):
        links = [
            contacts.website(link.get("url"))
            for _pointer, link in self._inner(pointer, row, "links")
            if isinstance(link, dict) and text(link.get("note")).lower() == "website"
        ]
        return next(filter(None, links), "")

    def _read_person(self, pointer, row):
        return Person(**self._named(pointer, row))

    def _read_body(self, pointer, row):
        values = self._named(pointer, row)
        kind = text(row.get("classification")).lower()
        return Body(**values, kind=KINDS.get(kind, kind), parent=self._id(row, "parent"))

    def _drop_lost_parents(self):
        """A parent that is not in the file, or that is above itself, is left out."""
        bodies = self.result.bodies
        for body in bodies.values():
            above, seen = body, {body.key}
            while above and above.parent:
                above = bodies.get(above.parent)
                if not above or above.key in seen:
                    body.parent = ""
                    break
                seen.add(above.key)

    @staticmethod
    def _id(row, what):
        """``what_id``, or the identifier of a whole object under ``what``."""
        inner = row.get(what)
        return text(row.get(f"{what}_id")) or text(
            inner.get("id") if isinstance(inner, dict) else inner
        )

    def _only_chamber(self):
        chambers = [body for body in self.result.bodies.values() if body.kind == "parliament"]
        top = [body for body in chambers if not body.parent] or chambers
        return top[0].key if len(top) == 1 else ""

    def _memberships(self):
        """All memberships with what their place says of person or organization."""
        for pointer, row in self._section("memberships"):
            yield pointer, row, {}
        for person_pointer, person in self.people:
            for pointer, row in self._inner(person_pointer, person, "memberships"):
                yield pointer, row, {"person": self._key_of(person)}
        for organization_pointer, organization in self.organizations:
            for pointer, row in self._inner(organization_pointer, organization, "memberships"):
                yield pointer, row, {"organization": self._key_of(organization)}

    def _key_of(self, row):
        name = text(row.get("name"))
        return text(row.get("id")) or (f"name:{names.fold(name)}" if name else "")

    def _read_membership(self, pointer, row, known):
        if not isinstance(row, dict):
            raise RefusedRow("not_object")
        post = self.posts.get(self._id(row, "post"), {})
        person = known.get("person") or self._id(row, "person")
        if person not in self.result.people:
            raise RefusedRow("unknown_person", person)
        body = (
            known.get("organization")
            or self._id(row, "organization")
            or self._id(post, "organization")
            or self._only_chamber()
        )
        if not body:
            raise RefusedRow("no_body")
        if body not in self.result.bodies:
            raise RefusedRow("unknown_body", body)
        start, end = self._dates(row)
        return Membership(
            pointer,
            person,
            body,
            role=next(
                filter(
                    None,
                    map(
                        text,
                        (row.get("role"), post.get("role"), row.get("label"), post.get("label")),
                    ),
                ),
                "",
            ),
            faction=self._faction(pointer, row),
            constituency=self._constituency(row, post),
            legislature=self._period_of(pointer, row, body),
            start=start,
            end=end,
        )

    @staticmethod
    def _dates(row):
        return read_dates(row.get("start_date"), row.get("end_date"))

    def _faction(self, pointer, row):
        faction = self._id(row, "on_behalf_of")
        if faction and faction not in self.result.bodies:
            self._remark(pointer, row, "unknown_faction", faction, taken=True)
            return ""
        return faction

    def _constituency(self, row, post):
        area = self.areas.get(self._id(row, "area") or self._id(post, "area"), {})
        inner = row.get("area")
        return text(area.get("name")) or (
            text(inner.get("name")) if isinstance(inner, dict) else ""
        )

    def _period_of(self, pointer, row, body):
        key = self._id(row, "legislative_period")
        if not key:
            return ""
        if key not in self.periods:
            self._remark(pointer, row, "unknown_legislature", key, taken=True)
            return ""
        period_pointer, period, _owner = self.periods[key]
        self._legislature(period_pointer, period, key, body)
        return key

    def _legislature(self, pointer, row, key, body):
        """A period counts for each body that sits in it: two chambers have one each."""
        if (body, key) in self.result.legislatures:
            return
        try:
            start, end = read_dates(row.get("start_date"), row.get("end_date"))
        except RefusedRow as refused:
            self._remark(pointer, row, refused.code, refused.value, taken=True)
            start = end = ""
        self.result.legislatures[body, key] = Legislature(
            pointer,
            body,
            key,
            text(row.get("name")) or key,
            partial_dates.span(start)[0] if start else None,
            partial_dates.span(end)[1] if end else None,
        )


def read_dates(start, end):
    """Both dates as texts, checked.

    :raise RefusedRow: ``bad_date`` or ``reversed``
    """
    spans = []
    for value in (start, end):
        value = text(value)
        try:
            spans.append(partial_dates.span(value) if value else None)
        except ValueError as error:
            raise RefusedRow("bad_date", value) from error
    if all(spans) and spans[1][1] < spans[0][0]:
        raise RefusedRow("reversed", f"{text(start)} … {text(end)}")
    return text(start), text(end)
