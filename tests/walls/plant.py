"""Plants one row of every model in a chapter, a marker in each of its values.

What each chapter plants has ids in a band of its own: `BANDS["A"]` begins the ids of all tables
at a million, so one number is a row of chapter A whatever the model, and an id in any answer tells
whose it is.
"""

import base64
import contextlib
import fnmatch
import itertools
from datetime import timedelta

import values
from marks import Marks

BANDS = {"A": 1_000_000, "B": 2_000_000, "S": 3_000_000}
WIDTH = 1_000_000
MISSING = 9_000_001
PASSWORD = "Correct-horse-9-battery"
# Fields whose words Odoo reads as code, and those that belong to the machinery.
TECHNICAL = (
    "*domain", "*context", "model", "model_name", "res_model*", "*_model", "*_model_name",
    "code", "lang", "tz", "*_tz", "store_fname", "mimetype", "access_token", "*_token", "key",
    "message_id", "references", "parent_path", "state", "notification_parameters", "sort",
    "group_by", "alias_*", "*color", "checksum", "url_code", "arch*", "barcode", "*_regex",
    "*_hash", "groupby", "view_mode", "rrule", "*cron*", "chapter_code", "number", "password",
    "new_password", "totp_*", "static_map_url*", "signup_*", "event_tz", "definition",
)  # fmt: skip
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg"
    "=="
)


