"""Each wall is taken away once, and something turns red."""

import dropper
from hits import Book, table


def test_each_rule_holds_something(world, books):
    """Without its global rule, rows of A are seen.

    A rule that stands beside others on its model may hold nothing by itself: then they are taken
    away together. spare.csv names those that other walls double.
    """
    spare = {row["rule"]: row["reason"] for row in table("spare.csv")}
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
