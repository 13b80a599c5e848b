"""Fills a database with a directory and letters, or times outreach; run in Odoo's shell.

With BENCH_FILL it fills the database. Else it measures all there is and prints one JSON line.
"""

import itertools
import json
import os
import random
import statistics
import time

# The size can be made smaller to try the bench itself.
SIZE = float(os.environ.get("BENCH_SIZE", "1"))
PARTNERS, LETTERS, RELATIONS = int(1_000_000 * SIZE), int(200_000 * SIZE), int(100_000 * SIZE)
MANDATES, MEMBERS = int(50_000 * SIZE), 700
TERMS, ROUNDS = 200, 41

# One sound, as Belarusian Cyrillic, Łacinka and English write it. The table is of its own: the
# names that must be found are told apart by it and not by the code that finds them.
SOUNDS = [
    ("б", "b", "b"), ("в", "v", "v"), ("г", "h", "h"), ("д", "d", "d"), ("ж", "ž", "zh"),
    ("з", "z", "z"), ("к", "k", "k"), ("л", "ł", "l"), ("м", "m", "m"), ("н", "n", "n"),
    ("п", "p", "p"), ("р", "r", "r"), ("с", "s", "s"), ("т", "t", "t"), ("ф", "f", "f"),
    ("х", "ch", "kh"), ("ц", "c", "ts"), ("ч", "č", "ch"), ("ш", "š", "sh"),
]  # fmt: skip
VOWELS = [("а", "a", "a"), ("о", "o", "o"), ("э", "e", "e"), ("у", "u", "u"), ("ы", "y", "y")]


def word(rng, syllables):
    """A word as three people would write it (tuple of str)."""
    sounds = [rng.choice(kind) for _ in range(syllables) for kind in (SOUNDS, VOWELS)]
    sounds.append(rng.choice(SOUNDS))
    return tuple("".join(sound[way] for sound in sounds).capitalize() for way in range(3))


def people(count):
    """Names of people, and the way in which each is written down (generator)."""
    rng = random.Random(5)  # noqa: S311 - invented names
    given = [word(rng, 2) for _ in range(200)]
    for _number in range(count):
        first, last = rng.choice(given), word(rng, 3)
        yield tuple(f"{a} {b}" for a, b in zip(first, last, strict=True)), rng.randrange(3)


def insert(cr, table, columns, rows):
    """Write rows by 10,000; what PostgreSQL thinks of it all follows after the last."""
    rows, part = iter(rows), True
    places = "(" + ",".join(["%s"] * len(columns)) + ")"
    names = ",".join(columns)
    while part:
        part = list(itertools.islice(rows, 10_000))
        if part:
            values = b",".join(cr._obj.mogrify(places, row) for row in part)
            head = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608 - our own words
            cr.execute(head.encode() + values)


def next_id(cr, table):
    cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")  # noqa: S608
    return cr.fetchone()[0]


def officers(env, groups):
    """A chapter with two people (res.company, list of res.users)."""
    values = {"name": "Bench chapter"}
    if "chapter_code" in env["res.company"]._fields:
        country = env.ref("base.si").id
        values |= {"chapter_code": "QZ", "chapter_level": "embassy", "country_id": country}
    chapter = env["res.company"].create(values)
    users = env["res.users"].with_context(no_reset_password=True).create(
        [
            {
                "name": f"Bench officer {number}",
                "login": f"bench{number}",
                "company_id": chapter.id,
                "company_ids": [(6, 0, chapter.ids)],
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
            }
            for number in range(2)
        ]
    )
    return chapter, users


