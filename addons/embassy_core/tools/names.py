"""Finding one name in any script and spelling.

Two readings of a name are kept. ``fold`` gives the letters as plain lower-case Latin, for what
a person types letter by letter. ``skeletons`` gives the consonants as they sound, coarsely
enough that the ways in which Belarusian, Russian, Ukrainian, Polish and English write one name
fall together: Ціханоўская, Тихановская, Tsikhanouskaya, Cichanoŭskaja are all ``thnvsk``.

Plain Python, no Odoo: the letters are those of the national romanisations (Belarus 2007,
Łacinka, Ukraine 2010, BGN/PCGN, Polish), the classes are ours.
"""

import itertools
import re
import unicodedata

MIN_SKELETON = 3
MAX_READINGS = 8
# What nobody's name reaches: a key must stay a list of words that PostgreSQL takes.
LONGEST_WORD, MOST_WORDS = 100, 1000

_CYRILLIC = dict(
    zip(
        "абвгґдежзиіїклмнопрстуфхцчшщыэюяєѣ",
        "a b v h g d e zh z i i i k l m n o p r s t u f kh ts ch sh shch y e iu ia ie e".split(),
        strict=True,
    )
) | {"ё": "io", "й": "j", "ў": "u", "ь": "", "ъ": ""}
_LATIN = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
}  # fmt: skip
_APOSTROPHES = dict.fromkeys("'’‘ʼʹ`´\"", "")

_FOLD = str.maketrans(_CYRILLIC | _LATIN | _APOSTROPHES)
# Upper case stands for a sound that plain Latin letters would lose: C is the sound of ч, V of ў.
_SOUND = str.maketrans(
    _CYRILLIC | _LATIN | _APOSTROPHES
    | {"ч": "C", "щ": "s", "č": "C", "ć": "ts", "ў": "V", "ŭ": "V", "х": "H"}
)  # fmt: skip

_SPELLINGS = {
    "dzh": "dz", "tsh": "C", "shC": "s", "sC": "s", "sh": "s", "sz": "s", "zh": "z", "cz": "C",
    "ts": "t", "tz": "t", "dz": "d", "kh": "H", "gh": "H", "th": "t", "ph": "f", "g": "H",
    "h": "H", "w": "V", "v": "V", "q": "k", "x": "ks",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_SHORT_U = re.compile(r"(?<=[aeioyj])u(?![aeiouyj])|^u(?![aeiouyj])")
_AMBIGUOUS = {"ch": ("H", "C"), "c": ("k", "t")}
_VOWELS = re.compile("[aeiouyj]+")


def _strip_marks(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _letters(text, table):
    return _strip_marks(unicodedata.normalize("NFC", text).lower().translate(table))


def fold(text):
    """Plain Latin, lower case, no marks, words parted by one space.

    :param str text: any text; letters of other scripts than Latin and Cyrillic stay as they are
    :rtype: str
    """
    return " ".join(re.findall(r"[^\W_]+", _letters(text or "", _FOLD).lower()))


def words(text):
    """The words of a name as they are written, apostrophes and other signs taken off.

    :rtype: list[str]
    """
    text = unicodedata.normalize("NFC", text or "").translate(str.maketrans(_APOSTROPHES))
    return re.findall(r"[^\W_]+", text)


def skeletons(word):
    """The consonants of one word as they may sound, each reading once.

    Vowels fall away, but a word that begins with one keeps an ``a``. Latin ``c`` and ``ch`` are
    read in both ways that occur (Cichan/Cohen, Chyzh/Chadyka), so a word may have several
    readings, never more than ``MAX_READINGS``.

    :param str word: one word in any spelling
    :return: readings in lower case, none for a word of another script or with digits
    :rtype: tuple[str]
    """
    sound = _letters(word, _SOUND)
    if not re.fullmatch("[a-zCHV]+", sound):
        return ()
    sound = _SHORT_U.sub("V", sound)
    sound = re.sub("tsch|tch", "C", re.sub("shch|szcz|sch", "s", sound))
    sound = re.sub("c(?=[eiy])", "t", sound)
    choices = [_AMBIGUOUS.get(part, (part,)) for part in re.split("(ch|c(?!z))", sound)]
    readings = (
        _reading("".join(choice))
        for choice in itertools.islice(itertools.product(*choices), MAX_READINGS)
    )
    return tuple(dict.fromkeys(reading for reading in readings if reading))


def _reading(sound):
    sound = _SPELLING.sub(lambda match: _SPELLINGS[match.group()], sound)
    initial = "a" if _VOWELS.match(sound) else ""
    sound = initial + _VOWELS.sub("", sound)
    return re.sub(r"(.)\1+", r"\1", sound).lower()


def search_key(*names):
    """The text that a search looks into: `` folded words ~skeleton ~skeleton ``.

    :param names: the name and the known other names, each may be empty or of several lines
    :rtype: str
    """
    folded = dict.fromkeys(fold(" ".join(name or "" for name in names)).split())
    bones = dict.fromkeys(
        f"~{skeleton}"
        for name in names
        for word in words(name)
        for skeleton in skeletons(word)
        if len(skeleton) > 1
    )
    found = [
        word[:LONGEST_WORD]
        for kind in (folded, bones)
        for word in itertools.islice(kind, MOST_WORDS)
    ]
    return f" {' '.join(found)} " if folded else ""


def search_terms(query):
    """What a key must contain for each word of a query.

    A word may be the beginning of a longer one. The last may still be being typed: there the
    beginning of a skeleton is enough.

    :param str query: what a person typed
    :return: one list a word, of which one text at least must be in the key: a whole word of it,
        or with ``*`` at its end the beginning of one
    :rtype: list[list[str]]
    """
    terms = []
    written = words(query)[:MOST_WORDS]
    for number, word in enumerate(written, 1):
        folded = fold(word)[:LONGEST_WORD]
        if not folded:
            continue
        term = [f"{folded}*"]
        for bone in skeletons(word):
            # Two consonants (Żanna, Жанна) say little: only the whole word counts then.
            unfinished = number == len(written) and len(bone) >= MIN_SKELETON
            if len(bone) > 1:
                term.append(f"~{bone}"[:LONGEST_WORD] + "*" * unfinished)
        terms.append(term)
    return terms


def search_query(query):
    """What ``search_terms`` asks, as text for the type ``tsquery`` of PostgreSQL.

    :param str query: what a person typed
    :return: empty when there is nothing to look for; a word of it never holds a quote
    :rtype: str
    """
    return " & ".join(
        f"({' | '.join(_lexeme(text) for text in term)})" for term in search_terms(query)
    )


def _lexeme(text):
    return f"'{text.removesuffix('*')}'" + ":*" * text.endswith("*")
