"""The virtual environment in `.embassy/venv` and the Odoo it runs."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from . import debian
from .console import Fault, say
from .downloads import lock
from .paths import ADDONS, ROOT, STATE, VENV, VENV_PYTHON, site_packages

RUN = ("requirements.txt", "requirements-addons.txt", "requirements-oca.txt")
DEVELOP = "requirements-dev.txt"


class Odoo(NamedTuple):
    """An Odoo 19: the folder to put on `sys.path`, its addons folders, and its version."""

    root: Path
    addons: tuple[Path, ...]
    version: str

    def addons_path(self) -> str:
        """Return the value of Odoo's option addons_path: Odoo's, OCA's, ours."""
        return ",".join(map(str, (*self.addons, site_packages() / "odoo/addons", ADDONS)))


def enter(develop: bool = False) -> None:
    """Make the environment whole and go on inside it: re-executes `./embassy` where needed.

    Args:
        develop: also install what tests and lint need.
    Raises:
        Fault: no network, no venv module, no space.
    """
    files = (*RUN, DEVELOP) if develop else RUN
    if any(
        _stamp(name).read_text() != _key(name) if _stamp(name).exists() else True for name in files
    ):
        with lock("venv", STATE):
            _build(files)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), str(ROOT / "embassy"), *sys.argv[1:]])


def _key(name: str) -> str:
    """Return what a requirements file asks for, in this clone and its environment, as a hash."""
    seed = f"{_version()}{ROOT}".encode() + (ROOT / name).read_bytes()
    return hashlib.sha256(seed).hexdigest()


def _version() -> str:
    """Return "3.11": the environment's Python, which stays whatever Python calls the launcher."""
    file = VENV / "pyvenv.cfg"
    match = re.search(r"^version\S* = (3\.\d+)", file.read_text() if file.exists() else "", re.M)
    return match[1] if match else "{}.{}".format(*sys.version_info)


def _stamp(name: str) -> Path:
    return VENV / f".{name}.done"


def _build(files: tuple[str, ...]) -> None:
    """Create the environment where it is missing or of another Python, and install the files."""
    base = Path(sys._base_executable)
    if not _usable():
        say("Making the Python environment …")
        shutil.rmtree(VENV, ignore_errors=True)
        done = subprocess.run(
            [base, "-m", "venv", VENV], capture_output=True, text=True, check=False
        )
        if done.returncode and "ensurepip" in done.stdout + done.stderr:
            package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            if line := debian.install((package,)):
                raise Fault(f"Python's venv module is missing: {line}")
            done = subprocess.run(
                [base, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise _pip_fault(done.stdout + done.stderr, "The Python environment cannot be made")
    for name in files:
        if _stamp(name).exists() and _stamp(name).read_text() == _key(name):
            continue
        say(f"Installing Python packages ({name}) …")
        extra = ["--no-deps"] if name == "requirements-oca.txt" else []
        _pip("install", "--requirement", str(ROOT / name), *extra)
        _stamp(name).write_text(_key(name))


def _usable() -> bool:
    """Say whether the environment exists, belongs to this folder, and has a Python with pip."""
    if not VENV_PYTHON.exists():
        return False
    probe = "import sys, pip; print(sys.prefix)"
    done = subprocess.run([VENV_PYTHON, "-c", probe], capture_output=True, text=True, check=False)
    return done.stdout.strip() == str(VENV)


def _pip(*words: str) -> None:
    command = [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", *words]
    bar = "on" if sys.stderr.isatty() else "off"
    done = subprocess.run(
        [*command, "--quiet", "--progress-bar", bar, "--retries", "2"],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise _pip_fault(done.stderr, "Python packages could not be installed")


def _pip_fault(text: str, what: str) -> Fault:
    """Make one line of pip's many."""
    if "No space left" in text or "File too large" in text:
        return Fault("The disk is full: free some space and run the same command again.")
    # pip says so of a refused connection, of a name that does not resolve, of an absent route.
    if re.search(
        r"NewConnectionError|ConnectTimeout|Temporary failure|unreachable|Max retries", text
    ):
        return Fault(f"{what}: no network. Connect and run the same command again.")
    lines = [line for line in text.splitlines() if line.startswith("ERROR:")]
    reason = lines[-1].removeprefix("ERROR:").strip() if lines else text.strip()[-200:]
    return Fault(f"{what}: {reason}")


def odoo(path: str | None) -> Odoo:
    """Return the Odoo to run: the one at `path`, one Python already finds, or Debian's.

    Args:
        path: a git checkout, the folder of the Python package, or the folder that has it.
    Raises:
        Fault: `path` is no Odoo 19, or Odoo cannot be fetched.
    """
    if path:
        root = next((p for p in (Path(path), Path(path).parent) if _release(p)), None)
        if root is None:
            raise Fault(f"{path} is no Odoo: give the folder of a git checkout of Odoo 19.")
        return _describe(root.resolve())
    saved = STATE / "odoo.json"
    if saved.exists():
        root = Path(json.loads(saved.read_text())["root"])
        if _release(root):
            return _describe(root)
    root = _importable() or debian.odoo_root()
    STATE.mkdir(exist_ok=True)
    saved.write_text(json.dumps({"root": str(root)}))
    return _describe(root)


def _release(root: Path) -> dict | None:
    """Return what `odoo/release.py` below `root` says, or None."""
    file = root / "odoo" / "release.py"
    if not file.is_file():
        return None
    names: dict = {}
    exec(compile(file.read_text(), str(file), "exec"), names)  # noqa: S102 - Odoo's own constants
    return names


def _importable() -> Path | None:
    """Return where the Python below the environment finds Odoo 19, or None."""
    code = (
        "import importlib.util as u; s = u.find_spec('odoo'); print(*s.submodule_search_locations)"
    )
    done = subprocess.run(
        [sys._base_executable, "-c", code], capture_output=True, text=True, check=False, cwd="/"
    )
    for line in done.stdout.split():
        if (found := _release(Path(line).parent)) and found["version_info"][0] == 19:
            return Path(line).parent
    return None


def _describe(root: Path) -> Odoo:
    release = _release(root) or {}
    if release.get("version_info", (0,))[0] != 19:
        raise Fault(f"{root} is Odoo {release.get('version', '?')}, the embassy needs Odoo 19.")
    folders = (root / "odoo" / "addons", root / "addons")
    return Odoo(root, tuple(f for f in folders if f.is_dir()), release["version"])