def fill(env):
    """A million people in the directory, their letters and relations, one parliament of 700."""
    ours = "embassy.letter" in env
    cr = env.cr
    role = "embassy_core.group_outreach_officer" if ours else "base.group_partner_manager"
    chapter, users = officers(env, ["base.group_user", role])
    env.flush_all()
    first = next_id(cr, "res_partner")
    columns = (
        "id name complete_name email email_normalized company_id commercial_partner_id active type"
        " partner_share is_company lang create_date"
    ).split()
    if ours:
        from odoo.addons.embassy_core.tools import names

        columns += "directory_kind keeper_company_id name_search_key is_regime_body".split()

    def partners():
        for number, (ways, way) in enumerate(people(PARTNERS)):
            name, email = ways[way], f"p{number}@example.org"
            row = (
                first + number, name, name, email, email, chapter.id, first + number, True,
                "contact", True, False, "en_US", "2026-01-01",
            )  # fmt: skip
            if ours:
                row += ("person", chapter.id, names.search_key(name), False)
            yield row

    # An index of trigrams grows slowly row by row, and fast over all rows at once.
    cr.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = 'res_partner' AND indexdef LIKE '%% USING gin %%'",
        [],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f'DROP INDEX "{name}"')
    insert(cr, "res_partner", columns, partners())
    for _name, definition in indexes:
        cr.execute(definition)
    cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
    if ours:
        fill_outreach(env, chapter, users[0], first)
    cr.commit()


def fill_outreach(env, chapter, user, first):
    """Letters of five years, relations, and mandates that end one after another.

    One of a hundred letters and relations is the user's own.
    """
    cr = env.cr
    parliament = env["res.partner"].create(
        {
            "name": "Bench parliament",
            "directory_kind": "institution",
            "company_id": chapter.id,
            "institution_type_id": env.ref("embassy_core.embassy_institution_type_parliament").id,
        }
    )
    env.flush_all()
    insert(
        cr,
        "embassy_mandate",
        "person_id body_id role date_start date_deadline date_until company_id"
        " keeper_company_id".split(),
        (
            (
                first + number, parliament.id, "Member" if number < MEMBERS else f"Seat {number}",
                "2024-01-01", *[f"20{27 + number % 20}-0{1 + number % 9}-15"] * 2,
                chapter.id, chapter.id,
            )
            for number in range(MANDATES)
        ),
    )  # fmt: skip
    # Those of the appeal sit in a committee of their own.
    committee = parliament.copy({"name": "Bench committee", "parent_id": parliament.id})
    env.flush_all()
    cr.execute(
        "UPDATE embassy_mandate SET body_id = %s WHERE role = 'Member' AND body_id = %s",
        (committee.id, parliament.id),
    )
    states = ["closed"] * 16 + ["answered", "awaiting", "no_answer", "sent"]
    serials = {}

    def letters():
        for number in range(LETTERS):
            year = 2022 + number * 5 // LETTERS
            serials[year] = serials.get(year, 0) + 1
            state = states[number % len(states)]
            day = f"{year}-{1 + number % 12:02}-{1 + number % 28:02}"
            yield (
                chapter.id, "out", "request", state, day, f"Bench letter {number}",
                first + number * 7 % PARTNERS, year, serials[year],
                f"QZ-OUT-{year}-{serials[year]:04}",
                "2026-12-20" if state == "awaiting" else None, 0,
                None if number // 20 % 100 else user.id,
            )  # fmt: skip

    insert(
        cr,
        "embassy_letter",
        "company_id direction kind state date subject partner_id year serial number"
        " date_deadline reminded user_id".split(),
        letters(),
    )
    insert(
        cr,
        "embassy_letter_counter",
        "company_id direction year last".split(),
        ((chapter.id, "out", year, last) for year, last in serials.items()),
    )
    quadrants = ["manage_closely", "keep_satisfied", "keep_informed", "monitor"]
    insert(
        cr,
        "embassy_relation",
        "company_id partner_id quadrant power interest temperature active basis"
        " verify_months date_next_move user_id".split(),
        (
            (
                chapter.id, first + number, quadrants[number % 4], "3", "3", "new", True,
                "public_role", 12, f"2027-0{1 + number % 9}-01", None if number % 100 else user.id,
            )
            for number in range(RELATIONS)
        ),
    )  # fmt: skip


def timed(env, call):
    """One call, the cache of records being cold and all else warm: ms and result."""
    env.invalidate_all()
    start = time.perf_counter()
    result = call()
    return (time.perf_counter() - start) * 1000, result


def officer(env, login):
    user = env["res.users"].search([("login", "=", login)])
    return env(user=user.id, context={"allowed_company_ids": user.company_ids.ids})


