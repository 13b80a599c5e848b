"""What we write is valid Popolo and is read back as it was. All names are invented."""

import datetime
import importlib
import json
import sys
import types
from pathlib import Path

import jsonschema
import pytest

ADDON = Path(__file__).parents[2] / "addons/embassy_core"


def _load(name):
    """A module of the addon without the addon's own ``__init__``, which needs Odoo."""
    for package, path in (("probe", ADDON), ("probe.importers", ADDON / "importers")):
        module = sys.modules.setdefault(package, types.ModuleType(package))
        module.__path__ = [str(path)]
    return importlib.import_module(f"probe.{name}")


parliament = _load("importers.parliament")
popolo = _load("importers.popolo")
popolo_writer = _load("importers.popolo_writer")

DATE = {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}){0,2}$"}
TEXT = {"type": "string", "minLength": 1}


def _class(required=(), **properties):
    """A class of the specification: its properties, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items):
    return {"type": "array", "items": items}


LINKS = _list(_class(["url"], url={"type": "string", "pattern": "^https?://"}, note=TEXT))
IDENTIFIERS = _list(_class(["identifier"], scheme=TEXT, identifier=TEXT))
OTHER_NAMES = _list(_class(["name"], name=TEXT, note=TEXT, start_date=DATE, end_date=DATE))
CONTACTS = _list(
    _class(
        ["type", "value"], label=TEXT, type={"enum": ["email", "address", "voice"]}, value=TEXT
    )
)
NAMED = {
    "id": TEXT,
    "name": TEXT,
    "other_names": OTHER_NAMES,
    "identifiers": IDENTIFIERS,
    "contact_details": CONTACTS,
    "links": LINKS,
}
SCHEMA = _class(
    ["persons", "organizations", "memberships"],
    persons=_list(_class(["id", "name"], email={"type": "string", "pattern": "@"}, **NAMED)),
    organizations=_list(
        _class(["id", "name"], classification=TEXT, parent_id=TEXT, founding_date=DATE, **NAMED)
    ),
    memberships=_list(
        _class(
            ["person_id", "organization_id"],
            id=TEXT,
            label=TEXT,
            role=TEXT,
            person_id=TEXT,
            organization_id=TEXT,
            post_id=TEXT,
            on_behalf_of_id=TEXT,
            area_id=TEXT,
            start_date=DATE,
            end_date=DATE,
            # EveryPolitician's, beyond the specification.
            legislative_period_id=TEXT,
        )
    ),
    posts=_list({"type": "object"}),
    areas=_list(_class(["id", "name"], id=TEXT, name=TEXT, classification=TEXT)),
    events=_list(
        _class(
            ["id", "name"],
            id=TEXT,
            name=TEXT,
            classification=TEXT,
            organization_id=TEXT,
            start_date=DATE,
            end_date=DATE,
        )
    ),
)


def check(content):
    """The data of a file that follows the specification, each reference in it pointing at a row."""
    data = json.loads(content)
    jsonschema.validate(data, SCHEMA)
    ids = {
        section: [row["id"] for row in data[section]]
        for section in ("persons", "organizations", "areas", "events")
    }
    for section, found in ids.items():
        assert len(found) == len(set(found)), f"an id twice in {section}"
    for row in data["memberships"]:
        for key, section in (
            ("person_id", "persons"),
            ("organization_id", "organizations"),
            ("on_behalf_of_id", "organizations"),
            ("area_id", "areas"),
            ("legislative_period_id", "events"),
        ):
            assert row.get(key) is None or row[key] in ids[section]
    for row in data["organizations"]:
        assert row.get("parent_id") is None or row["parent_id"] in ids["organizations"]
    return data


def _house():
    found = parliament.Parliament()
    for body in (
        parliament.Body("", "house", "House of Tests", ["Палата"], "house@example.org", "Q7",
                        "https://house.example.org", kind="parliament"),
        parliament.Body("", "com", "Committee", kind="parl_group", parent="house"),
        parliament.Body("", "mfa", "Ministry of Tests", kind="mfa"),
        parliament.Body("", "red", "Red Party", kind="party"),
    ):  # fmt: skip
        found.bodies[body.key] = body
    found.people["p1"] = parliament.Person(
        "", "p1", "Ada Invented", ["Ада"], "ada@example.org", "Q8", "https://ada.example.org"
    )
    found.people["p2"] = parliament.Person("", "p2", "Bo Made-Up")
    found.legislatures["house", "term/1"] = parliament.Legislature(
        "", "house", "term/1", "First House", datetime.date(2023, 3, 1), datetime.date(2027, 2, 28)
    )
    found.memberships = [
        parliament.Membership("", "p1", "house", "member", "red", "Паўночная акруга", "term/1"),
        parliament.Membership("", "p1", "com", "chair", start="2024", end="2025-06"),
        parliament.Membership("", "p2", "mfa", start="2024-01-02"),
    ]
    return found


def _without_pointers(found):
    for rows in (found.bodies, found.people, found.legislatures):
        for row in rows.values():
            row.pointer = ""
    for row in found.memberships:
        row.pointer = ""
    return found


def test_what_is_written_is_valid_and_is_read_back():
    content = popolo_writer.write(_house())
    check(content)
    assert _without_pointers(popolo.read(content)) == _house()


def test_nothing_empty_is_written():
    data = check(popolo_writer.write(_house()))
    assert data["persons"][1] == {"id": "p2", "name": "Bo Made-Up"}
    assert data["memberships"][2] == {
        "person_id": "p2",
        "organization_id": "mfa",
        "start_date": "2024-01-02",
    }


def test_the_check_can_fail():
    data = json.loads(popolo_writer.write(_house()))
    data["persons"][0]["note"] = "secret"
    with pytest.raises(jsonschema.ValidationError):
        check(json.dumps(data))
