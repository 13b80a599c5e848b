"""Export the texts of our addons and merge them into be.po and ru.po.

New and changed texts come untranslated into the .po files; `./embassy lint po` lists them.
What translates pages of Odoo itself (login, portal, mail) stands in i18n_extra and stays.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from .. import database, environment, odoo_process, postgres, translations
from ..console import Fault, say
from ..paths import OURS
from . import test

SUMMARY = "export and merge translations"
EXAMPLE = "./embassy i18n"


def arguments(parser):
    """Add the options of this job."""


def run(_options):
    """Install the addons into a fresh database, export, merge."""
    environment.enter(develop=True)
    odoo = environment.odoo(None)
    with postgres.running() as server, tempfile.TemporaryDirectory() as folder:
        name = f"embassy_test_{os.getpid()}"
        test.remove_leftovers(server)
        database.create(server, name, test.dependencies_template(odoo, server))
        try:
            odoo_process.install(
                odoo, server, name, ["-i", ",".join(OURS)], "Installing the addons"
            )
            for module in OURS:
                file = Path(folder, f"{module}.pot")
                done = subprocess.run(
                    odoo_process.command("i18n", "export", "-d", name, "-o", str(file), module),
                    env=odoo_process.environment(odoo, server),
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if done.returncode or not file.exists():
                    raise Fault(f"Odoo cannot export {module}: {done.stderr.strip()[-200:]}")
                for language, (ready, all_) in translations.merge(module, file).items():
                    say(f"{module} {language}: {ready} of {all_} translated")
        finally:
            database.drop(server, name)
