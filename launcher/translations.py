"""The translation files of our addons: export, merge, and what is wrong with them."""

import re
import subprocess
from pathlib import Path

from .paths import ADDONS, ROOT

LANGUAGES = {"be": "be_BY", "ru": "ru_RU"}
WORDS = ROOT / "tests" / "static" / "words-{language}.txt"
_TAG = re.compile(r"<[^>]*>|&\w+;|%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|\{[\w.]*\}|https?://\S+|\S+@\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_PLURALS = {
    "be": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : 2);",
}
_PLURALS["ru"] = _PLURALS["be"]


def merge(module: str, pot_text: Path) -> dict[str, tuple[int, int]]:
    """Bring `i18n/<module>.pot`, be.po and ru.po of an addon to a fresh export.

    A file whose entries stay the same is not touched, so that dates make no changes.

    Args:
        module: one of our addons.
        pot_text: the exported file.
    Returns:
        language -> (translated entries, all entries)
    """
    import polib

    folder = ADDONS / module / "i18n"
    folder.mkdir(exist_ok=True)
    fresh = polib.pofile(str(pot_text), wrapwidth=78)
    fresh.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    fresh.metadata = _metadata(fresh.metadata, "")
    target = folder / f"{module}.pot"
    if not target.exists() or list(map(str, polib.pofile(str(target)))) != list(map(str, fresh)):
        fresh.save(str(target))
    counts = {}
    for language in LANGUAGES:
        file = folder / f"{language}.po"
        old = polib.pofile(str(file), wrapwidth=78) if file.exists() else polib.POFile(wrapwidth=78)
        before = list(map(str, old))
        old.merge(fresh)
        for entry in [e for e in old if e.obsolete]:
            old.remove(entry)
        old.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        if list(map(str, old)) != before:
            old.metadata = _metadata(fresh.metadata, language)
            old.save(str(file))
        wanted = [entry for entry in old if not entry.obsolete]
        counts[language] = (sum(entry.translated() for entry in wanted), len(wanted))
    return counts


def _metadata(exported: dict[str, str], language: str) -> dict[str, str]:
    date = exported["POT-Creation-Date"]
    project = "https://belarusabroad.org"
    return {
        "Project-Id-Version": "people-embassies 19.0",
        "Report-Msgid-Bugs-To": project,
        "POT-Creation-Date": date,
        "PO-Revision-Date": date if language else "YEAR-MO-DA HO:MI+ZONE",
        "Last-Translator": f"People's Embassies of Belarus <{project}>",
        "Language-Team": f"People's Embassies of Belarus <{project}>",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        **({"Plural-Forms": _PLURALS[language]} if language else {}),
    }


def problems(file: Path) -> list[str]:
    """Return what is untranslated or fuzzy in a .po file, and what of the .pot it lacks."""
    import polib

    po = polib.pofile(str(file))
    name = file.relative_to(ROOT)
    if file.suffix == ".pot":
        return [
            f"{name}: there is no {language}.po"
            for language in LANGUAGES
            if not (file.parent / f"{language}.po").exists()
        ]
    found = [
        f"{name}:{entry.linenum}: untranslated {entry.msgid[:60]!r}"
        for entry in po.untranslated_entries()
    ]
    found += [f"{name}:{entry.linenum}: fuzzy {entry.msgid[:60]!r}" for entry in po.fuzzy_entries()]
    pot = file.parent / f"{file.parent.parent.name}.pot"
    if pot.exists():
        have = {(entry.msgctxt, entry.msgid) for entry in po}
        found += [
            f"{name}: lacks {entry.msgid[:60]!r}, run ./embassy i18n"
            for entry in polib.pofile(str(pot))
            if (entry.msgctxt, entry.msgid) not in have
        ]
    return found


def misspelled(files: list[Path]) -> list[str]:
    """Return the words of be.po and ru.po that neither hunspell nor the project's list knows."""
    import polib

    found = []
    for language, dictionary in LANGUAGES.items():
        known = Path(str(WORDS).format(language=language))
        words = set(known.read_text(encoding="utf-8").split()) if known.exists() else set()
        where: dict[str, str] = {}
        for file in (f for f in files if f.name == f"{language}.po"):
            for entry in polib.pofile(str(file)):
                for text in [entry.msgstr, *entry.msgstr_plural.values()]:
                    for word in _WORD.findall(_TAG.sub(" ", text)):
                        # Words in Latin letters are names of things.
                        if re.search("[а-яёіў]", word, re.IGNORECASE):
                            where.setdefault(word, f"{file.relative_to(ROOT)}:{entry.linenum}")
        if not where:
            continue
        done = subprocess.run(
            ["hunspell", "-l", "-d", dictionary, "-i", "UTF-8"],
            text=True,
            input="\n".join(where),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            return [f"hunspell -d {dictionary}: {done.stderr.strip()}"]
        found += [
            f"{where.get(word, language)}: {word}"
            for word in done.stdout.split()
            if word not in words and word.lower() not in words
        ]
    return found
