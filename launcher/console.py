"""What the launcher says: lines, progress bars, and one-line faults."""

import contextlib
import errno
import sys
import time
from collections.abc import Iterator
from typing import Any


class Fault(Exception):
    """What happened and what to do, in one line; shown without a traceback."""


def say(text: str) -> None:
    """Print a line at once, also when the output is a file."""
    print(text, flush=True)


class PlainBar:
    """A progress bar of the standard library, for the time before tqdm is installed.

    On a terminal it redraws one line; elsewhere it prints a line each 25 per cent.
    """

    def __init__(self, total: int, desc: str, unit: str):
        self.total, self.desc, self.unit, self.n = max(total, 1), desc, unit, 0
        self._drawn = -1.0
        self._tty = sys.stderr.isatty()

    def update(self, count: int) -> None:
        """Advance by `count` units."""
        self.n += count
        share = min(self.n / self.total, 1.0)
        if self._tty and time.monotonic() - self._drawn > 0.1:
            self._drawn = time.monotonic()
            filled = int(share * 30)
            sys.stderr.write(f"\r{self.desc} [{'#' * filled}{' ' * (30 - filled)}] {share:4.0%}")
        elif not self._tty and share - self._drawn >= 0.25:
            self._drawn = share
            sys.stderr.write(f"{self.desc} {share:4.0%}\n")
        sys.stderr.flush()

    def close(self) -> None:
        """End the line on a terminal."""
        if self._tty:
            sys.stderr.write("\n")


@contextlib.contextmanager
def progress(total: int, desc: str, unit: str = "B") -> Iterator[Any]:
    """Give an object with `n`, `total`, `update(count)`: tqdm where it is installed."""
    try:
        from tqdm import tqdm

        bar = tqdm(
            total=total,
            desc=desc,
            unit=unit,
            unit_scale=unit == "B",
            unit_divisor=1024,
            mininterval=0.2 if sys.stderr.isatty() else 10,
            leave=True,
            ascii=True,
        )
    except ImportError:
        bar = PlainBar(total, desc, unit)
    try:
        yield bar
    finally:
        bar.close()


def disk_fault(error: OSError) -> Fault | None:
    """Turn "no space" and "file too large" errors into a Fault, others into None."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Fault(
            f"The disk is full ({error.filename or error.strerror}): "
            "free some space and run the same command again."
        )
    return None
