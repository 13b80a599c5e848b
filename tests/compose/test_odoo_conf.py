"""config/odoo.conf against our rules, and read by Odoo itself."""

import json
import os
import re
import subprocess

import pytest

from launcher.paths import VENV_PYTHON

from .rules import config_problems


@pytest.fixture
def text(root):
    return (root / "config" / "odoo.conf").read_text(encoding="utf-8")


def test_file_follows_our_rules(text):
    assert config_problems(text) == []


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("list_db = False", "list_db = True", "list_db"),
        ("dbfilter = ^embassy$", "dbfilter = embassy", "dbfilter"),
        ("workers = 4", "workers = 0", "workers"),
        ("with_demo = False", "with_demo = True", "with_demo"),
        ("limit_time_cpu = 120", "limit_time_cpu = 0", "limit_time_cpu"),
        ("smtp_port = 587", "smtp_port = 587\n; why\nadmin_passwd = x\n; why", "admin_passwd"),
        ("; Odoo answers for each file itself, after the check of rights.", "", "no reason"),
        ("http://127.0.0.1:9/", "http://example.org/", "publisher_warranty_url"),
    ],
)
def test_our_rules_see_mistakes(text, old, new, words):
    assert old in text
    problems = config_problems(text.replace(old, new))
    assert any(words in problem for problem in problems), problems


READ = """
import json, logging, sys
logging.basicConfig(stream=sys.stderr, level=logging.INFO)
from odoo.tools import config
config.parse_config(["-c", sys.argv[1]])
print(json.dumps({name: str(config[name]) for name in sys.argv[2:]}))
"""


def read_by_odoo(odoo, path, *names):
    """Values that Odoo takes over from a file (dict of str), and what it says while reading."""
    result = subprocess.run(
        [str(VENV_PYTHON), "-c", READ, str(path), *names],
        env={**os.environ, "PYTHONPATH": str(odoo.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout), result.stderr


def test_odoo_takes_every_option(root, text, odoo):  # noqa: F811
    """Odoo reads the file without a complaint and takes over the values that protect."""
    values, said = read_by_odoo(
        odoo, root / "config" / "odoo.conf", "list_db", "dbfilter", "proxy_mode", "workers"
    )
    assert values == {
        "list_db": "False",
        "dbfilter": "^embassy$",
        "proxy_mode": "True",
        "workers": "4",
    }
    assert not re.search(r"unknown|deprecated|WARNING|ERROR", said), said


def test_a_wrong_option_is_seen(text, odoo, tmp_path):  # noqa: F811
    wrong = tmp_path / "odoo.conf"
    wrong.write_text(text + "\nlist_databases = False\n", encoding="utf-8")
    _values, said = read_by_odoo(odoo, wrong, "list_db")
    assert "list_databases" in said
