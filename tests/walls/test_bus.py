"""What is said on the bus of one chapter, and who listens."""

import bus
import pytest
from client import Client
from hits import Book

PEOPLE = ("public", "portal", "volunteer", "employee", "everything")


@pytest.fixture(scope="module")
def book(copy, books):
    """People of B have listened while people of A worked."""
    found = books["bus"] = Book()
    with copy("bus") as world, world.serving():
        found.names = frozenset(world.registry)
        with world.root() as env:
            names = bus.wanted(env, world.a.rows)
            of_a = {role: env["res.users"].browse(uid) for role, uid in world.a.people.items()}
            logins = {role: user.login for role, user in of_a.items()}
            colleague = of_a["employee"].partner_id.id
        listeners = [
            bus.Listener(world.client(role), names, world.a.marks, found) for role in PEOPLE
        ]
        own = Book()
        mine = Client(world.address, world.name, "employee of A", logins["employee"])
        listeners.append(bus.Listener(mine, [], world.a.marks, own))
        for listener in listeners:
            listener.begin()
        own.hits.clear()
        for role in ("everything", "coordinator", "employee"):
            worker = Client(world.address, world.name, role, logins[role])
            bus.work(worker, world.a.rows, colleague)
        for listener in listeners:
            listener.end()
    return found, own


def test_nobody_listens_to_others(book):
    """No channel of A is given, and no message of A comes, whatever one asks for."""
    found, _own = book
    assert not found.hits, f"{len(found.hits)} hits:\n{found.summary()}"


def test_people_of_the_chapter_hear_it(book):
    """It is not silent because nothing was said: a colleague hears it both ways."""
    _found, own = book
    places = {hit.place.split()[0] for hit in own.hits}
    assert places == {"peek", "socket"}, places


def test_a_leak_on_purpose_is_heard(book):
    """A row whose channel anybody may have is heard, both ways."""
    found, _own = book
    places = {hit.place for hit in found.planted}
    assert {"peek embassy.leaky/shout", "socket embassy.leaky/shout"} <= places
    assert "channel embassy.leaky" in places
