"""Files in the user's cache: made once, renamed into place when whole, shared by all clones."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .console import say
from .paths import CACHE


@contextlib.contextmanager
def lock(name: str, folder: Path = CACHE) -> Iterator[None]:
    """Hold a lock that other runs wait for; the kernel frees it when its holder is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f".{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another run that works on {name} …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder that becomes `target` when the block ends well.

    What an earlier, killed run left beside it is removed first. Call it under `lock`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}.*.part"):
        shutil.rmtree(left, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    part.chmod(0o755)
    try:
        yield part
        shutil.rmtree(target, ignore_errors=True)
        os.replace(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def matches(path: Path, size: int, digest: str) -> bool:
    """Say whether a file has `size` bytes and the digest "ALGORITHM:hex" (SHA256, SHA512 …)."""
    if not path.is_file() or path.stat().st_size != size:
        return False
    algorithm, _, expected = digest.partition(":")
    found = hashlib.new(algorithm.lower())
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            found.update(chunk)
    return found.hexdigest() == expected.lower()
