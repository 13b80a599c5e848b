"""Popolo JSON (popoloproject.com/specs) out of what ``popolo`` reads. Plain Python, no Odoo.

Legislative periods are events with a classification, and memberships name theirs, as
EveryPolitician has it; all else is of the specification.
"""

import json

from ..tools import names
from . import parliament

CLASSIFICATIONS = {"parliament": "legislature", "parl_group": "committee"}


def write(source):
    """
    :param parliament.Parliament source:
    :return: the file, UTF-8
    :rtype: bytes
    """
    data = {
        "persons": [_named(person) for person in source.people.values()],
        "organizations": [_organization(body) for body in source.bodies.values()],
        "memberships": [_membership(row) for row in source.memberships],
        "areas": _areas(source.memberships),
        "events": _events(source.legislatures),
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _filled(**values):
    return {name: value for name, value in values.items() if value}


def _named(row):
    identifiers = [("wikidata", row.wikidata)] if row.wikidata else []
    email = {"email": row.email} if isinstance(row, parliament.Person) else {}
    return {"id": row.key, "name": row.name} | _filled(
        other_names=[{"name": name} for name in row.other_names],
        identifiers=[
            {"scheme": scheme, "identifier": value}
            for scheme, value in [*identifiers, *row.identifiers]
        ],
        links=[{"note": "website", "url": row.website}] if row.website else [],
        **email,
    )


def _organization(body):
    contacts = [{"type": "email", "value": body.email}] if body.email else []
    return _named(body) | _filled(
        classification=CLASSIFICATIONS.get(body.kind, body.kind),
        parent_id=body.parent,
        contact_details=contacts,
    )


def _membership(row):
    return _filled(
        person_id=row.person,
        organization_id=row.body,
        role=row.role,
        on_behalf_of_id=row.faction,
        area_id=_area_key(row.constituency),
        legislative_period_id=row.legislature,
        start_date=row.start,
        end_date=row.end,
    )


def _area_key(name):
    return name and f"area/{'-'.join(names.fold(name).split()) or name}"


def _areas(memberships):
    areas = {}
    for row in memberships:
        if row.constituency:
            key = _area_key(row.constituency)
            areas.setdefault(key, {"id": key, "name": row.constituency})
    return list(areas.values())


def _events(legislatures):
    events = {}
    for row in legislatures.values():
        events.setdefault(
            row.key,
            {"id": row.key, "name": row.name, "classification": "legislative period"}
            | _filled(
                organization_id=row.body,
                start_date=row.date_start and row.date_start.isoformat(),
                end_date=row.date_end and row.date_end.isoformat(),
            ),
        )
    return list(events.values())
