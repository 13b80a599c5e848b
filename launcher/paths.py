"""Where things lie: the clone, its state, and the downloads that all clones of a user share."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
OURS = ("embassy_core", "embassy_assistance", "embassy_outreach")
STATE = ROOT / ".embassy"
VENV = STATE / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ODOO_BIN = ROOT / "launcher" / "odoo_bin.py"
LOGS = STATE / "log"
DATA = STATE / "data"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "people-embassies"


def site_packages() -> Path:
    """Return the folder of the virtual environment that pip installs into."""
    return next((VENV / "lib").glob("python3*/site-packages"))


def state(*parts: str) -> Path:
    """Return a path below the state folder and make the folders above it."""
    path = STATE.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
