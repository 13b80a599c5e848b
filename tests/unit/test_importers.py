"""Files of parliaments, well-formed and not. All names are invented."""

import datetime
import importlib
import json
import sys
import types
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "addons/embassy_core"


def _load(name):
    """A module of the addon without the addon's own ``__init__``, which needs Odoo."""
    for package, path in (("probe", ADDON), ("probe.importers", ADDON / "importers")):
        module = sys.modules.setdefault(package, types.ModuleType(package))
        module.__path__ = [str(path)]
    return importlib.import_module(f"probe.{name}")


popolo = _load("importers.popolo")
everypolitician_csv = _load("importers.everypolitician_csv")
parliament = _load("importers.parliament")
partial_dates = _load("tools.partial_dates")

SMALL = {
    "persons": [
        {
            "id": "p1",
            "name": "Ada Invented",
            "email": "ada@example.org",
            "birth_date": "1980-01-01",
            "other_names": [{"name": "Ада Выдуманая"}, {"name": "Ada Invented"}, "Adele"],
            "identifiers": [{"scheme": "wikidata", "identifier": "Q0"}],
        },
        {
            "id": "p2",
            "given_name": "Bo",
            "family_name": "Made-Up",
            "contact_details": [
                {"type": "phone", "value": "1"},
                {"type": "email", "value": "bo@example.org"},
            ],
            "identifiers": [{"scheme": "wikidata", "identifier": "Q77"}],
        },
    ],
    "organizations": [
        {"id": "house", "name": "House of Tests", "classification": "legislature"},
        {"id": "red", "name": "Red Party", "classification": "party"},
        {
            "id": "com",
            "name": "Committee on Tests",
            "classification": "Committee",
            "parent_id": "house",
        },
    ],
    "areas": [{"id": "north", "name": "North"}],
    "events": [
        {
            "id": "term/1",
            "name": "First",
            "classification": "legislative period",
            "start_date": "2015",
            "end_date": "2019-04",
        },
        {"id": "e", "name": "Election", "classification": "general election"},
    ],
    "memberships": [
        {
            "person_id": "p1",
            "organization_id": "house",
            "on_behalf_of_id": "red",
            "legislative_period_id": "term/1",
            "area_id": "north",
            "role": "member",
            "start_date": "2015-04",
        },
        {"person_id": "p2", "organization_id": "com", "role": "chair", "end_date": None},
    ],
}


def read(data):
    return popolo.read(json.dumps(data).encode())


def changed(**sections):
    return read(SMALL | sections)


def codes(result):
    return [(remark.pointer, remark.code) for remark in result.remarks]


def test_popolo_is_read():
    result = read(SMALL)
    ada, bo = result.people.values()
    assert (ada.name, ada.email, ada.wikidata) == ("Ada Invented", "ada@example.org", "")
    assert ada.other_names == ["Ада Выдуманая", "Adele"]
    assert (bo.name, bo.email, bo.wikidata) == ("Bo Made-Up", "bo@example.org", "Q77")
    assert [body.kind for body in result.bodies.values()] == ["parliament", "party", "parl_group"]
    assert result.bodies["com"].parent == "house"
    (term,) = result.legislatures.values()
    assert (term.body, term.date_start, term.date_end) == (
        "house",
        datetime.date(2015, 1, 1),
        datetime.date(2019, 4, 30),
    )
    first, second = result.memberships
    assert (first.faction, first.constituency, first.legislature) == ("red", "North", "term/1")
    assert (first.start, first.end, second.role) == ("2015-04", "", "chair")
    assert result.remarks == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe{\x00}\x00", "not_utf8"),
        ('{"persons": [{"name": "Zoé"}]}'.encode("latin-1"), "not_utf8"),
        (b"{", "not_json"),
        (b"PK\x03\x04", "not_json"),
        (b'"text"', "not_popolo"),
        (b"12", "not_popolo"),
        (b"[]", "no_people"),
        (b"{}", "no_people"),
        (b'{"persons": null}', "no_people"),
        (b'{"persons": [{"id": "p"}, null]}', "no_people"),
        (b'{"persons": {"a": 1}}', "not_popolo"),
        (b'{"persons": [{"name": "A"}], "memberships": "x"}', "not_popolo"),
        (b"[" * 200000, "too_deep"),
    ],
)
def test_unreadable_popolo(content, code):
    with pytest.raises(parliament.UnreadableFile) as refused:
        popolo.read(content)
    assert refused.value.code == code


