"""The method fuzz: every public method of every model, through the server, on rows of others."""

import inspect
import random

from client import Client, everything_in
from hits import Book
from plant import BANDS, MISSING

FOREIGN = BANDS["A"] + 1
# Called without rows they change what the probe stands on, or take a file.
LEFT_OUT = {"call_home", "create", "name_create", "load", "message_process", "web_save_multi"}
# Of what all models share, this much is tried on every model, the rest on some.
SHARED_ALWAYS = ("read", "web_read", "copy", "write", "export_data", "web_save")
SHARED_SAMPLE = 12


def methods(model):
    """Yield (name, function, whether it is called without rows, whether all models have it)."""
    cls = type(model)
    for name in dir(cls):
        if name.startswith("_") or name in LEFT_OUT:
            continue
        function = getattr(cls, name)
        if not inspect.isfunction(function):
            continue
        definers = [c for c in cls.mro() if name in vars(c)]
        if any(getattr(vars(c)[name], "_api_private", False) for c in definers):
            continue
        origin = definers[-1]
        shared = origin.__module__ == "odoo.orm.models" or getattr(origin, "_name", "") == "base"
        yield name, function, getattr(function, "_api_model", False), shared


def arguments(function, marks, id_: int) -> tuple[list, bool]:
    """Return values for the required arguments, and whether an id is among them."""
    found, named = [], False
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            continue
        is_id = parameter.name.endswith(("_id", "_ids")) or parameter.name in ("ids", "id")
        if parameter.default is not parameter.empty and not is_id:
            break
        named |= is_id
        found.append(value(parameter.name, marks, id_))
    return found, named


def value(name: str, marks, id_: int):
    """Return a value that an argument of this name takes."""
    if name.endswith("_ids") or name == "ids":
        return [id_]
    if name.endswith("_id") or name == "id":
        return id_
    known = {
        "fields": ["display_name"],
        "fnames": ["display_name"],
        "field_names": ["display_name"],
        "fields_to_export": ["display_name"],
        "domain": [],
        "specification": {"display_name": {}},
        "fields_spec": {"display_name": {}},
        "groupby": ["create_uid"],
        "aggregates": ["__count"],
        "vals": {},
        "values": {},
        "model": "res.partner",
        "res_model": "res.partner",
        "model_name": "res.partner",
        "field_name": "display_name",
        "fname": "name",
        "partners": [id_],
        "limit": 10,
        "context": {},
        "options": {},
        "data": {},
    }
    if name in known:
        return known[name]
    words = ("search", "term", "query", "name", "body", "email", "text", "key", "login", "word")
    return marks.stem if any(word in name for word in words) else False


def plan(env, thorough: bool, seed: int = 7):
    """Yield (model, method, function, without rows) to call; of shared methods only a sample."""
    chance = random.Random(seed)  # noqa: S311 - a sample that each run repeats
    names = sorted(name for name in env.registry if not env[name]._abstract)
    for name in names:
        for method, function, free, shared in methods(env[name]):
            if shared and (
                not thorough
                or (method not in SHARED_ALWAYS and chance.random() > SHARED_SAMPLE / len(names))
            ):
                continue
            yield name, method, function, free


def run(env, client: Client, marks, book: Book, thorough: bool = True, limit: int | None = None):
    """Call everything in the plan twice: on a row of others and on a row that is not there."""
    calls = list(plan(env, thorough))
    if limit and len(calls) > limit:
        calls = random.Random(limit).sample(calls, limit)  # noqa: S311 - repeatable
    for model, method, function, free in calls:
        place = f"{model}.{method}()"

        def ask(id_, place=place, call=(model, method, function, free)):
            model, method, function, free = call
            args, _named = arguments(function, marks, id_)
            response = client.call(model, method, args if free else [[id_], *args])
            book.asked["method"] += 1
            for origin in marks.found(everything_in(response)):
                book.hit("method", client.role, place, origin)
            return client.answer(response)

        foreign = ask(FOREIGN)
        if free and not arguments(function, marks, FOREIGN)[1]:
            continue
        missing = ask(MISSING)
        if foreign.differs(missing):
            again = ask(MISSING), ask(FOREIGN)
            if all(f.differs(m) for f in (foreign, again[1]) for m in (missing, again[0])):
                difference = foreign.differs(missing)
                book.hit("method, foreign or missing", client.role, place, difference)
