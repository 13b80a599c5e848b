"""Databases: made from templates, copied with their files, installed, and kept up to date."""

import contextlib
import json
import os
import secrets
import shutil
import time
from pathlib import Path

from . import addons, odoo_process, second_factor
from .console import Fault, say
from .environment import Odoo
from .paths import ADDONS, DATA, OURS, ROOT
from .postgres import TEMPLATE, Server

# Where a database keeps which state of the code it was made with.
STAMP = "embassy.launcher.stamp"
# The first becomes the default; without en_US Odoo would switch English off.
LANGUAGES = "en_US,be_BY,ru_RU"


def exists(server: Server, name: str) -> bool:
    """Say whether the server has this database."""
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def names(server: Server, prefix: str) -> list[str]:
    """Return the databases whose names begin with `prefix`."""
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [row[0] for row in cursor.fetchall()]


def filestore(name: str) -> Path:
    """Return the folder in which Odoo keeps the files of a database."""
    return DATA / "filestore" / name


def _execute(server: Server, statement: str, *identifiers: str) -> None:
    from psycopg2 import sql

    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, identifiers)))


def create(server: Server, name: str, template: str = TEMPLATE) -> None:
    """Make a database as a copy of `template`, with its files.

    An outer server without our template gets an empty database, with the extensions as far as
    its role may make them.
    """
    if template == TEMPLATE and not exists(server, TEMPLATE):
        _execute(server, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
        _make_extensions(server, name)
        return
    _execute(
        server,
        "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
        if server.embedded
        else "CREATE DATABASE {} TEMPLATE {}",
        name,
        template,
    )
    shutil.rmtree(filestore(name), ignore_errors=True)
    if filestore(template).exists():
        # Odoo names files by their content and never changes one: links do.
        shutil.copytree(filestore(template), filestore(name), copy_function=os.link)


def _make_extensions(server: Server, name: str) -> None:
    import psycopg2

    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        for extension in ("pg_trgm", "btree_gist", "unaccent"):
            try:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                if extension == "unaccent":
                    cursor.execute("ALTER FUNCTION unaccent(text) IMMUTABLE")
            except psycopg2.Error as error:
                say(
                    f"Note: {extension} on this server: {str(error).splitlines()[0]}. An "
                    "administrator of the server can prepare it in template1."
                )


def drop(server: Server, name: str) -> None:
    """Remove a database, ending its connections, and its files."""
    import psycopg2

    for _try in range(20):
        try:
            _execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            break
        except psycopg2.errors.InsufficientPrivilege:
            time.sleep(0.5)  # PostgreSQL itself is tidying up there, and it is not ours to end
    shutil.rmtree(filestore(name), ignore_errors=True)


def rename(server: Server, old: str, new: str) -> None:
    """Rename a database and its files."""
    if filestore(old).exists():
        shutil.rmtree(filestore(new), ignore_errors=True)
        filestore(old).rename(filestore(new))
    _execute(server, "ALTER DATABASE {} RENAME TO {}", old, new)


def code_state(odoo: Odoo) -> dict[str, str]:
    """Return the state of everything that is installed: module -> hash of code or version."""
    oca = addons.key((ROOT / "requirements-oca.txt").read_text())
    return {"base": odoo.version, "helpdesk_mgmt": oca} | {
        name: addons.fingerprint(name) for name in OURS
    }


def read_stamp(server: Server, name: str) -> dict[str, str]:
    """Return the code state that the database was made with; empty where it is not ours."""
    import psycopg2

    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [STAMP])
        except psycopg2.errors.UndefinedTable:
            return {}
        row = cursor.fetchone()
        return json.loads(row[0]) if row else {}


def write_stamp(server: Server, name: str, state: dict[str, str]) -> None:
    """Note the code state in the database."""
    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [STAMP, json.dumps(state)],
        )


def versions(server: Server, name: str) -> dict[str, str]:
    """Return the installed versions of our addons in a database."""
    import psycopg2

    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(
                "SELECT name, latest_version FROM ir_module_module "
                "WHERE state = 'installed' AND name IN %s",
                [OURS],
            )
        except psycopg2.errors.UndefinedTable:
            return {}
        return dict(cursor.fetchall())


def check_versions(installed: dict[str, str], what: str) -> None:
    """Refuse what newer code has already migrated.

    Args:
        installed: module -> version, such as "19.0.1.0.0".
        what: whose versions these are, for the message.
    Raises:
        Fault: one of them is above that of this clone.
    """
    for module, version in installed.items():
        if addons.parse(version) > addons.version(module):
            ours = addons.manifest(ADDONS / module)["version"]
            raise Fault(
                f"{what} is newer than this clone ({module} {version}, here {ours}): "
                "update the clone (git pull), or use another database with --db NAME."
            )


def install(odoo: Odoo, server: Server, name: str, demo: bool) -> None:
    """Make a database with our addons; it gets its name when it is whole.

    A set-up that was killed leaves `NAME_new` behind, which the next one removes.
    """
    part = f"{name}_new"
    drop(server, part)
    create(server, part)
    words = ["-i", ",".join(OURS), "--load-language", LANGUAGES]
    odoo_process.install(
        odoo, server, part, [*words, *(["--with-demo"] if demo else [])], "Installing the embassy"
    )
    write_stamp(server, part, code_state(odoo))
    rename(server, part, name)


def update(odoo: Odoo, server: Server, name: str) -> None:
    """Bring an existing database to the code of this clone: only what changed is updated."""
    installed = versions(server, name)
    check_versions(installed, f"The database {name}")
    state, stamp = code_state(odoo), read_stamp(server, name)
    changed = [module for module in state if state[module] != stamp.get(module)]
    if not changed:
        return
    words = ["-u", ",".join(changed)] if installed else []
    if absent := [module for module in OURS if module not in installed]:
        words += ["-i", ",".join(absent), "--load-language", LANGUAGES]
    odoo_process.install(odoo, server, name, words, f"Updating {', '.join(changed)}")
    write_stamp(server, name, state)


def set_random_password(server: Server, name: str, login: str) -> str:
    """Give an account a random password and return it; the database keeps only its hash."""
    from passlib.hash import pbkdf2_sha512

    password = secrets.token_urlsafe(12)
    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        # The rounds are those of Odoo 19 (res.users, MIN_ROUNDS).
        cursor.execute(
            "UPDATE res_users SET password = %s WHERE login = %s",
            [pbkdf2_sha512.using(rounds=600_000).hash(password), login],
        )
    return password


def logins(server: Server, name: str) -> set[str]:
    """Return the logins of a database."""
    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT login FROM res_users WHERE active")
        return {row[0] for row in cursor.fetchall()}


def demo_second_factors(server: Server, name: str) -> dict[str, tuple[str, int]]:
    """Return login -> (secret, last used step) of those who still have the one of the demo data."""
    import psycopg2

    secrets_of = {person.login: person.totp_secret for person in second_factor.people()}
    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(
                "SELECT login, totp_secret, coalesce(totp_last_counter, 0) FROM res_users "
                "WHERE active AND totp_secret IS NOT NULL"
            )
        except psycopg2.errors.UndefinedColumn:
            return {}
        return {
            login: (secret, used)
            for login, secret, used in cursor.fetchall()
            if secret == secrets_of.get(login)
        }
