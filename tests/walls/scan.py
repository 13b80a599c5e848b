"""The marker scan: everything that the ORM answers, asked as each person of the other chapter."""

import contextlib

import boot
from hits import Book
from plant import BANDS, WIDTH

FOREIGN = BANDS["A"]
SHARED = 60  # rows of the installation that are read of each model
# Who is asked less: what they may read is little, or a part of what another reads.
THOROUGH = ("everything",)


class Scan:
    """One person of chapter B looks for the markers of chapter A."""

    def __init__(self, env, role: str, marks, book: Book):
        self.env, self.role, self.marks, self.book = env, role, marks, book
        self.thorough = role in THOROUGH
        self.own_id = BANDS["B"]

    def rows_only(self, names) -> None:
        """Ask of some models only whether rows of others are seen."""
        for name in names:
            look = Look(self, name)
            if look.model.has_access("read"):
                look.rows_of_others()

    def run(self, names=None) -> None:
        """Look into each model of the registry."""
        for name in names or sorted(self.env.registry):
            if not self.env[name]._abstract:
                Look(self, name).run()


class Look:
    """One person looks into one model."""

    def __init__(self, scan: Scan, name: str):
        self.scan, self.name = scan, name
        self.env = scan.env
        self.model = self.env[name].with_context(active_test=False)

    def ask(self, channel: str, what, place: str = ""):
        """Call `what`, look for markers in its answer or its error, and return the answer."""
        self.scan.book.asked[channel] += 1
        answer = None
        self.env.transaction.clear()
        try:
            with self.env.cr.savepoint(flush=False):
                answer = shown = what()
        except Exception as error:  # noqa: BLE001 - an error is an answer, too
            shown = str(error)
            kind = type(error).__name__
            if kind not in ("AccessError", "MissingError", "UserError", "ValidationError"):
                self.scan.book.errors[f"{channel} {self.name}: {kind}: {shown[:90]}"] += 1
        for origin in self.scan.marks.found(shown):
            self.hit(channel, place or self.name, origin)
        return answer

    def hit(self, channel: str, place: str, what: str) -> None:
        self.scan.book.hit(channel, self.scan.role, place, what)

    def run(self) -> None:
        model = self.model
        if not model.has_access("read"):
            # Closed as a whole: that it is, is asked once.
            self.ask("read", lambda: model.browse(FOREIGN + 1).read(["display_name"]))
            return
        if model._transient:
            self.forms({})
            return
        fields = self.ask("fields_get", lambda: model.fields_get()) or {}
        self.rows_of_others()
        rows = self.rows_to_read()
        self.values(rows, fields)
        self.lists(fields)
        self.oracles(fields)
        self.forms(fields)

    # -- rows ---------------------------------------------------------------------------------

    def rows_of_others(self):
        """No way leads to a row in the band of the other chapter."""
        model = self.model
        domain = [("id", ">", FOREIGN), ("id", "<", FOREIGN + WIDTH)]
        if self.ask("search", lambda: model.search(domain).ids):
            self.hit("search", self.name, "a row")
        if self.ask("search_count", lambda: model.search_count(domain)):
            self.hit("search_count", self.name, "a row")
        # As people ask for it; an attribute in Python is no way in from outside.
        foreign = model.browse(FOREIGN + 1)
        spec = {"display_name": {}}
        for channel, what in (
            ("read", lambda: foreign.read(["display_name"])),
            ("web_read", lambda: foreign.web_read(spec)),
            ("export_data", lambda: foreign.export_data(["display_name", ".id"])),
            ("copy_data", lambda: foreign.copy_data()),
            ("get_metadata", lambda: foreign.get_metadata()),
            ("name_search", lambda: model.name_search(self.scan.marks.stem, limit=20)),
        ):
            self.ask(channel, what)

    def rows_to_read(self):
        """Rows planted in both chapters as far as they are seen, and some of the installation."""
        model = self.model
        with contextlib.suppress(Exception):
            planted = model.search([("id", ">", FOREIGN)], order="id", limit=200)
            return planted + model.search([("id", "<", FOREIGN)], order="id desc", limit=SHARED)
        return model.browse()

    # -- values -------------------------------------------------------------------------------

    def values(self, rows, fields):
        """Read every field, by each way that gives values."""
        names = [name for name in fields if name in self.model._fields]
        for name in names:
            # Each by itself: one that fails must not hide the others.
            self.ask("read", lambda n=name: rows.read([n]), f"{self.name}.{name}")
        spec = {name: self.spec(name) for name in names}
        if self.ask("web_read", lambda: rows.web_read(spec)) is None:
            for name in names:
                self.ask(
                    "web_read",
                    lambda n=name: rows.web_read({n: spec[n]}),
                    f"{self.name}.{name}",
                )
        self.ask(
            "web_search_read", lambda: self.model.web_search_read([], spec, limit=80, order="id")
        )
        if self.ask("export_data", lambda: rows.export_data(names)) is None and self.scan.thorough:
            for name in names:
                self.ask(
                    "export_data", lambda n=name: rows.export_data([n]), f"{self.name}.{name}"
                )
        for row in rows[:1]:
            self.ask("copy_data", lambda r=row: r.copy_data())
            self.ask("get_metadata", lambda r=row: r.get_metadata())

    def spec(self, name):
        """How the web client asks for a field: relations with their names."""
        field = self.model._fields[name]
        return {"fields": {"display_name": {}}} if field.relational else {}

    # -- lists --------------------------------------------------------------------------------

    def lists(self, fields):
        model = self.model
        self.ask("name_search", lambda: model.name_search("", limit=100))
        for name, field in model._fields.items():
            if name not in fields or not field._description_groupable(self.env):
                continue
            if field.type == "properties":
                continue
            place = f"{self.name}.{name}"
            name = f"{name}:month" if field.type in ("date", "datetime") else name
            self.ask(
                "formatted_read_group",
                lambda n=name: model.formatted_read_group([], [n], ["__count"]),
                place,
            )
            if self.scan.thorough:
                self.ask(
                    "web_read_group",
                    lambda n=name: model.web_read_group([], [n], limit=80),
                    place,
                )
                by = field.name
                self.ask("order", lambda b=by: model.search([], order=b, limit=80).ids, place)

    # -- oracles ------------------------------------------------------------------------------

    def oracles(self, fields):
        """A domain that names a marker finds nothing, neither here nor through a relation."""
        for name in fields:
            field = self.model._fields.get(name)
            if field is None or not field._description_searchable:
                continue
            if field.type in ("char", "text", "html"):
                self.oracle(name)
            elif field.relational and field.comodel_name in self.env:
                for text in self.telling(self.env[field.comodel_name]):
                    self.oracle(f"{name}.{text}")

    def telling(self, comodel):
        """Fields to ask for through a relation: the name, two that are stored, all that search
        in a way of their own, which may be with more rights.
        """
        texts = [
            sub
            for sub in comodel._fields.values()
            if sub.type in ("char", "text", "html") and sub._description_searchable
        ]
        found = {sub.name for sub in texts if sub.name == comodel._rec_name}
        if self.scan.thorough:
            found |= {sub.name for sub in texts if not sub.store}
            found |= {sub.name for sub in [sub for sub in texts if sub.store][:2]}
        return sorted(found)

    def oracle(self, path):
        def count(word):
            return self.ask("domain", lambda: self.model.search_count([(path, "ilike", word)]))

        # Some names are found by whatever one looks for: that tells nothing.
        if (found := count(f"{self.scan.marks.stem}x")) and found != count("ZQN0such0word"):
            self.hit("domain", f"{self.name}.{path}", "yes or no")

    # -- forms --------------------------------------------------------------------------------

    def forms(self, fields):
        """A value that names a row of others tells nothing of it, in a form or as a default."""
        model = self.env[self.name]
        if not model.has_access("create"):
            return
        defaults = self.ask("default_get", lambda: model.default_get(list(model._fields)))
        if defaults is None:
            return
        for name, field in model._fields.items():
            if field.type != "many2one" or not field.comodel_name:
                continue
            place = f"{self.name}.{name}"
            spec = {name: {"fields": {"display_name": {}}}}
            self.ask(
                "onchange",
                lambda n=name, s=spec: model.onchange(
                    {n: FOREIGN + 1}, [n], {**s, **self.plain_fields()}
                ),
                place,
            )
            self.ask(
                "default",
                lambda n=name, s=spec: model.with_context(
                    **{f"default_{n}": FOREIGN + 1}
                ).onchange({}, [], {**s, **self.plain_fields()}),
                place,
            )

    def plain_fields(self):
        return {
            name: {}
            for name, field in self.model._fields.items()
            if field.type in ("char", "text", "html") and not field.groups
        }


def as_role(registry, uid, company_id, role, marks, book, names=None):
    """Scan as one person."""
    with boot.environment(registry, uid, [company_id]) as env:
        Scan(env, role, marks, book).run(names)
