"""The files of the project: what git tracks or would track."""

import subprocess
from pathlib import Path

from .paths import ROOT


def files(*suffixes: str, below: str = "") -> list[Path]:
    """Return the files with these suffixes (all without one) below a folder, sorted.

    Outside a git checkout, such as an unpacked archive, every file counts that does not lie in a
    folder made by tools.
    """
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        found = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        found = [
            path
            for path in ROOT.rglob("*")
            if not {".embassy", "node_modules", "__pycache__"}.intersection(
                path.relative_to(ROOT).parts
            )
        ]
    start = ROOT / below
    return sorted(
        path
        for path in found
        if path.is_file()
        and path.is_relative_to(start)
        and (not suffixes or path.suffix in suffixes)
    )
