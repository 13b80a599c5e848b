"""Role × model × operation × relation, for all models of the registry."""

import os
from fnmatch import fnmatch

import access
import boot
import pytest
from conftest import side_by_side
from hits import Book, table


@pytest.fixture(scope="module")
def allowed(world, books):
    """What the registry allows."""
    found = {}
    for part in side_by_side(lambda role: access.allowed(world, [role]), list(world.b.people)):
        found |= part
    # In one order, whoever was ready first.
    found = {key: found[key] for role in world.b.people for key in found if key[1] == role}
    book = books["access"] = Book()
    book.asked["access"] = len(world.b.people) * len(world.registry) * 12
    return found


def test_access_is_what_is_declared(allowed):
    """A model that is new, or that somebody may do more or less with, is looked at by a person."""
    named = access.declared_by_addons()
    found = {key: cells for key, cells in allowed.items() if key[0] not in named}
    if os.environ.get("EMBASSY_DECLARE"):
        access.write(found)
    declared = access.read()
    wrong = [
        f"{model}, {role}: own {own or '-'}, other {other or '-'}, shared {shared or '-'}; "
        f"declared {declared.get((model, role), 'nothing')}"
        for (model, role), (own, other, shared) in sorted(found.items())
        if declared.get((model, role)) != (own, other, shared)
    ]
    wrong += [f"{key} is declared and not so" for key in declared.keys() - found.keys()]
    wrong.insert(0, "./embassy test walls --declare writes the table; what differs:")
    assert len(wrong) == 1, "\n".join(wrong)


def test_rights_are_what_is_declared(world):
    """Each row of access rights counts, also where rules of rows hide what it opens."""
    found = access.given(world)
    if os.environ.get("EMBASSY_DECLARE"):
        access.write(found, access.RIGHTS, ["rights"])
    declared = access.read(access.RIGHTS, ["rights"])
    wrong = [
        f"{model}, {role}: {found.get((model, role))}, declared {declared.get((model, role))}"
        for model, role in sorted(found.keys() | declared.keys())
        if found.get((model, role)) != declared.get((model, role))
    ]
    assert not wrong, "\n".join(["./embassy test walls --declare writes the table:", *wrong])


def test_nothing_may_be_done_with_rows_of_others(allowed, books):
    """Of the other chapter's rows no role may create, read, change or delete any."""
    for (model, role), (_own, other, _shared) in allowed.items():
        if other:
            books["access"].hit("access", role, model, other)
    assert not books["access"].hits, books["access"].summary()


def test_what_is_of_the_installation_is_written_by_no_role(world):
    """What is not planted in a chapter is nobody's there to make or change."""
    patterns = [row["model"] for row in table("unplanted.csv")]
    names = [
        name
        for name, model in world.registry.items()
        if any(fnmatch(name, pattern) for pattern in patterns)
        and not (model._abstract or model._transient)
    ]
    open_to = []
    for role, uid in world.b.people.items():
        with boot.environment(world.registry, uid, [world.b.company.id]) as env:
            for name in names:
                if any(env[name].has_access(right) for right in ("create", "write", "unlink")):
                    open_to.append(f"{name} to {role}")
    assert not open_to, open_to


def test_people_work_with_their_own(allowed, world):
    """The walls are not green because everything is closed."""
    own = {model for (model, role), cells in allowed.items() if role == "everything" and cells[0]}
    blind = world.b.rows.keys() - own
    assert len(own) > 60, f"own rows seen of {len(own)} models, not of {sorted(blind)}"


def test_a_model_that_lies_is_seen(world):
    """What says that nobody may change it, and is changed all the same, counts as changed."""
    uid = world.b.people["portal"]
    with boot.environment(world.registry, uid, [world.b.company.id]) as env:
        assert not env["embassy.leaky.liar"].has_access("write")
        for start in access.KINDS["own"], access.KINDS["other"]:
            assert access.letters(env, "embassy.leaky.liar", start) == "rud"
