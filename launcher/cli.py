"""Reads the command line, finds the job, and turns faults into one line."""

import argparse
import importlib
import os
import signal
import sys
from pathlib import Path

from .console import Fault, disk_fault

JOBS = tuple(sorted(p.stem for p in (Path(__file__).parent / "jobs").glob("[a-z]*.py")))


def build_parser(name: str | None) -> argparse.ArgumentParser:
    """Return the parser of one job, or of the whole launcher where `name` is None."""
    if name is None:
        lines = [f"  {job:12} {load(job).SUMMARY}" for job in JOBS]
        return argparse.ArgumentParser(
            prog="embassy",
            usage="./embassy JOB [options]",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            description="The People's Embassies' CRM on one machine.",
            epilog="jobs:\n"
            + "\n".join(lines)
            + "\n\n./embassy JOB --help tells more. First: ./embassy up",
        )
    job = load(name)
    parser = argparse.ArgumentParser(
        prog=f"embassy {name}",
        description=job.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example:\n  " + job.EXAMPLE,
        allow_abbrev=False,
    )
    job.arguments(parser)
    return parser


def load(name: str):
    """Import the module of a job."""
    return importlib.import_module(f"launcher.jobs.{name}")


def main(argv: list[str]) -> int:
    """Run a job and return its exit code: 0 well, 1 a failure, 2 a wrong call, 130 interrupted."""
    if not argv or argv[0] in ("-h", "--help"):
        build_parser(None).print_help()
        return 0
    name, rest = argv[0], argv[1:]
    if name not in JOBS:
        print(f"There is no job {name!r}. Jobs: {', '.join(JOBS)}", file=sys.stderr)
        return 2
    # A closed terminal or a plain kill stops things as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run(name, rest) or 0
    except Fault as fault:
        print(f"embassy {name}: {fault}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        fault = disk_fault(error)
        if fault is None or os.environ.get("EMBASSY_DEBUG"):
            raise
        print(f"embassy {name}: {fault}", file=sys.stderr)
    return 1


def _run(name: str, rest: list[str]) -> int | None:
    job, parser = load(name), build_parser(name)
    if getattr(job, "PASS_THROUGH", False) and rest not in (["-h"], ["--help"]):
        return job.run(rest)
    return job.run(parser.parse_args(rest))


def _interrupt(_number, _frame):
    raise KeyboardInterrupt
