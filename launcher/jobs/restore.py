"""Bring a file of `./embassy backup` back into a fresh database."""

import json
import os
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

from .. import database, environment, postgres
from ..console import Fault, say

SUMMARY = "bring a backup back"
EXAMPLE = "./embassy restore embassy-2026-11-24.tar --db embassy_copy"
_STORED = re.compile(r"filestore/[0-9a-f]{2}/[0-9a-f]{40}")


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("file", metavar="FILE", type=Path, help="file of ./embassy backup")
    parser.add_argument("--db", default="embassy", metavar="NAME", help="new database (embassy)")
    parser.add_argument("--db-url", metavar="URL", help="another database server")


def run(options):
    """Restore beside, then give the database its name."""
    environment.enter()
    try:
        tar = tarfile.open(options.file)
        about = json.load(tar.extractfile("about.json"))
    except (OSError, tarfile.TarError, KeyError, ValueError):
        raise Fault(f"{options.file} is no file of ./embassy backup, or it is cut off.") from None
    with tar, postgres.running(options.db_url) as server:
        if database.exists(server, options.db):
            raise Fault(
                f"The database {options.db} exists: restore beside it with --db NAME, or "
                "remove it first with ./embassy reset."
            )
        database.check_versions(about["modules"], f"The backup {options.file}")
        part = f"{options.db}_new"
        database.drop(server, part)
        database.create(server, part)
        _load(tar, server, part)
        database.rename(server, part, options.db)
    say(
        f"Restored as {options.db}, state of {about['made'][:16]}. Start it: ./embassy up --db "
        f"{options.db}"
    )


def _load(tar, server, name):
    """Fill a fresh database and its folder of files."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder, "database.dump")
        try:
            tar.extract("database.dump", folder)
            for member in tar:
                # Only what Odoo names so: a tar may hold any path.
                if member.isfile() and _STORED.fullmatch(member.name):
                    target = database.filestore(name) / member.name.removeprefix("filestore/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(tar.extractfile(member).read())
        except (tarfile.TarError, KeyError):
            raise Fault("The backup is cut off: use another one.") from None
        env = {**os.environ, **server.environment()}
        program = server.program("pg_restore")
        listing = subprocess.run(
            [program, "-l", dump], env=env, capture_output=True, text=True, check=False
        )
        # The extensions are there already, and immutable as no dump can say.
        wanted = Path(folder, "wanted")
        lines = [line for line in listing.stdout.splitlines() if " EXTENSION " not in line]
        wanted.write_text("\n".join(lines))
        done = subprocess.run(
            [program, "--no-owner", "--no-acl", "--exit-on-error", "-L", wanted, "-d", name, dump],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or listing.returncode:
            database.drop(server, name)
            raise Fault(
                "The backup cannot be read: "
                f"{(listing.stderr + done.stderr).strip().splitlines()[-1]}"
            )