def test_byte_order_mark_and_nan():
    data = json.dumps({"persons": [{"id": "p", "name": "A", "seats": float("nan")}]})
    result = popolo.read(b"\xef\xbb\xbf" + data.encode())
    assert list(result.people) == ["p"]


def test_top_level_list_is_people():
    result = read([{"name": "Ada Invented"}])
    assert list(result.people) == ["name:ada invented"]


def test_rows_are_refused_one_by_one():
    result = changed(
        persons=[None, "x", {"id": "n"}, {"id": 5, "name": "Five"}, {"id": "5", "name": "Again"}],
        memberships=[
            7,
            {"person_id": "5", "organization_id": "house"},
            {"person_id": "nobody", "organization_id": "house"},
            {"person_id": "5", "organization_id": "nowhere"},
            {"person_id": "5", "organization_id": "house", "start_date": "31/12/2015"},
            {"person_id": "5", "organization_id": "house", "start_date": "2015-13"},
            {
                "person_id": "5",
                "organization_id": "house",
                "start_date": "2016",
                "end_date": "2015",
            },
        ],
    )
    assert codes(result) == [
        ("/persons/0", "not_object"),
        ("/persons/1", "not_object"),
        ("/persons/2", "no_name"),
        ("/persons/4", "twice"),
        ("/memberships/0", "not_object"),
        ("/memberships/2", "unknown_person"),
        ("/memberships/3", "unknown_body"),
        ("/memberships/4", "bad_date"),
        ("/memberships/5", "bad_date"),
        ("/memberships/6", "reversed"),
    ]
    assert [row.pointer for row in result.memberships] == ["/memberships/1"]


def test_membership_stands_without_what_is_unknown():
    (row,) = changed(
        memberships=[
            {
                "person_id": "p1",
                "organization_id": "house",
                "on_behalf_of_id": "blue",
                "legislative_period_id": "term/9",
            }
        ]
    ).memberships
    assert (row.faction, row.legislature) == ("", "")


def test_membership_without_organization():
    result = changed(memberships=[{"person_id": "p1"}])
    assert [row.body for row in result.memberships] == ["house"]
    two = [{"id": key, "name": key, "classification": "chamber"} for key in "ab"]
    assert codes(changed(organizations=two, memberships=[{"person_id": "p1"}])) == [
        ("/memberships/0", "no_body")
    ]


def test_post_gives_body_role_and_area():
    result = changed(
        posts=[{"id": "s", "label": "Speaker", "organization_id": "house", "area_id": "north"}],
        memberships=[{"person_id": "p1", "post_id": "s"}],
    )
    (row,) = result.memberships
    assert (row.body, row.role, row.constituency) == ("house", "Speaker", "North")


def test_memberships_inside_people_and_organizations():
    result = read(
        {
            "persons": [{"name": "No Id", "memberships": [{"organization": {"id": "house"}}]}],
            "organizations": [
                {
                    "id": "house",
                    "name": "House",
                    "classification": "chamber",
                    "legislative_periods": [{"id": "t", "name": "T", "start_date": "2020"}],
                    "memberships": [{"person_id": "name:no id", "legislative_period_id": "t"}],
                }
            ],
        }
    )
    assert [row.legislature for row in result.memberships] == ["", "t"]
    assert list(result.legislatures) == [("house", "t")]


def test_two_chambers_have_a_legislature_each():
    chambers = [
        {"id": "whole", "name": "Parliament", "classification": "legislature"},
        {"id": "low", "name": "Low", "classification": "chamber", "parent_id": "whole"},
        {"id": "up", "name": "Up", "classification": "chamber", "parent_id": "whole"},
    ]
    rows = [
        {"person_id": "p1", "organization_id": key, "legislative_period_id": "term/1"}
        for key in ("low", "up")
    ]
    result = changed(organizations=chambers, memberships=rows)
    assert {("low", "term/1"), ("up", "term/1")} <= set(result.legislatures)


def test_circle_of_parents_is_cut():
    result = changed(
        organizations=[
            {"id": "a", "name": "A", "parent_id": "b"},
            {"id": "b", "name": "B", "parent_id": "a"},
            {"id": "c", "name": "C", "parent_id": "nowhere"},
        ],
        memberships=[],
    )
    parents = {key: body.parent for key, body in result.bodies.items()}
    assert parents["c"] == ""
    assert not (parents["a"] and parents["b"])


