import csv

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL, file_open

ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "volunteer": "embassy_core.group_volunteer",
    "employee": "base.group_user",
    "outreach_officer": "embassy_core.group_outreach_officer",
    "case_worker": "embassy_core.group_case_worker",
    "coordinator": "embassy_core.group_coordinator",
    "federation": "embassy_core.group_federation",
    "technical_admin": "embassy_core.group_technical_admin",
}
RELATIONS = ("own", "other", "shared")
OPERATIONS = {"c": "create", "r": "read", "u": "write", "d": "unlink"}


class ChapterCase(TransactionCase):
    """Two chapters, and one person a role in each of them.

    ``cls.chapter_a`` and ``cls.chapter_b`` are people's embassies; ``cls.user_a["coordinator"]``
    is the coordinator of the first, ``cls.user_b["coordinator"]`` of the second, and so on for
    each key of ``ROLES``. No demo data is used.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                mail_create_nolog=True,
                no_reset_password=True,
                tracking_disable=True,
            )
        )
        cls.chapter_a, cls.chapter_b = cls.env["res.company"].create(
            [
                cls._chapter_values("Test embassy A", "QA"),
                cls._chapter_values("Test embassy B", "QB"),
            ]
        )
        cls.user_a = cls._staff(cls.chapter_a, "a")
        cls.user_b = cls._staff(cls.chapter_b, "b")

    @classmethod
    def _chapter_values(cls, name, code):
        return {"name": name}

    @classmethod
    def _staff(cls, chapter, suffix):
        return {
            role: new_test_user(
                cls.env,
                login=f"test_{role}_{suffix}",
                groups=group,
                company_id=chapter.id,
                company_ids=[(6, 0, chapter.ids)],
            )
            for role, group in ROLES.items()
        }

    @classmethod
    def ready_values(cls):
        """Values with which the public page of a chapter can open; its code is QA."""
        return {
            "chapter_code": "QA",
            "country_id": cls.env.ref("base.is").id,
            "chapter_language_ids": [Command.set(cls.env.ref("base.lang_be").ids)],
            "chapter_service_ids": [
                Command.set(cls.env.ref("embassy_core.embassy_service_papers").ids)
            ],
            "chapter_limit_ids": [
                Command.set(cls.env.ref("embassy_core.embassy_service_money").ids)
            ],
            "chapter_channel_ids": [
                Command.create(
                    {
                        "kind": "email",
                        "address": "qa@example.org",
                        "date_checked": fields.Date.today(),
                    }
                )
            ],
            "chapter_emergency_number_ids": [Command.create({"number": "112"})],
        }

    def as_user(self, record, user):
        """The record (or model) seen by a user with only the user's own chapters active."""
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def row_counts(self):
        """How many rows each table of the database has (dict)."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        tables = [name for (name,) in self.env.cr.fetchall()]
        counts = SQL(" UNION ALL ").join(
            SQL("SELECT %s, count(*) FROM %s", name, SQL.identifier(name)) for name in tables
        )
        self.env.cr.execute(counts)
        return dict(self.env.cr.fetchall())


class AccessMatrixCase(ChapterCase):
    """Compares an addon's ``security/access_matrix.csv`` with what the ORM really allows.

    A subclass names its ``addon`` and gives, for each model of the table, a method
    ``values_<model with underscores>(chapter)`` that returns values for one new row of that
    chapter; an empty ``chapter`` asks for a shared row. Cells hold the letters of the allowed
    operations: c(reate) r(ead) u(pdate) d(elete), ``-`` for nothing, ``n/a`` where such a row
    cannot exist (then the class need not make one).
    """

    addon = None
    allow_inherited_tests_method = True

    @classmethod
    def _matrix(cls):
        with file_open(f"{cls.addon}/security/access_matrix.csv") as file:
            return list(csv.DictReader(file))

    def _values(self, model, chapter):
        return getattr(self, "values_" + model.replace(".", "_"))(chapter)

    def _allowed(self, model, user, chapter):
        """Letters of the operations that the user may do on a row of the chapter."""
        values = self._values(model, chapter)
        record = self.env[model].create(values)
        self.env.flush_all()
        mine = self.as_user(record, user)
        letters = ""
        if self._may_create(model, user, chapter):
            letters += "c"
        found = self._may_find(mine)
        may_read = mine.has_access("read")
        self.assertEqual(found, may_read, f"{model}: search and read differ for {user.login}")
        letters += "r" if may_read else ""
        letters += "u" if mine.has_access("write") else ""
        letters += "d" if mine.has_access("unlink") else ""
        return letters or "-"

    def _may_find(self, record):
        try:
            return bool(
                record.with_context(active_test=False).search_count([("id", "=", record.id)])
            )
        except AccessError:
            return False

    def _may_create(self, model, user, chapter):
        values = self._values(model, chapter)
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.as_user(self.env[model], user).create(values)
                self.env.flush_all()
                raise _Undo
        except AccessError:
            return False
        except _Undo:
            return True
        finally:
            self.env.invalidate_all()

    def test_table_is_whole(self):
        """Every model of the addon has a row for every role, and no row twice."""
        rows = [(row["model"], row["role"]) for row in self._matrix()]
        self.assertEqual(len(rows), len(set(rows)), "a row stands twice")
        for model in {model for model, _role in rows} | self._own_models():
            for role in ROLES:
                self.assertIn((model, role), rows)

    def _own_models(self):
        return {
            name
            for name, cls in self.env.registry.items()
            if name.startswith("embassy.")
            and cls._original_module == self.addon
            and cls._auto
            and not cls._transient
        }

    def test_table_is_what_the_registry_allows(self):
        chapters = {
            "own": self.chapter_a,
            "other": self.chapter_b,
            "shared": self.env["res.company"],
        }
        for row in self._matrix():
            user = self.user_a[row["role"]]
            for relation in RELATIONS:
                expected = row[relation]
                if expected == "n/a":
                    continue
                with self.subTest(model=row["model"], role=row["role"], relation=relation):
                    with self.env.cr.savepoint() as savepoint:
                        allowed = self._allowed(row["model"], user, chapters[relation])
                        savepoint.rollback()
                    self.env.invalidate_all()
                    self.assertEqual(allowed, expected)

    def test_each_model_has_its_wall(self):
        """Each model of ours has the chapter column, indexed, and one global rule that names it."""
        for name in self._own_models():
            with self.subTest(model=name):
                field = self.env[name]._fields.get("company_id")
                self.assertTrue(field and field.store and field.index)
                rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
                walls = [
                    rule for rule in rules if rule["global"] and "company_ids" in rule.domain_force
                ]
                self.assertTrue(walls, "no global rule with company_ids")
                for rule in walls:
                    self.assertTrue(
                        rule.perm_read and rule.perm_write and rule.perm_create and rule.perm_unlink
                    )


class _Undo(Exception):
    """Leaves a savepoint after an operation that went through."""
