"""R35: killed in the middle of erasing, a case is whole or gone, and the next run ends it."""

import contextlib
import os
import signal
import time
import uuid

import boot
import pytest

from launcher import database, odoo_process

CASES = 120
SOME = 10  # are gone when Odoo is killed
# Rows that each case has, by what counts them.
PARTS = {
    "embassy_case_seal": 1,
    "embassy_case_item": 2,
    "embassy_case_item_piece": 4,
    "embassy_case_consent": 1,
    "embassy_case_transition": 2,
}
FAR = "2099-01-01"


@pytest.fixture
def closed(odoo, database_server):
    """The name of a database with cases that were closed long ago; no other job runs there."""
    template, name = boot.template(odoo, database_server, False), f"embassy_test_end_{os.getpid()}"
    database.drop(database_server, name)
    database.create(database_server, name, template)
    try:
        registry = boot.registry(odoo, database_server, name)
        with boot.environment(registry, 1, [1], su=True) as env:
            fill(env)
            env.cr.commit()
        boot.leave(name)
        yield name
    finally:
        database.drop(database_server, name)


def fill(env):
    """Make a chapter with closed cases, and let the clock erase as soon as Odoo runs."""
    chapter = env["res.company"].create(
        {
            "name": "Probe",
            "chapter_code": "QE",
            "chapter_level": "embassy",
            "country_id": env.ref("base.is").id,
        }
    )
    key = env["embassy.chapter.key"].create(
        {
            "company_id": chapter.id,
            "uuid": str(uuid.uuid4()),
            "public_key": b"MQ==",
            "recovery_key": b"MQ==",
        }
    )
    desk = env["helpdesk.ticket.team"].create(
        {"name": "Desk", "is_assistance": True, "company_id": chapter.id}
    )
    cases = env["helpdesk.ticket"].create([{"team_id": desk.id}] * CASES)
    for case in cases:
        whole(env, case, key)
    closed = env["helpdesk.ticket.stage"]._of_case("closed")
    cases.write({"stage_id": closed.id, "close_reason": "goals_met"})
    env.flush_all()
    env.cr.execute(
        "UPDATE helpdesk_ticket SET closed_date = closed_date - interval '91 days' WHERE is_case"
    )
    env.cr.execute("UPDATE ir_cron SET nextcall = %s", [FAR])
    cron = env.ref("embassy_assistance.embassy_purge_cron_erase")
    env.cr.execute("UPDATE ir_cron SET nextcall = '2020-01-01' WHERE id = %s", [cron.id])


def whole(env, case, key):
    """Give a case all its parts."""
    of_case = {"case_id": case.id, "company_id": case.company_id.id}
    code = str(uuid.uuid4())
    seal = env["embassy.case.seal"].create(
        {
            **of_case,
            "chapter_key_id": key.id,
            **dict.fromkeys(("uuid", "nonce_hash", "locator"), code),
            **dict.fromkeys(("asker_public_key", "chapter_sealed_key"), b"MQ=="),
            "asker_sealed_key": b"MQ==",
        }
    )
    for _number in range(PARTS["embassy_case_item"]):
        item = env["embassy.case.item"].create(
            {
                **of_case,
                "uuid": str(uuid.uuid4()),
                "kind": "note",
                "direction": "staff",
                "month": "2026-01-01",
                "piece_count": 2,
                "size": 8,
            }
        )
        item._store({item.id: [b"sealed 1", b"sealed 2"]})
    env["embassy.case.consent"].create({**of_case, "purpose": "handle", "is_given": True})
    env["embassy.case.opening"]._append(
        env.cr, case.company_id.id, 1, "note", "2026-01-01 10:00:00", seal._handle()
    )


def look(cursor):
    """What stands in the database: cases, their parts, openings with a handle, and the numbers."""
    cursor.execute("SELECT id FROM helpdesk_ticket WHERE is_case")
    cases = {case_id for (case_id,) in cursor.fetchall()}
    for table, most in PARTS.items():
        through = "JOIN embassy_case_item item ON item.id = item_id" if "piece" in table else ""
        cursor.execute(f"SELECT case_id, count(*) FROM {table} {through} GROUP BY case_id")  # noqa: S608
        assert dict(cursor.fetchall()) == dict.fromkeys(cases, most), table
    cursor.execute("SELECT count(*), count(handle) FROM embassy_case_opening")
    assert cursor.fetchone() == (CASES, len(cases))
    cursor.execute(
        "SELECT sum(cases), sum(items), sum(pieces), sum(consents), sum(openings)"
        " FROM embassy_purge"
    )
    gone = CASES - len(cases)
    assert cursor.fetchone() == ((gone, gone * 2, gone * 4, gone, gone) if gone else (None,) * 5)
    return len(cases)


def wait(server, name, process, most):
    """Wake the clock of Odoo and wait until it has left no more than so many cases."""
    with (
        contextlib.closing(server.connect()) as bell,
        contextlib.closing(server.connect(name)) as connection,
        connection.cursor() as cursor,
    ):
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            # The clock listens some time after the first page.
            bell.cursor().execute("SELECT pg_notify('cron_trigger', %s)", [name])
            cursor.execute("SELECT count(*) FROM helpdesk_ticket WHERE is_case")
            if cursor.fetchone()[0] <= most:
                return
            time.sleep(0.005)
    pytest.fail("Odoo erases nothing")


def test_r35_killed_in_the_middle(odoo, database_server, closed):
    """A real server is killed while its clock erases; what it left is whole, then goes."""
    words = ("--addons-path", boot.addons_path(odoo), "--max-cron-threads=1")
    with (
        contextlib.closing(database_server.connect(closed)) as connection,
        connection.cursor() as cursor,
    ):
        assert look(cursor) == CASES
        port = odoo_process.free_port()
        with odoo_process.serving(odoo, database_server, closed, port, *words) as process:
            wait(database_server, closed, process, CASES - SOME)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert 0 < look(cursor) < CASES
        with odoo_process.serving(odoo, database_server, closed, port, *words) as process:
            wait(database_server, closed, process, 0)
        assert look(cursor) == 0
    assert "Erased: " in odoo_process.log_of(closed).read_text()
