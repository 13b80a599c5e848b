"""Fills a database with contacts, or times what the walls touch; run in Odoo's shell.

With BENCH_FILL it fills the database. Else it reads names of measurements from the file descriptor
BENCH_ASKED, one a line, and answers each with one JSON line: milliseconds, queries, rows found.
"""

import json
import os
import random
import time

CONTACTS, CHAPTERS, PORTAL_USERS = 300_000, 24, 3_000
WORDS = "Alpine Baltic Cedar Delta Ember Fjord Grove Harbor Island Juniper Krona Linden".split()


def fill(env):
    """24 chapters of uneven size, 300,000 contacts, 3,000 portal users with a contact each."""
    Company = env["res.company"]
    chapters = Company.search([("name", "like", "Bench chapter %")], order="id")
    if chapters:
        return
    chapters = Company.create([{"name": f"Bench chapter {n:02}"} for n in range(CHAPTERS)])
    groups = "base.group_user,base.group_partner_manager"
    env["res.users"].with_context(no_reset_password=True).create(
        [
            {
                "name": f"Bench officer {n:02}",
                "login": f"bench{n:02}",
                "company_id": chapter.id,
                "company_ids": [(6, 0, chapter.ids)],
                "group_ids": [(6, 0, [env.ref(g).id for g in groups.split(",")])],
            }
            for n, chapter in enumerate(chapters)
        ]
    )
    env.flush_all()
    cr = env.cr
    ids = chapters.ids
    # The largest chapter has a third of all contacts, the others fall off.
    weights = [1 / (n + 1) for n in range(CHAPTERS)]
    rng = random.Random(19)  # noqa: S311 - invented names
    cr.execute("CREATE TEMP TABLE seed (n int, chapter int, word text, other text)")
    rows = [
        (n, rng.choices(ids, weights)[0], rng.choice(WORDS), rng.choice(WORDS))
        for n in range(CONTACTS)
    ]
    for start in range(0, CONTACTS, 10_000):
        part = rows[start : start + 10_000]
        values = b",".join(cr._obj.mogrify("(%s,%s,%s,%s)", row) for row in part)
        cr.execute(b"INSERT INTO seed VALUES " + values)
    cr.execute("SELECT max(id) FROM res_partner")
    first = cr.fetchone()[0] + 1
    cr.execute(
        """INSERT INTO res_partner (id, name, complete_name, email, email_normalized, company_id,
            commercial_partner_id, active, type, partner_share, is_company, lang, create_date)
        SELECT %(first)s + n, word || ' ' || other || ' ' || n, word || ' ' || other || ' ' || n,
            'p' || n || '@example.org', 'p' || n || '@example.org',
            chapter, %(first)s + n, TRUE, 'contact', TRUE, FALSE, 'en_US', now() FROM seed""",
        {"first": first},
    )
    cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
    cr.execute("SELECT max(id) FROM res_users")
    user = cr.fetchone()[0] + 1
    cr.execute(
        """INSERT INTO res_users (id, login, partner_id, company_id, active, share,
            notification_type, create_date)
        SELECT %s + n, 'portal' || n, %s + n, chapter, TRUE, TRUE, 'email', now()
        FROM seed WHERE n < %s""",
        (user, first, PORTAL_USERS),
    )
    cr.execute(
        """INSERT INTO res_company_users_rel (user_id, cid)
        SELECT %s + n, chapter FROM seed WHERE n < %s""",
        (user, PORTAL_USERS),
    )
    cr.execute(
        """INSERT INTO res_groups_users_rel (uid, gid)
        SELECT %s + n, %s FROM seed WHERE n < %s""",
        (user, env.ref("base.group_portal").id, PORTAL_USERS),
    )
    cr.execute("SELECT setval('res_users_id_seq', (SELECT max(id) FROM res_users))")
    cr.commit()


def measurements(env):
    """What can be asked: name -> call, as the officer of the largest and of a small chapter."""
    found = {}
    for size, login in (("large chapter", "bench00"), ("small chapter", "bench20")):
        user = env["res.users"].search([("login", "=", login)])
        mine = env(user=user.id, context={"allowed_company_ids": user.company_ids.ids})
        Partner = mine["res.partner"]
        spec = {"complete_name": {}, "email": {}, "phone": {}, "country_id": {"fields": {}}}
        found |= {
            f"{name}, {size}": call
            for name, call in {
                "list of 80": lambda P=Partner, s=spec: P.web_search_read([], s, limit=80),
                "name ilike, common": lambda P=Partner: P.search(
                    [("name", "ilike", "edar")], limit=80
                ),
                "name_search, rare": lambda P=Partner: P.name_search("fjord 2999", limit=8),
                "name_search, common": lambda P=Partner: P.name_search("harbor", limit=8),
                "count": lambda P=Partner: P.search_count([], limit=10_001),
            }.items()
        }
    if "is_shared" not in env["res.partner"]._fields:
        return found
    from odoo.addons.embassy_core.walls.gate import _sees

    ids = Partner.search([], limit=80).ids
    values = {"parent_id": ids[0], "user_id": user.id, "company_id": user.company_id.id}
    return found | {
        "gate, 1 record": lambda: _sees(Partner, ids[:1]),
        "gate, 80 records": lambda: _sees(Partner, ids),
        "reference check, 3 models": lambda: Partner._check_references([values]),
    }


def measure(env, call):
    """Time one call, the cache of records being cold and all else warm."""
    env.invalidate_all()
    before, start = env.cr.sql_log_count, time.perf_counter()
    result = call()
    spent = time.perf_counter() - start
    if isinstance(result, dict):
        result = result["length"]
    rows = result if isinstance(result, int) else len(result or ())
    return {"ms": spent * 1000, "queries": env.cr.sql_log_count - before, "rows": rows}


def answer(env, asked):
    """Measure what is asked for, until nothing more is."""
    calls = measurements(env)
    print("BENCH " + json.dumps(list(calls)), flush=True)
    for line in asked:
        print("BENCH " + json.dumps(measure(env, calls[line.strip()])), flush=True)


if os.environ.get("BENCH_FILL"):
    fill(env)  # noqa: F821 - the shell gives it
else:
    with open(int(os.environ["BENCH_ASKED"])) as asked:
        answer(env, asked)  # noqa: F821
