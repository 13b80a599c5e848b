"""What the probes found: where, by whom, by which channel, and whether that is meant to be."""

import csv
import fnmatch
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Hit(NamedTuple):
    """A leak: the channel, the role it was shown to, the place, and what was shown."""

    channel: str
    role: str
    place: str
    what: str

    def __str__(self):
        return f"{self.place}  [{self.channel}, {self.role}]  {self.what}"


class Book:
    """Counts what was asked, and keeps the hits apart from the leaks on purpose."""

    def __init__(self, visible: list[dict] | None = None):
        self.visible = table("visible.csv") if visible is None else visible
        self.asked: Counter[str] = Counter()
        self.hits: set[Hit] = set()
        self.meant: set[Hit] = set()
        self.planted: set[Hit] = set()
        self.errors: Counter[str] = Counter()

    def hit(self, channel: str, role: str, place: str, what: str) -> None:
        """Note a leak."""
        hit = Hit(channel, role, place, what)
        if "leaky" in place or "leaky" in what:
            self.planted.add(hit)
        elif any(
            fnmatch.fnmatch(place, row["place"]) and fnmatch.fnmatch(role, row["role"])
            for row in self.visible
        ):
            self.meant.add(hit)
        else:
            self.hits.add(hit)

    def add(self, other: "Book") -> None:
        """Take over what another book has."""
        self.asked += other.asked
        self.errors += other.errors
        self.hits |= other.hits
        self.meant |= other.meant
        self.planted |= other.planted

    def summary(self) -> str:
        """The hits, a line a model or route: its fields, the channels, the roles."""
        models = defaultdict(lambda: (set(), set(), set(), set()))
        for hit in self.hits:
            model, field = self.split(hit.place)
            for found, part in zip(
                models[model], (field, hit.channel, hit.role, hit.what), strict=True
            ):
                found.add(part)
        return "\n".join(
            " | ".join(
                (f"{model}: {_some(fields)}", *map(_some, (channels, roles, whats), (20, 12, 8)))
            )
            for model, (fields, channels, roles, whats) in sorted(models.items())
        )

    names: frozenset[str] = frozenset()  # of the registry's models

    def split(self, place: str) -> tuple[str, str]:
        """Split "model.field" or "model.relation.field" into model and the rest."""
        model = place
        while model and model not in self.names:
            model = model.rpartition(".")[0]
        return (model, place[len(model) + 1 :]) if model else (place, "")


def _some(words, count: int = 8) -> str:
    words = sorted(filter(None, words))
    rest = f" and {len(words) - count} more" if len(words) > count else ""
    return ", ".join(words[:count]) + rest


def table(name: str) -> list[dict]:
    """Return the rows of a declared table beside this file."""
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
