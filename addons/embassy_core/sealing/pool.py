"""How many slow derivations run at a time on this machine, whatever the number of processes.

Intake and unlocking have pools of their own, so that a flood at the form locks nobody out.
"""

import fcntl
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Busy

_PAUSE = 0.01  # seconds between two looks for a free slot


class Pool:
    """Slots that are files: the kernel frees them when a process dies.

    Args:
        folder: where the files are, the same for all processes; it is made if need be
        name: of the pool
        size: how many run at a time
        seconds: how long to wait for a slot
    """

    def __init__(self, folder: Path, name: str, size: int, seconds: float):
        self._files = [folder / f"{name}-{number}.slot" for number in range(size)]
        self._seconds = seconds

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot.

        Raises:
            Busy: none was free in time
        """
        self._files[0].parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + self._seconds
        while True:
            for path in random.sample(self._files, len(self._files)):
                with path.open("a") as file:
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    yield
                    return
            if time.monotonic() >= until:
                raise Busy
            time.sleep(_PAUSE)
