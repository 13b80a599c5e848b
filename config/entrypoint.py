#!/usr/bin/env python3
"""Start Odoo in its container: check the secrets, prepare the database, become Odoo.

Secrets come from files (Docker secrets): ``db_password``, ``master_password``, ``admin_password``
and ``pepper`` in ``$SECRETS_DIR`` (default ``/run/secrets``). A missing, short or well-known one
ends the start with one line and status 78 (EX_CONFIG of sysexits.h).

``entrypoint.py serve`` installs the addons into an empty database, updates them when their
version changed, and then replaces itself with Odoo. An environment variable like
``EMBASSY_OPTION_workers`` replaces an option of the configuration, never a secret.
``entrypoint.py check`` checks the secrets only.
Anything else is passed on to the ``odoo`` command with the same configuration.
"""

import configparser
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ADDONS = ("embassy_core", "embassy_assistance", "embassy_outreach")
CONFIG = pathlib.Path(os.environ.get("EMBASSY_CONFIG", "/etc/odoo/odoo.conf"))
RUNTIME = pathlib.Path(os.environ.get("EMBASSY_RUNTIME", "/run/odoo"))
SECRETS = pathlib.Path(os.environ.get("SECRETS_DIR", "/run/secrets"))
PREFIX = "EMBASSY_OPTION_"
SHORTEST = 20
WELL_KNOWN = re.compile(
    r"admin|odoo|password|changeme|secret|embassy|postgres|(.)\1{5}|12345", re.I
)
EX_CONFIG = 78


class Refused(Exception):
    """The start is refused; the text says why and what to do."""


def read_secret(name):
    """The secret (str) in the file ``name``; raises Refused when it is absent or weak."""
    path = SECRETS / name
    try:
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Refused(f"The secret {name} is missing: write it into a secret file.") from error
    if len(value) < SHORTEST or WELL_KNOWN.search(value):
        raise Refused(
            f"The secret {name} is too weak: use {SHORTEST} random characters or more, "
            "for example from: openssl rand -base64 24"
        )
    return value


def read_secrets():
    """All secrets as a dict; raises Refused also when two of them are the same."""
    names = ("db_password", "master_password", "admin_password", "pepper")
    secrets = {name: read_secret(name) for name in names}
    if len(set(secrets.values())) < len(names):
        raise Refused("Two secrets are the same: use another random text for each.")
    return secrets


def write_config(secrets):
    """Write the configuration with the secrets into memory, readable by this user only."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(CONFIG, encoding="utf-8")
    for name, value in os.environ.items():
        if name.startswith(PREFIX):
            config["options"][name.removeprefix(PREFIX)] = value
    config["options"]["db_password"] = secrets["db_password"]
    config["options"]["admin_passwd"] = secrets["master_password"]
    RUNTIME.mkdir(parents=True, exist_ok=True)
    path = RUNTIME / "odoo.conf"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        config.write(file)
    return path, config["options"]


def installed_version(options, password):
    """Version of embassy_core in the database (str), or None when it is not installed there."""
    import psycopg2

    connection = psycopg2.connect(
        host=options["db_host"],
        port=options["db_port"],
        user=options["db_user"],
        password=password,
        dbname=options["db_name"],
        connect_timeout=10,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('ir_module_module')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(
            "SELECT string_agg(name || latest_version, ' ' ORDER BY name) FROM ir_module_module"
            " WHERE name = ANY(%s) AND state = 'installed'",
            [list(ADDONS)],
        )
        return cursor.fetchone()[0]


def shipped_version(addons_dir):
    """The same for the addons of this image (str)."""
    versions = []
    for name in sorted(ADDONS):
        text = (addons_dir / name / "__manifest__.py").read_text(encoding="utf-8")
        versions.append(name + re.search(r'"version":\s*"([^"]+)"', text).group(1))
    return " ".join(versions)


SET_ADMIN = """
user = env.ref("base.user_admin")
user.password = {password!r}
env.cr.commit()
"""


def prepare_database(config_path, options, secrets):
    """Install or update the addons when needed; a first install gives admin its own password."""
    addons_dir = pathlib.Path(os.environ.get("EMBASSY_ADDONS", "/mnt/extra-addons"))
    installed = installed_version(options, secrets["db_password"])
    odoo = ["odoo"]
    common = ["-c", str(config_path), "--no-http", "--stop-after-init", "--workers", "0"]
    languages = ["--load-language", "be_BY,ru_RU"]
    if installed is None:
        subprocess.run([*odoo, *common, *languages, "-i", ",".join(ADDONS)], check=True)
        script = SET_ADMIN.format(password=secrets["admin_password"])
        shell = [*odoo, "shell", "-c", str(config_path), "--no-http", "--workers", "0"]
        subprocess.run(shell, input=script.encode(), check=True, stdout=subprocess.DEVNULL)
    elif installed != shipped_version(addons_dir):
        subprocess.run([*odoo, *common, "-u", ",".join(ADDONS)], check=True)


def main(arguments):
    try:
        secrets = read_secrets()
    except Refused as refused:
        print(f"embassy: {refused}", file=sys.stderr)
        return EX_CONFIG
    if arguments == ["check"]:
        print("embassy: the secrets are fit for use.")
        return 0
    config_path, options = write_config(secrets)
    # Sealing asks for bytes in hexadecimal digits; only Odoo and what it starts see them.
    os.environ["EMBASSY_PEPPER"] = hashlib.sha256(secrets["pepper"].encode()).hexdigest()
    if arguments == ["serve"]:
        prepare_database(config_path, options, secrets)
        arguments = []
    os.execvp("odoo", ["odoo", *arguments, "-c", str(config_path)])  # noqa: S606, S607


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["serve"]))
