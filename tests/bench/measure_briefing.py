"""Fills a database with recipients, lets a mailing go, or runs a job; in Odoo's shell.

BENCH_STEP says which; what it prints for the bench is one JSON line.
"""

import json
import os
import time
from itertools import islice
from pathlib import Path

from odoo import fields, sql_db

STEP, RECIPIENTS = os.environ["BENCH_STEP"], int(os.environ["BENCH_RECIPIENTS"])
JOBS = {
    "compose": "mass_mailing.ir_cron_mass_mailing_queue",
    "send": "mail.ir_cron_mail_scheduler_action",
}
WORDS = "Nobody renews a passport at a consulate, and so nobody can prove who they are. "
BODY = "".join(f"<p>{WORDS * 5}</p>" for _ in range(6))


def insert(cr, table, columns, rows):
    """Write rows by 10,000."""
    rows = iter(rows)
    places = "(" + ",".join(["%s"] * len(columns)) + ")"
    while part := list(islice(rows, 10_000)):
        values = b",".join(cr._obj.mogrify(places, row) for row in part)
        head = f"INSERT INTO {table} ({','.join(columns)}) VALUES "  # noqa: S608 - our own words
        cr.execute(head.encode() + values)


def address(number):
    return f"bench{number}@example.org"


def fill(env):
    """Recipients, two people who may send, and one mail server: the sink."""
    cr = env.cr
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": int(os.environ["BENCH_PORT"]),
            "smtp_encryption": "none",
        }
    )
    values = {"name": "Bench chapter", "email": "chapter@example.org"}
    ours = "embassy.subscriber" in env
    if ours:
        country = env.ref("base.si").id
        values |= {"chapter_code": "QZ", "chapter_level": "embassy", "country_id": country}
    chapter = env["res.company"].create(values)
    groups = ["mass_mailing.group_mass_mailing_user"]
    groups.append("embassy_core.group_coordinator" if ours else "base.group_user")
    env["res.users"].with_context(no_reset_password=True).create(
        [
            {
                "name": f"Bench {number}",
                "login": f"bench{number}",
                "email": f"staff{number}@example.org",
                "company_id": chapter.id,
                "company_ids": [(6, 0, chapter.ids)],
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
            }
            for number in range(2)
        ]
    )
    env.flush_all()
    if ours:
        english = env.ref("base.lang_en").id
        insert(
            cr,
            "embassy_subscriber",
            "company_id email email_normalized kind language_id state confirmed_on"
            " message_bounce".split(),
            (
                (chapter.id, address(number), address(number), "reader", english, "confirmed",
                 "2026-01-01", 0)
                for number in range(RECIPIENTS)
            ),
        )  # fmt: skip
    else:
        recipients = env["mailing.list"].create({"name": "Bench"})
        env.flush_all()
        insert(
            cr,
            "mailing_contact",
            "email email_normalized message_bounce".split(),
            ((address(number), address(number), 0) for number in range(RECIPIENTS)),
        )
        cr.execute(
            "INSERT INTO mailing_subscription (contact_id, list_id, opt_out)"
            " SELECT id, %s, FALSE FROM mailing_contact WHERE email LIKE 'bench%%'",
            (recipients.id,),
        )
    cr.commit()


def person(env, number):
    user = env["res.users"].search([("login", "=", f"bench{number}")])
    return env(user=user.id, context={"allowed_company_ids": user.company_ids.ids})


def launch(env):
    """Let a mailing go as people do: one asks, another confirms."""
    first, second = person(env, 0), person(env, 1)
    subject, body = os.environ["BENCH_SUBJECT"], Path(os.environ["BENCH_BODY"])
    if "embassy.subscriber" in env:
        briefing = env["embassy.briefing"].create(
            {
                "title": subject,
                "body": BODY,
                "topic_id": env["embassy.topic"].search([("company_id", "=", False)], limit=1).id,
                "language_id": env.ref("base.lang_en").id,
                "company_id": first.company.id,
                "state": "published",
                "published_on": fields.Datetime.now(),
            }
        )
        action = briefing.with_env(first).action_send()
        mailing = first["mailing.mailing"].browse(action["res_id"])
        mailing.typed_count = mailing.recipient_count
        mailing.action_ask_second()
        body.write_text(mailing.body_html)
    else:
        mailing = first["mailing.mailing"].create(
            {
                "subject": subject,
                "body_html": body.read_text(),
                "body_arch": body.read_text(),
                "email_from": first.company.email,
                "mailing_model_id": env["ir.model"]._get_id("mailing.list"),
                "contact_list_ids": env["mailing.list"].search([("name", "=", "Bench")]).ids,
            }
        )
    mailing.with_env(second).action_launch()
    env.cr.commit()


def remaining(env):
    """Whether the job of this step has still something to do (bool)."""
    env.cr.commit()
    env.invalidate_all()
    if STEP == "compose":
        return env["mailing.mailing"].search_count([("state", "in", ("in_queue", "sending"))])
    return env["mail.mail"].search_count([("state", "=", "outgoing")])


def run(env):
    """Run the job as its schedule does until nothing is left, and say what it cost."""
    job = env.ref(JOBS[STEP])
    queries, start = sql_db.sql_counter, time.perf_counter()
    while remaining(env):
        result = job.method_direct_trigger()
        assert result is True, result
    status = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in status if line.startswith("VmHWM:")]
    spent = time.perf_counter() - start
    told = {"s": spent, "queries": sql_db.sql_counter - queries, "mb": int(peak) / 1024}
    print("BENCH " + json.dumps(told), flush=True)


{"fill": fill, "launch": launch, **dict.fromkeys(JOBS, run)}[STEP](env)  # noqa: F821