def test_wrong_types_everywhere_do_not_stop_it():
    odd = [None, 1, 1.5, True, "x", [], {}, [[]], {"id": {}}]
    for value in odd:
        read(
            {
                "persons": [
                    {"id": "p", "name": "A", "other_names": value, "identifiers": value},
                    {"id": value, "name": value, "email": value, "contact_details": value},
                    {"id": "q", "name": "B", "memberships": value},
                ],
                "organizations": [
                    value,
                    {"id": "o", "name": "O", "classification": value, "parent_id": value},
                    {"id": "r", "name": "R", "events": value, "parent": value},
                ],
                "events": [value, {"id": value, "classification": "legislative period"}],
                "posts": [value],
                "areas": [value],
                "memberships": [
                    value,
                    {"person_id": "p", "organization_id": "o", "post": value, "area": value},
                    {"person": value, "organization": value, "start_date": value},
                    {"person_id": "p", "organization_id": "o", "end_date": value, "role": value},
                ],
            }
        )


def test_text_is_clean_and_bounded():
    assert parliament.text("a\x00b\n\u2028c\ud800") == "a b c"
    assert len(parliament.text("x" * 10000)) == parliament.MAX_TEXT
    assert parliament.email("mailto:a@example.org") == "a@example.org"
    assert parliament.email("a@example.org, b@example.org") == ""


HEADER = "id,name,email,group,group_id,area,chamber,term,start_date,end_date,wikidata\r\n"


def read_csv(rows, header=HEADER):
    return everypolitician_csv.read((header + rows).encode(), "House of Tests")


def test_csv_is_read():
    result = read_csv(
        'p1,"Invented, Ada",ada@example.org,Red Party,red,North,,1,2015-04,,Q77\r\n'
        "p1,Ada Invented,,Red Party,red,North,,2,,,\r\n"
        "p2,Bo Made-Up,,,,,Upper House,1,,2016-05-01,\r\n"
    )
    assert [person.name for person in result.people.values()] == ["Invented, Ada", "Bo Made-Up"]
    assert [body.name for body in result.bodies.values()] == [
        "House of Tests",
        "Red Party",
        "Upper House",
    ]
    assert [row.pointer for row in result.memberships] == ["2", "3", "4"]
    assert [row.legislature for row in result.memberships] == ["term/1", "term/2", "term/1"]
    assert result.memberships[0].start == "2015-04"


def test_csv_rows_are_refused_one_by_one():
    result = read_csv(
        "p1,,,,,,,,,,\r\np2,B,,,,,,,2016,2015,\r\np3,C,,,,,,,x,,\r\n"
        "p4,D,,,,,,,,,,too,many\r\np5,E\r\n"
    )
    assert codes(result) == [
        ("2", "no_name"),
        ("3", "reversed"),
        ("4", "bad_date"),
        ("5", "columns"),
    ]
    assert list(result.people) == ["p5"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        ("id,name\r\n1,Zoé\r\n".encode("latin-1"), "not_utf8"),
        (b"a,b\r\n1,2\r\n", "no_columns"),
        (b"id,name\r\n", "no_people"),
        (b"{}", "no_columns"),
        (b"id,name\r\n1," + b"x" * 200000, "not_csv"),
    ],
)
def test_unreadable_csv(content, code):
    with pytest.raises(parliament.UnreadableFile) as refused:
        everypolitician_csv.read(content, "House")
    assert refused.value.code == code


def test_csv_with_mark_semicolons_and_capitals():
    result = everypolitician_csv.read(b"\xef\xbb\xbfID;Name;Term\n1;Ada;3\n", "House")
    assert [person.key for person in result.people.values()] == ["1"]
    assert list(result.legislatures) == [("chamber:house", "term/3")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2015", ("2015-01-01", "2015-12-31", "2015")),
        ("2016-02", ("2016-02-01", "2016-02-29", "2016-02")),
        ("2015-04-09", ("2015-04-09", "2015-04-09", None)),
        ("2015-04-09T10:00:00Z", ("2015-04-09", "2015-04-09", None)),
        ("2015-00-00", ("2015-01-01", "2015-12-31", "2015")),
    ],
)
def test_partial_dates(given, expected):
    first, last, short = partial_dates.span(given)
    assert (str(first), str(last), short) == expected


@pytest.mark.parametrize("given", ["", "15", "2015-13", "2015-02-30", "0000", "soon", "2015/04"])
def test_what_is_no_date(given):
    with pytest.raises(ValueError):
        partial_dates.span(given)
