"""What tells who somebody is, and had better not be sent: numbers of passports and telephones."""

import re

# Letters of Belarusian passports look the same in both alphabets, and people type either.
_SERIES = "[ABCEHKMOPTXАВСЕНКМОРТХ]"
_PATTERNS = (
    re.compile(rf"(?<!\w){_SERIES}{{2}}[ -]?\d{{7}}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)\d{7}[A-ZА-Я]\d{3}[A-ZА-Я]{2}\d(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w.])(?:\+|00)\d(?:[ ().-]{0,2}\d){7,13}(?!\w)"),
    re.compile(r"(?<![\w.])(?:80|0)\d{1,2}(?:[ ().-]{0,2}\d){7}(?!\w)"),
)


def tells(text: str) -> bool:
    """Say whether a text seems to hold the number of a passport, of a person or of a phone."""
    return any(pattern.search(text) for pattern in _PATTERNS)
