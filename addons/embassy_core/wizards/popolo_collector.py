"""Collects what a person sees of the directory into a parliament that can be written to a file."""

import collections
import hashlib
import re

from odoo.fields import Domain

from ..importers.parliament import Body, Legislature, Membership, Parliament, Person

MAX_RECORDS = 20_000


def origin(env):
    """What the identifiers of records of this installation begin with, and nothing else's."""
    # sudo: the identifier of the database is read by its administrator only; a hash of it leaves
    parameters_sudo = env["ir.config_parameter"].sudo()
    uuid = parameters_sudo.get_param("database.uuid") or env.cr.dbname
    return f"embassy-{hashlib.sha256(uuid.encode()).hexdigest()[:12]}"


def record_id(key, begin):
    """The id of a record of this installation in an identifier, or nothing.

    :param str key: an identifier in a file
    :param str begin: what ``origin`` says
    :rtype: int | None
    """
    head, _slash, number = key.rpartition("/")
    return int(number) if head == begin and re.fullmatch(r"[0-9]{1,9}", number) else None


class PopoloCollector:
    """The records that a file is made of: what was chosen, and what that cannot do without.

    An institution brings the bodies under it, its legislatures and all who have a seat there; a
    person brings their mandates and the bodies of those. Read is as the person who exports.

    :param env: environment of the person who exports
    :param partners: records of the directory; others among them are left out
    :param domain: narrows down the mandates
    """

    def __init__(self, env, partners, domain=Domain.TRUE):
        self.env = env
        self.chosen = partners.filtered("directory_kind")
        self.domain = Domain(domain)
        self.begin = origin(env)
        self.parliament = Parliament()

    def collect(self):
        """
        :rtype: importers.parliament.Parliament
        """
        mandates = self._find()
        self.keys = self._keys(self.people | self.bodies)
        for body in self.bodies.sorted(lambda body: (body.name or "", body.id)):
            self._add(self.parliament.bodies, self._body(body))
        for person in self.people.sorted(lambda person: (person.name or "", person.id)):
            self._add(self.parliament.people, Person(**self._named(person)))
        self._add_legislatures(mandates)
        for mandate in mandates.sorted("id"):
            self.parliament.memberships.append(self._membership(mandate))
        return self.parliament

    def _find(self):
        """People and bodies of the file; returns the mandates."""
        Partner = self.env["res.partner"]
        places = self.chosen.filtered(lambda partner: partner.directory_kind == "institution")
        people = self.chosen - places
        if places:
            places |= Partner.search(
                [("id", "child_of", places.ids), ("directory_kind", "=", "institution")],
                limit=MAX_RECORDS,
            )
        mandates = self.env["embassy.mandate"].search(
            Domain.AND(
                [
                    Domain("person_id", "in", people.ids) | Domain("body_id", "in", places.ids),
                    Domain("person_id.active", "=", True),
                    Domain("body_id.active", "=", True),
                    self.domain,
                ]
            ),
            limit=MAX_RECORDS,
        )
        self.people = people | mandates.person_id
        bodies = places | mandates.body_id | mandates.faction_id
        above = bodies.parent_id
        while above - bodies:
            bodies |= above
            above = above.parent_id
        self.bodies = bodies.filtered(lambda body: body.directory_kind == "institution")
        self.legislatures = mandates.legislature_id | self.env["embassy.legislature"].search(
            [("body_id", "in", places.ids)], limit=MAX_RECORDS
        )
        return mandates

    @staticmethod
    def _add(rows, row):
        rows[row.key] = row

    def _keys(self, partners):
        """The identifiers in the file: the public source's own where it is there and is unique."""
        found = {}
        for identifier in partners.identifier_ids.sorted("id"):
            if identifier.scheme.startswith("parliament-"):
                found.setdefault(identifier.partner_id, identifier.value)
        uses = collections.Counter(found.values())
        return {
            partner: found[partner]
            if uses[found.get(partner)] == 1
            else f"{self.begin}/{partner.id}"
            for partner in partners
        }

    def _named(self, partner):
        identifiers = {row.scheme: row.value for row in partner.identifier_ids}
        return {
            "pointer": "",
            "key": self.keys[partner],
            "name": partner.name or "",
            "other_names": list(filter(None, (partner.other_names or "").splitlines())),
            "email": partner.email or "",
            "website": partner.website or "",
            "wikidata": identifiers.pop("wikidata", ""),
            "identifiers": sorted(
                (scheme, value)
                for scheme, value in identifiers.items()
                if not scheme.startswith("parliament-")
            ),
        }

    def _body(self, body):
        return Body(
            **self._named(body),
            kind=body.institution_type_id.code or "",
            parent=self.keys.get(body.parent_id, ""),
        )

    def _add_legislatures(self, mandates):
        """Periods with one identifier in several chambers are one event, if they are the same."""
        self.periods = {}
        taken = {}
        for row in self.legislatures.sorted("id"):
            key = row.identifier or f"{self.begin}/{row.id}"
            facts = (row.name, row.date_start, row.date_end)
            if taken.setdefault(key, facts) != facts:
                key = f"{self.begin}/{row.id}"
            self.periods[row] = key
            body = self.keys.get(row.body_id)
            if body:
                self.parliament.legislatures[body, key] = Legislature(
                    "", body, key, row.name, row.date_start or None, row.date_end or None
                )

    def _membership(self, mandate):
        return Membership(
            "",
            self.keys[mandate.person_id],
            self.keys[mandate.body_id],
            role=mandate.role or "",
            faction=self.keys.get(mandate.faction_id, ""),
            constituency=mandate.constituency or "",
            legislature=self.periods.get(mandate.legislature_id, ""),
            start=mandate.date_start_given or str(mandate.date_start or ""),
            end=mandate.date_end_given or str(mandate.date_end or ""),
        )
