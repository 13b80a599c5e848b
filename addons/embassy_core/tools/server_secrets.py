"""The secret that the server keeps outside its database and its backups."""

import os

SHORTEST = 32  # bytes


def pepper() -> bytes | None:
    """Return the pepper of this server (32 bytes or more), None where none is set up.

    It is written in hexadecimal digits in the environment variable ``EMBASSY_PEPPER``. Without it
    nothing is sealed and nothing opens.
    """
    try:
        found = bytes.fromhex(os.environ.get("EMBASSY_PEPPER", ""))
    except ValueError:
        return None
    return found if len(found) >= SHORTEST else None
