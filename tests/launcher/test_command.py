"""The command line as a person meets it."""

import ast
import os
import socket
import subprocess
import sys

import pytest

from launcher.cli import JOBS
from launcher.paths import ROOT, VENV_PYTHON


def embassy(*words, **env):
    """Run ./embassy and return what it did."""
    return subprocess.run(
        [sys._base_executable, ROOT / "embassy", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("job", JOBS)
def test_help_has_an_example(job):
    """Each job explains itself and shows a call, on a Python without any package."""
    done = embassy(job, "--help")
    assert done.returncode == 0 and "example:\n  ./embassy" in done.stdout


def test_wrong_job():
    """A job that does not exist is named, with those that do."""
    done = embassy("fly")
    assert done.returncode == 2 and "There is no job 'fly'" in done.stderr


def test_too_old_python():
    """A Python below 3.10 can read the entry file, and is told what to do."""
    text = (ROOT / "embassy").read_text()
    ast.parse(text, feature_version=(3, 5))
    code = f"import sys; sys.version_info = (3, 9, 0); exec({text!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.9 is too old") and done.stderr.count("\n") == 1


def test_port_taken():
    """One line names the port and the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = embassy("up", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and f"Port {port} is taken" in done.stderr
    assert f"--port {port + 1}" in done.stderr


def test_no_odoo_at_path(tmp_path):
    """--odoo with a folder that is no Odoo is one line."""
    done = embassy("up", "--port", "1", "--odoo", str(tmp_path))
    assert done.returncode == 1 and done.stderr.count("\n") == 1


def test_odoo_of_another_version(tmp_path):
    """--odoo with another Odoo names both versions."""
    from launcher import environment
    from launcher.console import Fault

    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0)\nversion = '18.0'\n")
    with pytest.raises(Fault, match="is Odoo 18.0, the embassy needs Odoo 19"):
        environment.odoo(str(tmp_path))


def test_reset_asks():
    """Without a terminal to ask on, nothing is removed."""
    done = embassy("reset")
    assert done.returncode == 1 and "--yes" in done.stderr
    assert VENV_PYTHON.exists()


def test_wrong_backup(tmp_path):
    """A file that is no backup is said so before anything is made."""
    (tmp_path / "x.tar").write_bytes(b"no tar")
    done = embassy("restore", str(tmp_path / "x.tar"), "--db", "never")
    assert done.returncode == 1 and "is no file of ./embassy backup" in done.stderr
