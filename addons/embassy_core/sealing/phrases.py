"""Passphrases made for people, of common words of their language.

Seven words out of 2,048: 77 bits, more than any thief of a copy can try at half a second each.
The English and the Russian list are those of BIP 39 (the package `mnemonic`), the Belarusian one
is ours.
"""

import secrets
from functools import cache
from importlib import resources

WORDS = 7
LANGUAGES = ("be", "ru", "en")
_LISTS = {"ru": "russian.txt", "en": "english.txt"}


def new_passphrase(language: str) -> str:
    """Return seven words.

    Args:
        language: one of `LANGUAGES`; English stands for any other
    """
    words = word_list(language if language in LANGUAGES else "en")
    return " ".join(secrets.choice(words) for _ in range(WORDS))


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the 2,048 words of a language of `LANGUAGES`."""
    if language in _LISTS:
        file = resources.files("mnemonic") / "wordlist" / _LISTS[language]
    else:
        file = resources.files(__package__) / "words" / f"{language}.txt"
    return tuple(file.read_text(encoding="utf-8").split())
