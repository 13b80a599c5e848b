import collections
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import references

# In the order in which they go: what hangs on others first.
MODELS = ("embassy.mandate", "embassy.identifier", "embassy.legislature", "res.partner")
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
# What belongs to a record itself: its stamp covers it, or it goes along.
PARTS = {"res.partner": {"embassy_identifier", "embassy_import_line"}}


class EmbassyImport(models.Model):
    """One file that somebody brought into the directory, so that it can be taken back.

    Importers write through ``_note_made`` and ``_write_noted``; nobody else writes here.
    """

    _name = "embassy.import"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Import"
    _order = "id desc"

    user_id = fields.Many2one(
        "res.users", "Imported by", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        [("vcard", "vCard"), ("csv", "CSV"), ("parliament", "Parliament")],
        required=True,
        readonly=True,
    )
    file_name = fields.Char("File", readonly=True)
    made_count = fields.Integer("Added", readonly=True)
    changed_count = fields.Integer("Changed", readonly=True)
    state = fields.Selection(
        [("done", "Imported"), ("partly", "Partly taken back"), ("undone", "Taken back")],
        default="done",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many("embassy.import.line", "import_id", "What came of it")

    _list_index = models.Index("(company_id, id DESC)")

    @api.depends("kind", "create_date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            day = fields.Date.context_today(record, record.create_date or fields.Datetime.now())
            record.display_name = f"{labels.get(record.kind, '')}, {day}"

    # What importers call

    @api.model
    def _begin(self, kind, file_name):
        """A new record of the person who imports, for their chapter.

        :rtype: embassy.import, with the rights of the system
        """
        # sudo: nobody may write here by hand, as an undo deletes what stands here
        imports_sudo = self.env["embassy.import"].sudo()
        return imports_sudo.create(
            {
                "company_id": self.env.company.id,
                "user_id": self.env.uid,
                "kind": kind,
                "file_name": (file_name or "")[:100],
            }
        )

    def _forget_if_empty(self):
        """An import that changed nothing needs no way back.

        :return: what is left of it
        """
        # sudo: as in _begin
        empty_sudo = self.sudo().filtered(lambda record: not record.line_ids)
        left = self - self.browse(empty_sudo.ids)
        empty_sudo.unlink()
        return left

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _note_made(self, records):
        """Remember what the import has just made."""
        records.invalidate_recordset()
        self._add_lines(
            [{"made": True, "stamp": self._stamp(record)} for record in records], records
        )
        self.made_count += len(records)

    def _write_noted(self, rows):
        """Change records as the person who imports may, and remember what stood there before.

        :param rows: list of (record, values)
        """
        known = self._lines_of([record for record, _values in rows])
        lines, records = [], []
        for record, values in rows:
            old_identifiers = self._identifiers(record)
            names = [name for name in values if name != "identifier_ids"]
            before = {name: self._plain(record, name) for name in names}
            record.write(values)
            self._note_new_identifiers(record, old_identifiers)
            line = known.get((record._name, record.id))
            if line and line.made:
                record.invalidate_recordset()
                line.stamp = self._stamp(record)
            elif line:
                before |= line.before or {}
                line.write({"before": before, "stamp": self._stamp(record, before)})
            elif before:
                lines.append({"before": before, "stamp": self._stamp(record, before)})
                records.append(record)
        self._add_lines(lines, records)
        self.changed_count += len(rows)

    def _add_lines(self, lines, records):
        # sudo: as in _begin
        lines_sudo = self.env["embassy.import.line"].sudo()
        lines_sudo.create(
            [
                {
                    "import_id": self.id,
                    "company_id": self.company_id.id,
                    "partner_id": self._partner_of(record).id,
                    "res_model": record._name,
                    "res_id": record.id,
                }
                | line
                for line, record in zip(lines, records, strict=True)
            ]
        )

    def _lines_of(self, records):
        # sudo: as in _begin
        lines_sudo = self.env["embassy.import.line"].sudo()
        found = lines_sudo.search(
            [("import_id", "=", self.id), ("res_id", "in", [record.id for record in records])]
        )
        return {(line.res_model, line.res_id): line for line in found}

    @staticmethod
    def _identifiers(record):
        return record.identifier_ids if record._name == "res.partner" else None

    def _note_new_identifiers(self, record, old):
        new = (self._identifiers(record) - old) if old is not None else None
        line = new and self._lines_of([record]).get((record._name, record.id))
        if new and not (line and line.made):
            self._note_made(new)

    @staticmethod
    def _partner_of(record):
        for name in ("person_id", "body_id", "partner_id"):
            if name in record._fields and record._name != "res.partner":
                return record[name]
        return record

    # Telling whether anybody changed it

    @staticmethod
    def _plain(record, name):
        """The value of a field as JSON can hold it and ``write`` takes it."""
        value = record._fields[name].convert_to_write(record[name], record)
        return value if isinstance(value, str | int | float | bool | None) else str(value)

    @staticmethod
    def _read(record, name):
        return record._fields[name].convert_to_read(record[name], record, False)

    def _stamp(self, record, names=None):
        """What tells the content of a record from what it was: a hash, never the content.

        :param record: one record
        :param names: its fields, or nothing for all that a person can fill in
        """
        # sudo: fields that this person may not read count too
        record_sudo = record.sudo()
        whole = names is None
        if whole:
            names = [name for name, field in record._fields.items() if self._is_content(field)]
        content = {
            name: value
            for name in names
            if (value := self._read(record_sudo, name))
        }
        if whole and record._name == "res.partner":
            content["identifiers"] = sorted(
                f"{identifier.scheme} {identifier.value}"
                for identifier in record_sudo.identifier_ids
            )
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    @staticmethod
    def _is_content(field):
        return (
            field.store
            and field.column_type
            and not field.company_dependent
            and not (field.compute and field.readonly)
            and field.name not in models.MAGIC_COLUMNS
        )

    # Taking it back

    def action_undo(self):
        """Take back what the import made and nobody changed since; the rest stays and is named.

        It may be run again, when what kept a record there is gone.
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if self.user_id != user and not user.has_group("embassy_core.group_coordinator"):
            raise AccessError(
                self.env._("Whoever imported this, or a coordinator, can take it back.")
            )
        # sudo: the lines are written by nobody, and an officer deletes no contacts but these
        self_sudo = self.sudo().with_context(active_test=False, **QUIET)
        self_sudo.lock_for_update()
        self_sudo._undo(self.env)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _undo(self, user_env):
        """
        :param user_env: environment of the person, who must be able to change what goes
        """
        records = self._standing()
        reasons = self._not_theirs(records, user_env)
        made = [line for line in records if line.made and line not in reasons]
        changed = [line for line in records if not line.made and line not in reasons]
        reasons |= self._revert(changed, records, user_env)
        stale = [line for line in made if line.stamp != self._stamp(records[line])]
        reasons |= dict.fromkeys(stale, "changed")
        reasons |= self._kept_by_others(
            {line: records[line] for line in made if line not in reasons}
        )
        self._delete([records[line] for line in made if line not in reasons])
        for line in self.line_ids.exists():
            line.reason = reasons.get(line, False)
        self.line_ids.exists().filtered(lambda line: not line.reason).unlink()
        self.invalidate_recordset()
        self.state = "partly" if self.line_ids else "undone"

    def _standing(self):
        """Lines with their records, as far as those are there; the other lines go."""
        records = {}
        for model, lines in self.line_ids.grouped("res_model").items():
            found = self.env[model].browse(lines.mapped("res_id")).exists()
            by_id = {record.id: record for record in found}
            records |= {line: by_id[line.res_id] for line in lines if line.res_id in by_id}
        (self.line_ids - self.line_ids.concat(*records)).unlink()
        return records

    @staticmethod
    def _not_theirs(records, user_env):
        reasons = {}
        by_model = collections.defaultdict(list)
        for line, record in records.items():
            by_model[record._name].append((line, record))
        for model, rows in by_model.items():
            own = user_env[model].browse([record.id for _line, record in rows])
            writable = set(own._filtered_access("write")._ids)
            reasons |= {line: "foreign" for line, record in rows if record.id not in writable}
        return reasons

    def _revert(self, lines, records, user_env):
        reasons = {}
        for line in lines:
            record = records[line]
            if line.stamp != self._stamp(record, line.before):
                reasons[line] = "changed"
                continue
            try:
                with self.env.cr.savepoint():
                    record.with_env(user_env(context=self.env.context)).write(line.before)
            except UserError:
                reasons[line] = "used"
        return reasons

    def _kept_by_others(self, made):
        """Why records stay that nobody changed: others point at them, or they belong together.

        :param made: dict of records by line
        :return: dict of reasons by line
        """
        going = {(record._table, record.id): line for line, record in made.items()}
        users = references.rows_pointing_at(self.env, made.values(), PARTS)
        reasons = {}
        while True:
            staying = {
                key: "used"
                for key in going
                if any(other not in going for other in users.get(key, ()))
            }
            staying |= {
                key: "together"
                for key, line in going.items()
                if key[0] in ("embassy_mandate", "embassy_identifier")
                and self._made_and_stays(line.partner_id, going)
            }
            if not staying:
                return reasons
            reasons |= {going.pop(key): reason for key, reason in staying.items()}

    def _made_and_stays(self, partner, going):
        if ("res_partner", partner.id) in going:
            return False
        return any(
            line.made and line.res_model == "res.partner" and line.res_id == partner.id
            for line in self.line_ids
        )

    def _delete(self, records):
        for model in MODELS:
            of_model = self.env[model].browse(
                record.id for record in records if record._name == model
            )
            of_model.unlink()
        self.env.invalidate_all()