def search_names(mine):
    """Find people by a spelling that another person would use.

    :return: dict with the times of all terms (ms) and the part of the wanted that was found
    """
    rng = random.Random(6)  # noqa: S311
    asked = {rng.randrange(PARTNERS) for _ in range(TERMS)}
    Partner, spent, wanted, found = mine["res.partner"], [], 0, 0
    for number, (ways, way) in enumerate(people(PARTNERS)):
        if number not in asked:
            continue
        query = ways[(way + 1 + number % 2) % 3]
        ms, result = timed(mine, lambda q=query: Partner.name_search(q, limit=8))
        spent.append(ms)
        wanted += 1
        found += ways[way] in [name for _id, name in result]
    return {"ms": spent, "recall": found / wanted}


def lists(mine):
    """Median times of the lists and boards of outreach (dict of name to ms)."""
    Letter, Relation, Mandate = (
        mine[f"embassy.{name}"] for name in ("letter", "relation", "mandate")
    )
    person = {"fields": {"display_name": {}}}
    letter = dict.fromkeys(
        "number date subject state date_deadline date_answered foreign_number".split(), {}
    ) | {"partner_id": person, "user_id": person}
    relation = {"partner_id": person, "user_id": person, "next_move": {}, "date_next_move": {}}
    mandate = {"person_id": person, "body_id": person, "role": {}, "date_until": {}}
    calls = {
        "register, first page": lambda: Letter.web_search_read([], letter, limit=80),
        "register, a word of the subject": lambda: Letter.web_search_read(
            [("subject", "ilike", "letter 1234")], letter, limit=80
        ),
        "register, late letters": lambda: Letter.web_search_read(
            [("state", "in", ["awaiting", "assigned"]), ("date_deadline", "<", "2026-12-31")],
            letter,
            limit=80,
        ),
        "register, letters to one person": lambda: Letter.web_search_read(
            [("partner_id", "=", Relation.search([], limit=1).partner_id.id)], letter, limit=80
        ),
        "relations, first page": lambda: Relation.web_search_read([], relation, limit=80),
        "my day": lambda: mine["embassy.agenda"].web_search_read(
            [("user_id", "=", mine.uid)],
            {"kind": {}, "name": {}, "date": {}, "partner_id": person},
            limit=80,
        ),
        "radar, mandates ending in 180 days": lambda: Mandate.web_search_read(
            [("date_until", ">=", "2027-01-01"), ("date_until", "<=", "2027-06-30")],
            mandate,
            limit=80,
            order="date_until, id",
        ),
    }
    return {
        name: statistics.median(timed(mine, call)[0] for _round in range(ROUNDS))
        for name, call in calls.items()
    }


def appeal(env):
    """An appeal to 700 people from the choice to the queue of mails (s, number of mails)."""
    mine, colleague = officer(env, "bench0"), officer(env, "bench1")
    committee = mine["res.partner"].search([("name", "=", "Bench committee")])
    start = time.perf_counter()
    row = mine["embassy.appeal"].create(
        {"subject": "Bench appeal", "lang": "en_US", "body": "<p>{name}, {role}</p>"}
    )
    mine["embassy.appeal.choose"].create(
        {"appeal_id": row.id, "body_id": committee.id}
    ).action_add()
    row.action_prepare()
    row.action_review()
    row.with_env(colleague).action_approve()
    row.action_register()
    row.action_mail()
    env.flush_all()
    spent = time.perf_counter() - start
    mails = env["mail.mail"].search_count(
        [("model", "=", "embassy.letter"), ("res_id", "in", row.letter_ids.ids)]
    )
    env.cr.rollback()
    return {"s": spent, "mails": mails}


def measure(env):
    mine = officer(env, "bench0")
    mine["res.partner"].name_search("warm up", limit=8)
    result = {"names": search_names(mine)}
    if "embassy.letter" in env:
        result |= {"lists": lists(mine), "appeal": appeal(env)}
    print("BENCH " + json.dumps(result), flush=True)


if os.environ.get("BENCH_FILL"):
    fill(env)  # noqa: F821 - the shell gives it
else:
    measure(env)  # noqa: F821
