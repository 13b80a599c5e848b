"""Debian packages: Odoo from the signed suite "sid" without touching the machine, tools by apt-get.

The mirror is the one that the machine's own apt uses. A private list of sources, private state
and Debian's installed keyring make apt check the signatures and leave the machine as it is.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .console import Fault, progress, say
from .downloads import lock, matches, whole_folder
from .paths import CACHE

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ODOO = "odoo-19"
# Fonts and scripts that links inside the Odoo package point to; sid's Font Awesome has other paths.
COMPANIONS = (
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
)
PYTHON_PATH = Path("usr/lib/python3/dist-packages")
# A program that came otherwise than by its Debian package will do.
PROGRAMS = {"nodejs": "node", "gettext": "msgfmt"} | {
    name: name for name in ("npm", "chromium", "wkhtmltopdf", "hunspell", "i18nspector", "buildah")
}
_URI = re.compile(r"'(?P<uri>[^']+)' (?P<name>\S+) (?P<size>\d+) (?P<digest>\w+:\w+)")


def odoo_root() -> Path:
    """Return the unpacked Odoo (the folder that has `odoo/`), downloading it on the first call.

    Raises:
        Fault: no apt, no reachable suite "sid", or no space.
    """
    unpacked = sorted((CACHE / "odoo").glob("[0-9]*"), key=lambda path: path.stat().st_mtime)
    if unpacked:
        return unpacked[-1] / PYTHON_PATH
    with lock("odoo"):
        unpacked = sorted((CACHE / "odoo").glob("[0-9]*"))
        target = unpacked[-1] if unpacked else _unpack(_download())
    return target / PYTHON_PATH


def _download() -> list[Path]:
    """Fetch Odoo and its companions into the cache, and return the files, Odoo first."""
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Fault(
                f"{tool} is missing, so Odoo cannot be fetched here: "
                "give an Odoo 19 of your own with --odoo PATH."
            )
    if not KEYRING.exists():
        raise Fault(
            "Debian's archive keyring is missing (package debian-archive-keyring), so "
            "Odoo cannot be checked: install it, or use --odoo PATH."
        )
    say("Looking for Odoo 19 in Debian …")
    options = _private_apt()
    listing = _apt(options, "download", "--print-uris", ODOO, *COMPANIONS)
    wanted = [match.groupdict() for match in _URI.finditer(listing)]
    wanted.sort(key=lambda item: not item["name"].startswith(f"{ODOO}_"))
    if len(wanted) != len(COMPANIONS) + 1:
        raise Fault(
            f"Debian's mirror does not offer all of {ODOO} and what it links to: try "
            "later, or use --odoo PATH."
        )
    folder = CACHE / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [w for w in wanted if not matches(folder / w["name"], int(w["size"]), w["digest"])]
    _fetch(options, missing, folder)
    return [folder / w["name"] for w in wanted]


def _private_apt() -> list[str]:
    """Return apt options for suite sid on the machine's own mirror, its lists freshly read."""
    base = CACHE / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (base / part).mkdir(parents=True, exist_ok=True)
    options = []
    for name, value in {
        "Dir::Etc::SourceList": base / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": base / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": base / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Acquire::http::Timeout": "30",
        # apt's own user may not enter the cache of another user.
        "APT::Sandbox::User": _user_name(),
    }.items():
        options += ["-o", f"{name}={value}"]
    reason = "the machine's apt has no mirror"
    for uri in mirrors():
        sources = "".join(
            f"deb [signed-by={KEYRING}] {uri} {suite} main\n" for suite in ("sid", "bookworm")
        )
        (base / "sources.list").write_text(sources)
        try:
            _apt(options, "update", "-qq", "-o", "APT::Update::Error-Mode=any")
        except Fault as fault:
            reason = str(fault)
        else:
            return options
    raise Fault(
        f"No Debian mirror with the suite sid could be reached ({reason}): check the "
        "network and run again, or use --odoo PATH."
    )


def mirrors() -> list[str]:
    """Return the addresses of the Debian mirrors that the machine's own apt uses."""
    found = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    return [uri for uri in dict.fromkeys(found) if "security" not in uri]


def _user_name() -> str:
    return "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")