class Planter:
    """Plants for one chapter; `rows` are the rows by model, `marks` the markers."""

    def __init__(self, env, letter: str, config: list[str]):
        from odoo import fields

        self.letter, self.marks, self.config = letter, Marks(letter), config
        self.env, self.fields = env, fields
        self.rows: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        self.busy: set[str] = set()
        self.now = fields.Datetime.now().replace(microsecond=0)
        self.people = {}
        self.company = env["res.company"]
        self.in_database: set[str] = set()

    def models(self) -> list[str]:
        """Return the models that have rows of their own, sorted."""
        return [
            name
            for name, model in sorted(self.env.registry.items())
            if not model._abstract and not model._transient and model._auto and model._table
        ]

    def of_the_installation(self, name: str) -> bool:
        """Say whether rows of this model are the programme's, not a chapter's."""
        return any(fnmatch.fnmatch(name, pattern) for pattern in self.config)

    def read_back(self) -> set[str]:
        """Return the markers that stand in the tables, each with its number."""
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        found: set[str] = set()
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT DISTINCT unnest(regexp_matches(t::text, %s, \'gi\')) FROM "{table}" t',  # noqa: S608
                [f"{self.marks.stem}x\\d+"],
            )
            found.update(row[0].lower() for row in self.env.cr.fetchall())
        return found

    # -- one row ------------------------------------------------------------------------------

    def row(self, name: str) -> int | None:
        """Return the id of a row of this model: one planted here, else any that stands."""
        if name in self.rows:
            return self.rows[name]
        if self.of_the_installation(name) or name in self.busy or name in self.failed:
            return self.env[name].search([], limit=1).id or None
        self.plant(name)
        return self.rows.get(name)

    def plant(self, name: str) -> None:
        """Plant a row with as many values as it takes."""
        self.busy.add(name)
        why = ""
        for level in ("full", "text", "bare"):
            try:
                with self.attempt():
                    vals = self.values(name, level)
                    record = self.env[name].with_context(values.CONTEXTS.get(name, {})).create(vals)
                    self.env.flush_all()
                    self.rows[name] = record.id
                    break
            except Exception as error:  # noqa: BLE001 - whatever a model refuses
                why = why or f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        else:
            self.failed[name] = why
        if name in self.rows and level != "full":
            with contextlib.suppress(Exception), self.attempt():
                full = self.values(name, "full")
            self.add_one_by_one(name, {key: full[key] for key in full.keys() - vals.keys()})
        self.busy.discard(name)

    def add_one_by_one(self, name: str, vals: dict) -> None:
        """Write the values that did not go in together, each by itself."""
        record = self.env[name].browse(self.rows[name])
        for field, value in sorted(vals.items()):
            with contextlib.suppress(Exception), self.attempt():
                record.write({field: value})
                self.env.flush_all()

    @contextlib.contextmanager
    def attempt(self):
        """Undo what fails, the numbers of rows too."""
        numbers, rows = self.sequences(), dict(self.rows)
        try:
            with self.env.cr.savepoint():
                yield
        except Exception:
            self.env.transaction.clear()
            self.rows = rows
            self.reset(numbers)
            raise

    def sequences(self) -> dict[str, int]:
        self.env.cr.execute(
            "SELECT sequencename, last_value FROM pg_sequences "
            "WHERE sequencename LIKE '%\\_id\\_seq'"
        )
        return dict(self.env.cr.fetchall())

    def reset(self, numbers: dict[str, int]) -> None:
        changed = {
            name: numbers.get(name)
            for name, value in self.sequences().items()
            if value != numbers.get(name)
        }
        for name, value in changed.items():
            self.env.cr.execute(
                "SELECT setval(%s, %s, %s)", [name, value or BANDS[self.letter] + 1, bool(value)]
            )

    def begin_band(self) -> None:
        """Let the ids of all tables begin in the band of this chapter."""
        start = BANDS[self.letter] + 1
        for name in self.sequences():
            self.env.cr.execute("SELECT setval(%s, %s, false)", [name, start])

    @contextlib.contextmanager
    def attempt_quietly(self, title: str):
        """Note what fails under a title, and go on."""
        try:
            with self.attempt():
                yield
        except Exception as error:  # noqa: BLE001 - whatever a model refuses
            self.failed[title] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"

    def visit(self) -> int:
        """An event that is a visit."""
        if "visit" not in self.rows:
            self.rows["visit"] = self.env["event.event"].create(
                {**values.BY_HAND["event.event"](self), "is_visit": True}
            ).id
        return self.rows["visit"]

    def entry(self, kind: str) -> int:
        """A record of the directory that the chapter keeps for itself."""
        return self.env["res.partner"].create(
            {
                "name": self.mark("res.partner", "name"),
                "directory_kind": kind,
                "is_company": kind == "institution",
                "company_id": self.company.id,
            }
        ).id

    def case(self) -> int | None:
        """A ticket of a desk, which holds no words; where our addons are not, none."""
        if "is_assistance" not in self.env["helpdesk.ticket.team"]._fields:
            return None
        if "case" not in self.rows:
            people = [self.people[role] for role in ("case_worker", "coordinator", "everything")]
            team = self.env["helpdesk.ticket.team"].create(
                {
                    "name": self.mark("helpdesk.ticket.team", "name"),
                    "is_assistance": True,
                    "user_ids": [(6, 0, people)],
                }
            )
            self.rows["case"] = self.env["helpdesk.ticket"].create(
                {"team_id": team.id, "urgency": "normal"}
            ).id
        return self.rows["case"]

    def day_of_event(self):
        event = self.env["event.event"].browse(self.row("event.event"))
        return event.date_begin.date() + timedelta(days=1)

    # -- values -------------------------------------------------------------------------------

    def values(self, name: str, level: str) -> dict:
        """Values of a new row: what is required, texts, then all that can be filled."""
        by_hand = values.BY_HAND.get(name, lambda planter: {})(self)
        found = {}
        for field in self.env[name]._fields.values():
            if field.name in by_hand or not self.may_fill(field):
                continue
            needed = field.required and not field.inherited
            if not needed and (level == "bare" or (level == "text" and field.relational)):
                continue
            value = self.value(name, field, needed)
            if value is not None:
                found[field.name] = value
        return found | by_hand

    def may_fill(self, field) -> bool:
        if field.name in ("id", "display_name", *self.fields_magic) or field.type == "one2many":
            return False
        if field.inherited:
            return field.type in ("char", "text", "html") and not field.name.startswith("alias_")
        if field.compute and field.readonly and not field.inverse:
            return False
        return field.store or bool(field.inverse)

    fields_magic = ("create_uid", "create_date", "write_uid", "write_date")

    def value(self, name: str, field, needed: bool):
        """A value for a field, or None where it is better left alone."""
        default = field.default(self.env[name]) if field.default and needed else None
        if default is not None and field.type not in ("char", "text", "html", "many2one"):
            return None
        maker = getattr(self, f"_{field.type}", None)
        return maker(name, field, needed) if maker else None

    def mark(self, name: str, field: str) -> str:
        """A new marker for a field."""
        return self.marks.new(f"{name}.{field}")

    def is_technical(self, field) -> bool:
        return any(fnmatch.fnmatch(field.name, pattern) for pattern in TECHNICAL)

    def _char(self, name, field, needed):
        if self.is_technical(field):
            if field.name in ("model", "res_model", "model_name") or field.name.endswith("_model"):
                return "res.partner"
            return self.mark(name, field.name) if needed and not field.default else None
        word = self.mark(name, field.name)
        if "email" in field.name or field.name in ("login", "address"):
            return f"{word}@example.org"
        if "url" in field.name or field.name in ("website", "href", "endpoint"):
            return f"https://example.org/{word}"
        return word[: field.size] if getattr(field, "size", None) else word

    def _text(self, name, field, needed):
        if self.is_technical(field):
            return None
        return self.mark(name, field.name)

    def _html(self, name, field, needed):
        return f"<p>{self.mark(name, field.name)}</p>"

    def _json(self, name, field, needed):
        return {"word": self.mark(name, field.name)} if not self.is_technical(field) else None

    def _binary(self, name, field, needed):
        if "max_width" in type(field).__dict__ or type(field).__name__ == "Image":
            return base64.b64encode(PIXEL).decode()
        if field.name in ("db_datas", "raw") or ("public_key" in field.name and not needed):
            return None
        return base64.b64encode(self.mark(name, field.name).encode()).decode()

    _image = _binary

    def _integer(self, name, field, needed):
        return 1 if needed else None

    _float = _monetary = _integer

    def _boolean(self, name, field, needed):
        return None

    def _date(self, name, field, needed):
        return (self.now + timedelta(days=30)).date()

    def _datetime(self, name, field, needed):
        return self.now + timedelta(days=1)

    def _selection(self, name, field, needed):
        if not needed or field.default:
            return None
        keys = field.get_values(self.env)
        return keys[0] if keys else None

    def _many2one(self, name, field, needed):
        if field.comodel_name == "res.company":
            return self.company.id if self.letter != "S" else (None if not needed else 1)
        if field.comodel_name == "res.users":
            return self.env.uid
        if needed:
            return self.row(field.comodel_name)
        if field.comodel_name == name:
            return None
        return self.rows.get(field.comodel_name)

    def _many2one_reference(self, name, field, needed):
        return self.rows.get("res.partner")

    def _reference(self, name, field, needed):
        partner = self.rows.get("res.partner")
        return f"res.partner,{partner}" if partner else None

    def _many2many(self, name, field, needed):
        if field.comodel_name == "res.company":
            return [(6, 0, self.company.ids)]
        if self.of_the_installation(field.comodel_name) or field.comodel_name == name:
            return None
        row = self.rows.get(field.comodel_name)
        return [(6, 0, [row])] if row else None

    def _properties_definition(self, name, field, needed):
        return [
            {"name": "word", "type": "char", "string": self.mark(name, field.name)},
        ]

    def _properties(self, name, field, needed):
        return None


def secret(login: str) -> str:
    """Return the secret of a person's second factor (base32)."""
    return base64.b32encode(login.encode().ljust(20)[:20]).decode()


def all_groups(env):
    """Every group that does not open the system itself."""
    system = env.ref("base.group_system") + env.ref("base.group_erp_manager")
    others = env.ref("base.group_portal") + env.ref("base.group_public")
    kept = env["res.groups"].search([]) - system - others
    return kept.filtered(lambda group: not group.all_implied_ids & (system | others))


def roles(env, plain: bool) -> dict:
    """Return role -> its groups (res.groups records)."""
    named = {"public": "base.group_public", "portal": "base.group_portal"}
    if plain:
        named["employee"] = "base.group_user"
    else:
        from odoo.addons.embassy_core.tests.common import ROLES

        named = ROLES
    return {role: env.ref(group) for role, group in named.items()} | {"everything": all_groups(env)}


def plant_chapter(registry, letter: str, config: list[str], plain: bool) -> Planter:
    """Plant a whole chapter and commit it; return the planter, whose environment is closed."""
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules import module

    with contextlib.closing(registry.cursor()) as cr, contextlib.ExitStack() as after:
        # As in a test of Odoo's own, nothing commits or sends by itself.
        module.current_test = True
        after.callback(setattr, module, "current_test", False)
        env = Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
        planter = Planter(env, letter, config)
        planter.begin_band()
        planter.company = env["res.company"].create(values.company(planter, plain))
        env = env(context={**env.context, "allowed_company_ids": planter.company.ids})
        planter.env = env
        for role, groups in roles(env, plain).items():
            login = f"{planter.mark('res.users', 'login')}@example.org".lower()
            planter.people[role] = env["res.users"].create(
                {
                    "name": planter.mark("res.users", "name"),
                    "login": login,
                    "email": f"{planter.mark('res.users', 'email')}@example.org".lower(),
                    "phone": planter.mark("res.users", "phone"),
                    "signature": f"<p>{planter.mark('res.users', 'signature')}</p>",
                    "password": PASSWORD,
                    **({} if plain else {"totp_secret": secret(login)}),
                    "company_id": planter.company.id,
                    "company_ids": [(6, 0, planter.company.ids)],
                    "group_ids": [(6, 0, groups.ids)],
                }
            ).id
        # As the chapter's busiest person, with the rights of the system: no row is left out.
        planter.env = env(user=planter.people["everything"], su=True)
        planter.rows["res.company"] = planter.company.id
        planter.rows["res.users"] = planter.people["everything"]
        planter.company = planter.company.with_env(planter.env)
        for name in itertools.chain(values.FIRST, planter.models()):
            if name in planter.env and name not in planter.rows and name not in planter.failed:
                if not planter.of_the_installation(name):
                    planter.plant(name)
        values.stories(planter)
        planter.env.flush_all()
        planter.in_database = planter.read_back()
        cr.commit()
    planter.env = None
    return planter
