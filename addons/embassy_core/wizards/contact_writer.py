"""Finds the people of an address book in the directory, and writes what is new about them."""

import collections

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, email_normalize

from ..importers.contacts import other_names
from ..models.embassy_import import QUIET
from ..tools import names

MAX_FOUND = 2000
MAX_SPELLINGS = 3


class BrokenRow(Exception):
    """What the database refused: the line of the file, and why as a sentence."""

    def __init__(self, line, sentence):
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


class ContactPlanner:
    """Says for each person of a file whether the directory knows them.

    Asked is what the person who imports sees: their chapter's records and the shared ones. The
    same Wikidata identifier, the same name in any spelling, or the same address with a name that
    fits is taken for the same person. Where several may be meant nobody is chosen: a person says.

    :param env: environment of the person who imports
    :param list people: of ``importers.contacts.Contact``
    """

    def __init__(self, env, people):
        self.env = env(context=dict(env.context, active_test=False))
        self.people = people
        self.Partner = self.env["res.partner"]

    def plan(self):
        """
        :return: one dict a person with ``action``, ``partner``, ``body`` and ``notes`` (codes,
            each with a value for its sentence)
        :rtype: list[dict]
        """
        self._find_people()
        self._find_bodies()
        addresses = [person.email for person in self.people if person.email]
        _partners, self.regime = self.Partner._regime_among(emails=addresses)
        seen = {}
        return [self._plan(person, seen) for person in self.people]

    def _find_people(self):
        domain = Domain("directory_kind", "=", "person")
        self.by_email = collections.defaultdict(set)
        addresses = {email_normalize(person.email) for person in self.people} - {False, ""}
        for partner in self.Partner.search(
            domain & Domain("email_normalized", "in", list(addresses)), limit=MAX_FOUND
        ):
            self.by_email[partner.email_normalized].add(partner)
        identifiers = self.env["embassy.identifier"].search(
            [
                ("scheme", "=", "wikidata"),
                ("value", "in", [person.wikidata for person in self.people if person.wikidata]),
                ("partner_id.directory_kind", "=", "person"),
            ],
            limit=MAX_FOUND,
        )
        self.by_wikidata = collections.defaultdict(set)
        for identifier in identifiers:
            self.by_wikidata[identifier.value].add(identifier.partner_id)
        spellings = {name for person in self.people for name in _spellings(person)}
        named = self._search_names(spellings | set(map(_short, spellings)), domain)
        self.known_names = {
            partner: [partner.name or "", *(partner.other_names or "").splitlines()]
            for partner in named
        }
        self.by_word = collections.defaultdict(set)
        for partner in named:
            for word in (partner.name_search_key or "").split():
                self.by_word[word].add(partner)

    def _search_names(self, wanted, domain):
        """Records that have each word of one of the names.

        All names at once: PostgreSQL looks for their longest words in one pass over the
        directory, however many they are; what it finds is looked at here.
        """
        by_token = collections.defaultdict(set)
        for name in wanted:
            for token in _tokens(max(names.words(name), key=len, default="")):
                by_token[token].add(name)
        query = self.Partner._search(domain)
        key = self.Partner._field_to_sql(query.table, "name_search_key", query)
        # SQL: the ORM knows no words of a text; the domain and the rules stand in the query
        query.add_where(
            SQL(
                """EXISTS (SELECT FROM unnest(string_to_array(%s, ' ')) AS word
                           WHERE word = ANY(%s::text[]))""",
                key,
                list(by_token),
            )
        )
        rows = self.env.execute_query(query.select(SQL.identifier(query.table, "id"), key))
        found = []
        for id_, text in rows:
            likely = set().union(*(by_token[token] for token in text.split() if token in by_token))
            if any(_covers(name, text) for name in likely):
                found.append(id_)
        return self.Partner.browse(sorted(found))

    def _find_bodies(self):
        wanted = {person.organization for person in self.people if person.organization}
        found = self._search_names(wanted, Domain("directory_kind", "=", "institution"))
        self.bodies = collections.defaultdict(list)
        for body in found.filtered("active"):
            for name in {
                names.fold(name) for name in (body.name, *(body.other_names or "").splitlines())
            }:
                self.bodies[name].append(body)

    def _plan(self, person, seen):
        notes = [(code, "") for code in person.left_out]
        body = self._body(person, notes)
        same, like = self._matches(person)
        partner = same[0] if len(same) == 1 else self.Partner
        action = "update" if partner else "create"
        if len(same) > 1:
            action = "skip"
            notes.append(("several", ", ".join(other.display_name for other in same[:3])))
        elif like and not partner:
            notes.append(("like", ", ".join(other.display_name for other in like[:3])))
            if any(self._same_address(person, other) for other in like):
                action = "skip"
        for key in filter(None, (email_normalize(person.email or ""), self._key(person.name))):
            earlier = seen.setdefault(key, person.line)
            if earlier != person.line:
                action = "skip"
                notes.append(("twice", str(earlier)))
                break
        if body.is_regime or partner.is_regime or email_normalize(person.email) in self.regime:
            notes.append(("regime", ""))
            action = "skip"
        return {"action": action, "partner": partner, "body": body, "notes": notes}

    def _body(self, person, notes):
        """The institution that the file names, if there is exactly one with that name."""
        if not person.organization:
            return self.Partner
        found = self.bodies[names.fold(person.organization)]
        own = [body for body in found if body.company_id]
        if len(own or found) == 1:
            if not person.title:
                notes.append(("no_title", ""))
            return (own or found)[0]
        notes.append(("bodies" if found else "no_body", person.organization))
        return self.Partner

    @staticmethod
    def _key(name):
        return names.search_key(" ".join(sorted(names.fold(name).split())))

    def _matches(self, person):
        """People who are this one, and people who are like this one, own records first."""
        if person.wikidata and self.by_wikidata[person.wikidata]:
            return self._in_order(self.by_wikidata[person.wikidata]), []
        same, like = set(), set()
        for spelling in _spellings(person):
            key = names.search_key(spelling)
            for partner in self._candidates(spelling):
                fits = any(_covers(name, key) for name in self.known_names[partner])
                (same if fits else like).add(partner)
            like |= self._candidates(_short(spelling))
        by_email = self.by_email[email_normalize(person.email or "") or ""]
        fitting = {
            partner
            for partner in by_email
            if _covers(person.name, partner.name_search_key or "")
            or _covers(partner.name, names.search_key(person.name, *person.other_names))
        }
        same = (same & by_email) or fitting or same
        return self._in_order(same), self._in_order((like | by_email) - same)

    def _candidates(self, name):
        """Found people whose key has each word of the name."""
        found = None
        for word in names.words(name):
            readings = [names.fold(word).split(), [f"~{bone}" for bone in names.skeletons(word)]]
            having = set().union(*(self.by_word[text] for texts in readings for text in texts))
            found = having if found is None else found & having
        return {partner for partner in found or () if _covers(name, partner.name_search_key or "")}

    def _same_address(self, person, partner):
        return bool(person.email) and partner.email_normalized == email_normalize(person.email)

    @staticmethod
    def _in_order(partners):
        return sorted(partners, key=lambda partner: (not partner.company_id, partner.id))