def _apt(options: list[str], *words: str) -> str:
    done = subprocess.run(
        ["apt-get", *options, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))]
        text = (lines or [f"apt-get {words[0]} failed"])[0]
        if "No space left" in done.stderr:
            raise Fault("The disk is full: free some space and run the same command again.")
        # The address is the machine's own business and of no help to the reader.
        raise Fault(re.sub(r"\s*\w+://\S+\s*", " ", text).strip())
    return done.stdout


def _fetch(options: list[str], wanted: list[dict[str, str]], folder: Path) -> None:
    """Let apt download files, showing their growth; each moves to `folder` when its hash is right.

    The folder for parts stays after a kill: apt goes on where it stopped.
    """
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    total = sum(int(w["size"]) for w in wanted)
    if not wanted:
        return
    names = [w["name"].split("_")[0] for w in wanted]
    specs = [s for s in (ODOO, *COMPANIONS) if s.split("/")[0] in names]
    with progress(total, "Downloading Odoo 19") as bar, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            ["apt-get", *options, "-qq", "download", *specs],
            cwd=parts,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            while process.poll() is None:
                time.sleep(0.3)
                _show_growth(bar, parts)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        _show_growth(bar, parts)
        errors.seek(0)
        complaint = errors.read()
    for item in wanted:
        if not matches(parts / item["name"], int(item["size"]), item["digest"]):
            if "No space left" in complaint:
                raise Fault("The disk is full: free some space and run the same command again.")
            raise Fault(
                f"The download of {item['name'].split('_')[0]} broke off: check the "
                "network and run the same command again, it goes on where it stopped."
            )
        os.replace(parts / item["name"], folder / item["name"])


def _show_growth(bar, parts: Path) -> None:
    size = sum(path.stat().st_size for path in list(parts.rglob("*")) if path.is_file())
    bar.update(max(size - bar.n, 0))


def _unpack(files: list[Path]) -> Path:
    """Unpack the packages into one folder of the cache, named after Odoo's Debian version."""
    version = files[0].name.split("_")[1]
    target = CACHE / "odoo" / version
    with whole_folder(target) as part, progress(len(files), "Unpacking Odoo", "package") as bar:
        for file in files:
            done = subprocess.run(
                ["dpkg-deb", "-x", file, part], capture_output=True, text=True, check=False
            )
            if done.returncode:
                if "No space left" in done.stderr:
                    raise Fault(
                        "The disk is full while unpacking Odoo (needs 1.4 GB): free some "
                        "space and run the same command again."
                    )
                file.unlink()
                raise Fault(
                    f"{file.name.split('_')[0]} could not be unpacked and was removed: "
                    "run the same command again."
                )
            bar.update(1)
        _add_selfie_segmentation(part / PYTHON_PATH)
    return target


def _add_selfie_segmentation(root: Path) -> None:
    """Put back the script (Apache-2) that Debian leaves out and an asset bundle names.

    Without npm it stays away: only the blur of video calls and JavaScript unit tests miss it.
    """
    wanted = root / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if wanted.exists() or not shutil.which("npm"):
        return
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", "@mediapipe/selfie_segmentation@0.1.1675465747"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            say("The script for video background blur could not be fetched by npm; all else works.")
            return
        shutil.unpack_archive(next(Path(folder).glob("*.tgz")), folder)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(folder) / "package/selfie_segmentation.js", wanted)


def missing_packages(names: tuple[str, ...]) -> list[str]:
    """Return those Debian packages of `names` that are not installed, nor their programs."""
    present = {name for name in names if shutil.which(PROGRAMS.get(name, ""))}
    if shutil.which("dpkg-query"):
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
            capture_output=True,
            text=True,
            check=False,
        )
        present |= {x.split()[0] for x in done.stdout.splitlines() if x.endswith(" installed")}
    return [name for name in names if name not in present]


def install(names: tuple[str, ...]) -> str | None:
    """Install Debian packages as root; return None, or the line an ordinary user has to run."""
    missing = missing_packages(names)
    if not missing:
        return None
    line = f"sudo apt-get install --yes {' '.join(missing)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return line
    say(f"Installing Debian packages: {' '.join(missing)}")
    # RUNLEVEL=1 keeps a package from starting its service on this machine.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "-qq", *missing]
    for attempt in (["apt-get", "update", "-qq"], command):
        subprocess.run(attempt, env=environment, check=False, capture_output=True)
    return line if missing_packages(tuple(missing)) else None
