"""Look at one file in a process of its own, run by its path: `apart.py heic` or `apart.py pdf`.

The decoder of HEIC is large and has been broken into before, and a large PDF takes several times
its size in memory. Here they meet nothing but the file, get little memory and time, and write no
file. It reads the standard input and writes the file as it may be kept; its exit tells why it may
not.
"""

import io
import resource
import sys
from pathlib import Path

MEMORY = 1 << 30  # bytes
TIME = 15  # seconds
REASONS = {3: "kind", 4: "closed", 5: "traps", 6: "large"}


def main(kind):
    """Exit 0 with the file, or with one of `REASONS`."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, TIME),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    # The folder alone: no package of Odoo is met on the way.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tools import files

    content = sys.stdin.buffer.read()
    try:
        kept = _jpeg(content, files) if kind == "heic" else files.checked_pdf(content)
    except files.Refused as refused:
        sys.exit(next(code for code, reason in REASONS.items() if reason == refused.reason))
    sys.stdout.buffer.write(kept)


def _jpeg(content, files):
    from PIL import Image
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    image = Image.open(io.BytesIO(content), formats=["HEIF"])
    if image.width * image.height > files.PIXELS:
        raise files.Refused("large")
    target = io.BytesIO()
    image.convert("RGB").save(target, "JPEG", quality=90)
    return target.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
