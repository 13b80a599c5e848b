"""Save the embassy's database and files into one file, which only you can read.

The file is a tar: `about.json`, `database.dump` (pg_dump's custom format) and `filestore/`.
It works while the embassy runs.
"""

import datetime
import json
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

from .. import database, environment, postgres
from ..console import Fault, say

SUMMARY = "save database and files into one file"
EXAMPLE = "./embassy backup embassy-2026-11-24.tar"


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("file", metavar="FILE", type=Path, help="file to write")
    parser.add_argument("--db", default="embassy", metavar="NAME", help="database (embassy)")
    parser.add_argument("--db-url", metavar="URL", help="another database server")


def run(options):
    """Write the file; it appears under its name when it is whole."""
    environment.enter()
    target = options.file.absolute()
    if target.exists():
        raise Fault(f"{options.file} exists: choose another name, so that no backup is lost.")
    if not target.parent.is_dir():
        raise Fault(f"There is no folder {target.parent}: make it first.")
    with (
        postgres.running(options.db_url) as server,
        tempfile.TemporaryDirectory(prefix=".embassy-backup-", dir=target.parent) as folder,
    ):
        server.connect(options.db).close()
        dump, part = Path(folder, "database.dump"), Path(folder, "part.tar")
        done = subprocess.run(
            [server.program("pg_dump"), "-Fc", "--no-owner", "--no-acl", "-f", dump, options.db],
            env={**os.environ, **server.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            full = "No space left" in done.stderr or "File too large" in done.stderr
            raise Fault(
                "The disk is full: choose another place for the file."
                if full
                else f"pg_dump failed: {done.stderr.strip().splitlines()[-1]}"
            )
        about = {
            "database": options.db,
            "modules": database.versions(server, options.db),
            "made": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        }
        note = Path(folder, "about.json")
        note.write_text(json.dumps(about, indent=1))
        part.touch(mode=0o600)
        with tarfile.open(part, "w") as tar:
            tar.add(note, "about.json")
            tar.add(dump, "database.dump")
            if database.filestore(options.db).exists():
                tar.add(database.filestore(options.db), "filestore")
        part.rename(target)
    say(
        f"{options.file}: {target.stat().st_size / 1e6:.1f} MB. It holds all data of the embassy: "
        "keep it as safe as the server."
    )