class ContactWriter:
    """Writes the people whom a person chose to import, in one transaction.

    What stands in the directory stays: only what is empty there is filled, and another spelling
    of a name is added to the known ones. Running again writes nothing.

    :param env: environment of the person who imports
    :param country: ``res.country`` of new people, may be empty
    :param record: ``embassy.import`` that notes what is made
    """

    def __init__(self, env, country, record):
        self.env = env(context=dict(env.context, **QUIET))
        self.country = country
        self.record = record
        self.counts = collections.Counter()
        self.made = {}

    def write(self, lines):
        """
        :param lines: ``embassy.contact.import.line`` with the action ``create`` or ``update``
        :raise BrokenRow: when the database refuses one of them
        """
        lines = lines.with_env(self.env)
        new = lines.filtered(lambda line: line.action == "create")
        self._guarded(new, self._create)
        self._guarded(lines - new, self._update)
        self._guarded(lines.filtered(lambda line: line.body_id and line.role), self._give_office)

    def _guarded(self, lines, write):
        """Write all at once; if that is refused, one by one, to name the line."""
        if not lines:
            return
        try:
            with self.env.cr.savepoint():
                write(lines)
        except (psycopg2.IntegrityError, UserError) as error:
            if len(lines) > 1:
                for line in lines:
                    self._guarded(line, write)
            raise BrokenRow(lines[:1].line, str(error)) from error

    def _create(self, lines):
        partners = self.env["res.partner"].create([self._new_values(line) for line in lines])
        self.made |= dict(zip(lines.ids, partners, strict=True))
        self.record._note_made(partners)
        self.counts["new"] += len(partners)

    def _new_values(self, line):
        return {
            "directory_kind": "person",
            "name": line.name,
            "other_names": line.other_names,
            "email": line.email,
            "phone": line.phone,
            "website": line.website,
            "country_id": self.country.id,
            "identifier_ids": [
                Command.create({"scheme": "wikidata", "value": value})
                for value in filter(None, [line.wikidata])
            ],
        }

    def _update(self, lines):
        rows = [(line.partner_id, self._new_facts(line)) for line in lines]
        changed = [(partner, values) for partner, values in rows if values]
        self.record._write_noted(changed)
        self.counts["changed"] += len(changed)
        self.counts["unchanged"] += len(rows) - len(changed)

    def _new_facts(self, line):
        """What the file says of a person and the directory does not."""
        partner = line.partner_id
        values = {
            name: line[name]
            for name in ("email", "phone", "website")
            if line[name] and not partner[name]
        }
        if self.country and not partner.country_id:
            values["country_id"] = self.country.id
        known = (partner.other_names or "").splitlines()
        given = [line.name, *(line.other_names or "").splitlines()]
        added = [name for name in other_names(partner.name, [*known, *given]) if name not in known]
        if added:
            values["other_names"] = "\n".join(known + added)
        schemes = partner.identifier_ids.mapped("scheme")
        if line.wikidata and "wikidata" not in schemes:
            values["identifier_ids"] = [
                Command.create({"scheme": "wikidata", "value": line.wikidata})
            ]
        return values

    def _give_office(self, lines):
        """A mandate for whom the file gives a title in a body of the directory."""
        people = {line: self.made.get(line.id) or line.partner_id for line in lines}
        known = self.env["embassy.mandate"].search(
            [
                ("person_id", "in", [person.id for person in people.values()]),
                ("body_id", "in", lines.body_id.ids),
            ]
        )
        held = {(row.person_id, row.body_id, names.fold(row.role)) for row in known}
        values_list = []
        for line in lines:
            key = (people[line], line.body_id, names.fold(line.role))
            if key not in held:
                held.add(key)
                values_list.append(
                    {
                        "person_id": people[line].id,
                        "body_id": line.body_id.id,
                        "role": line.role,
                    }
                )
        self.record._note_made(self.env["embassy.mandate"].create(values_list))
        self.counts["mandates"] += len(values_list)


def _spellings(person):
    """The names by which a person is looked for; one word alone says too little."""
    others = [name for name in person.other_names if " " in name]
    return [person.name, *others[:MAX_SPELLINGS]]


def _short(name):
    """The first and the last word of a name: who has both may be the same person."""
    words = names.words(name)
    return " ".join(words[:1] + words[1:][-1:])


def _tokens(word):
    """What a search key holds if it has this word, each by itself enough."""
    return {*names.fold(word).split(), *(f"~{bone}" for bone in names.skeletons(word) if bone[1:])}


def _covers(name, key):
    """Whether each word of a name, in any spelling, is a whole word of a search key."""
    for word in names.words(name):
        folded = names.fold(word)
        readings = [f" {folded} ", *(f"~{bone} " for bone in names.skeletons(word) if bone[1:])]
        if folded and not any(reading in key for reading in readings):
            return False
    return bool(name)
