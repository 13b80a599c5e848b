"""config/entrypoint.py: no start with missing, weak or repeated secrets."""

import configparser
import os
import secrets
import subprocess
import sys

import pytest

NAMES = ("db_password", "master_password", "admin_password", "pepper")


@pytest.fixture
def fit(tmp_path):
    """A folder with three secrets that are fit for use."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in NAMES:
        # Letters only from a set that spells no well-known word.
        text = "".join(secrets.choice("BCFGHJKLTVXZ2789") for _ in range(32))
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def start(root, tmp_path):
    def start(folder, *arguments, **environment):
        return subprocess.run(
            [sys.executable, str(root / "config" / "entrypoint.py"), *arguments],
            env={
                **os.environ,
                "SECRETS_DIR": str(folder),
                "EMBASSY_CONFIG": str(root / "config" / "odoo.conf"),
                "EMBASSY_RUNTIME": str(tmp_path / "run"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return start


def test_fit_secrets_pass(start, fit):
    result = start(fit, "check")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "admin",
        "odoo",
        "short",
        "a" * 40,
        "changeme-changeme-changeme",
        "1234512345123451234512345",
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_weak_secret_ends_the_start(start, fit, name, value):
    (fit / name).write_text(value, encoding="utf-8")
    result = start(fit, "serve")
    assert result.returncode == 78
    assert name in result.stderr and result.stderr.count("\n") == 1
    assert not value or value in name or value not in result.stderr


@pytest.mark.parametrize("name", NAMES)
def test_missing_secret_ends_the_start(start, fit, name):
    (fit / name).unlink()
    result = start(fit)
    assert result.returncode == 78 and name in result.stderr


def test_repeated_secret_ends_the_start(start, fit):
    (fit / "admin_password").write_text((fit / "db_password").read_text(), encoding="utf-8")
    result = start(fit, "check")
    assert result.returncode == 78 and "same" in result.stderr


def test_secrets_land_in_a_private_file_only(start, fit, tmp_path):
    """Odoo gets them by a file that this user alone reads, not by its arguments."""
    program = tmp_path / "bin" / "odoo"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\necho $EMBASSY_PEPPER >&2\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    result = start(fit, "--version", PATH=path, EMBASSY_OPTION_workers="7")
    written = tmp_path / "run" / "odoo.conf"
    assert result.stdout.split() == ["--version", "-c", str(written)]
    assert written.stat().st_mode & 0o777 == 0o600
    config = configparser.ConfigParser(interpolation=None)
    config.read(written)
    assert config["options"]["db_password"] == (fit / "db_password").read_text().strip()
    assert config["options"]["admin_passwd"] == (fit / "master_password").read_text().strip()
    assert config["options"]["workers"] == "7"
    # The pepper of sealing stands in no file.
    assert len(bytes.fromhex(result.stderr)) == 32
    assert result.stderr.strip() not in written.read_text(encoding="utf-8")
