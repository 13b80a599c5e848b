"""Each wall is taken away once, and something turns red."""

import dropper
from conftest import side_by_side
from hits import Book, table


def test_each_rule_holds_something(world, books):
    """Without its global rule, rows of A are seen.

    A rule that stands beside others on its model may hold nothing by itself: then they are taken
    away together. spare.csv names those that other walls double.
    """
    spare = {
        row["wall"]: row["reason"]
        for row in table("spare.csv")
        if ":" not in row["wall"] and ".access_" not in row["wall"]
    }
    drop = dropper.Dropper(world)
    with world.root() as env:
        rules = dropper.rules(env)
    book = books["dropper"] = Book()
    wrong, twins = [], 0
    for rule, beside in rules.items():
        book.asked["rules taken away"] += 1
        if drop.seen_without(rule):
            if rule in spare:
                wrong.append(f"{rule} holds by itself now: take it out of spare.csv")
        elif beside and drop.seen_without(rule, *beside):
            book.asked["rules taken away with those beside"] += 1
            twins += 1
        elif rule not in spare:
            wrong.append(f"nothing turns red without {rule}")
    assert not wrong, "\n".join(wrong)
    assert not spare.keys() - rules.keys(), "spare.csv names rules that are not there"
    assert len(rules) - twins > 30


def test_each_row_of_access_rights_is_missed(world, books):
    """A row of our addons, or on a model that they wall, is dropped and made too wide.

    Then the table of rights is not what is declared. A row that is for the portal or for all
    rights already is no wider; a role that has a right by two rows misses none of them.
    """
    spare = {row["wall"] for row in table("spare.csv")}
    with world.root() as env:
        names = dropper.access_rows(env)
    mistakes = {}
    for part in side_by_side(
        lambda some: dropper.mistaken(world, some), [names[part::4] for part in range(4)]
    ):
        mistakes |= part
    book = books["access dropper"] = Book()
    book.asked["rows of access rights dropped or made wider"] = len(mistakes)
    missed = {name.partition(",")[0] for name, missed in mistakes.items() if missed}
    idle = [name for name in names if name not in missed | spare]
    assert not idle, "\n".join(idle)
    wider = [
        name
        for name, missed in mistakes.items()
        if not missed and "for " in name and name.startswith("embassy_")
    ]
    assert not wider, "\n".join(wider)
    assert len(missed) > 200, len(missed)
