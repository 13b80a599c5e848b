import base64
import collections

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..importers import everypolitician_csv, popolo
from ..importers.parliament import UnreadableFile
from .parliament_writer import ParliamentWriter

MAX_MEGABYTES = 20
STEP = 100
STATUSES = ("new", "changed", "unchanged", "refused")


class EmbassyParliamentImport(models.TransientModel):
    """Bring a published parliament into the directory: look first, then write, then report.

    The file is read anew at each step, so a step needs nothing but its position, and running
    again after a break repairs what is missing.
    """

    _name = "embassy.parliament.import"
    _description = "Import a parliament"

    state = fields.Selection(
        [("upload", "File"), ("preview", "Preview"), ("done", "Done")],
        default="upload",
        required=True,
        readonly=True,
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    is_csv = fields.Boolean(compute="_compute_is_csv")
    country_id = fields.Many2one(
        "res.country", required=True, default=lambda self: self._default_country_id()
    )
    parliament_name = fields.Char(
        help="A CSV file does not say whose members it lists. Popolo files do."
    )
    is_shared = fields.Boolean(
        "Share with all chapters", default=lambda self: self._default_is_shared()
    )
    is_federation = fields.Boolean(compute="_compute_is_federation")
    position = fields.Integer(readonly=True)
    total = fields.Integer(readonly=True)
    counts = fields.Json(readonly=True)
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    line_ids = fields.One2many("embassy.parliament.import.line", "import_id", readonly=True)
    record_id = fields.Many2one("embassy.import", readonly=True)

    def _default_country_id(self):
        return self.env.company.country_id

    def _default_is_shared(self):
        return self._is_federation_only()

    @api.depends("file_name")
    def _compute_is_csv(self):
        for wizard in self:
            wizard.is_csv = (wizard.file_name or "").lower().endswith(".csv")

    def _compute_is_federation(self):
        self.is_federation = self._is_federation_only()

    @api.depends("counts")
    def _compute_summary(self):
        kinds = self.env["embassy.parliament.import.line"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        heads = (
            self.env._("New"),
            self.env._("Changed"),
            self.env._("Unchanged"),
            self.env._("Refused"),
        )
        cell, row = Markup("<td class='text-end'>%s</td>"), Markup("<tr><th>%s</th>%s</tr>")
        for wizard in self:
            counts = wizard.counts or {}
            head = row % (
                "",
                Markup().join(Markup("<th class='text-end'>%s</th>") % h for h in heads),
            )
            rows = [
                row
                % (
                    label,
                    Markup().join(cell % counts.get(f"{kind}/{status}", 0) for status in STATUSES),
                )
                for kind, label in labels.items()
            ]
            wizard.summary = Markup("<table class='table table-sm w-auto'>%s%s</table>") % (
                head,
                Markup().join(rows),
            )

    def action_preview(self):
        """Say what would happen, without writing anything of the file."""
        self.ensure_one()
        parliament = self._read_file()
        self._start(parliament)
        self._run(parliament, 0, len(parliament.people), dry=True)
        self.state = "preview"
        return self._show()

    def action_import(self):
        """Begin to write. The browser then calls ``action_step`` until all is done."""
        self.ensure_one()
        self._start(self._read_file())
        self.record_id = self.env["embassy.import"]._begin("parliament", self.file_name)
        return {
            "type": "ir.actions.client",
            "tag": "embassy_core.run_steps",
            "params": {"model": self._name, "id": self.id},
        }

    def action_step(self):
        """Write the next people of the file.

        :return: how far it went
        :rtype: dict with the numbers ``done`` and ``total``
        """
        self.ensure_one()
        parliament = self._read_file()
        self._run(parliament, self.position, STEP, dry=False)
        self.position = min(self.position + STEP, self.total)
        if self.position == self.total:
            self.state = "done"
            self.record_id._forget_if_empty()
        return {"done": self.position, "total": self.total}

    def action_show(self):
        """The report, after the last step."""
        self.ensure_one()
        return self._show()

    def action_open_record(self):
        """What came of it, with the way back."""
        self.ensure_one()
        return self.record_id._open()

    def action_back(self):
        self.ensure_one()
        self.state = "upload"
        return self._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a parliament"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _is_federation_only(self):
        """The federation keeps no records but shared ones."""
        return not self.env["res.partner"]._default_directory_chapter()

    def _start(self, parliament):
        self.line_ids.unlink()
        refused = [remark for remark in parliament.remarks if not remark.taken]
        self.write({"position": 0, "total": len(parliament.people), "counts": {}})
        self._report(
            [("refused" if not r.taken else "partly", self._kind(r), r) for r in parliament.remarks]
        )
        self._count(collections.Counter((self._kind(r), "refused") for r in refused))

    def _run(self, parliament, position, number, dry):
        env = self.with_company(self.env.company).env
        shared = self.is_shared or self._is_federation_only()
        # sudo: importers alone write down what they did; the id is of this wizard's own import
        record_sudo = self.record_id.sudo()
        writer = ParliamentWriter(env, parliament, self.country_id, shared, dry, record_sudo)
        if position == 0:
            writer.write_bodies()
        else:
            writer.find_bodies()
        people = list(parliament.people.values())[position : position + number]
        keys = {person.key for person in people}
        writer.write_people(people, [row for row in parliament.memberships if row.person in keys])
        self._count(writer.counts)
        self.env["embassy.parliament.import.line"].create(
            [
                {
                    "import_id": self.id,
                    "status": status,
                    "kind": kind,
                    "pointer": pointer,
                    "name": name,
                }
                for status, kind, pointer, name in writer.entries
            ]
        )
        self._report([("refused", kind, remark) for kind, remark in writer.remarks])

    def _count(self, counts):
        total = collections.Counter(self.counts or {})
        total.update({f"{kind}/{status}": number for (kind, status), number in counts.items()})
        self.counts = dict(total)

    def _report(self, remarks):
        self.env["embassy.parliament.import.line"].create(
            [
                {
                    "import_id": self.id,
                    "status": status,
                    "kind": kind,
                    "pointer": remark.pointer,
                    "name": remark.name,
                    "reason": self._reason(remark.code, remark.value),
                }
                for status, kind, remark in remarks
            ]
        )

    @staticmethod
    def _kind(remark):
        """What a row of the file would have become; a row of a CSV is a mandate."""
        if "memberships/" in remark.pointer or not remark.pointer.startswith("/"):
            return "mandate"
        if "events/" in remark.pointer or "legislative_periods/" in remark.pointer:
            return "legislature"
        return "institution" if remark.pointer.startswith("/organizations/") else "person"

    def _read_file(self):
        """
        :rtype: ..importers.parliament.Parliament
        :raise UserError: one sentence that says why nothing of the file can be taken
        """
        file = self.with_context(bin_size=False).file
        if not file:
            raise UserError(self.env._("Choose a file first."))
        if len(file) > MAX_MEGABYTES * 1024 * 1024 * 4 // 3 + 4:
            raise UserError(
                self.env._(
                    "The file is larger than %(number)s MB. Split it, for example by legislature.",
                    number=MAX_MEGABYTES,
                )
            )
        content = base64.b64decode(file)
        try:
            if self._is_json(content):
                return popolo.read(content)
            if not (self.parliament_name or "").strip():
                raise UserError(
                    self.env._("Say the name of the parliament: a CSV file does not name it.")
                )
            return everypolitician_csv.read(content, self.parliament_name.strip())
        except UnreadableFile as unreadable:
            raise UserError(self._why_unreadable(unreadable)) from unreadable

    def _is_json(self, content):
        begin = content[:100].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        return begin in (b"{", b"[") or (self.file_name or "").lower().endswith(".json")

    def _why_unreadable(self, unreadable):
        sentences = {
            "empty": self.env._("The file is empty."),
            "not_utf8": self.env._(
                "The file is not in UTF-8. Save it as UTF-8 and choose it again."
            ),
            "not_json": self.env._(
                "The file is broken JSON (line %(line)s).", line=unreadable.place or "?"
            ),
            "too_deep": self.env._("The file is nested too deeply to be a parliament."),
            "not_popolo": self.env._(
                "The file is JSON, but not Popolo: its sections must be lists."
            ),
            "not_csv": self.env._(
                "The file is broken CSV (line %(line)s).", line=unreadable.place or "?"
            ),
            "no_columns": self.env._(
                "The first line must name the columns, and one of them must be “name”."
            ),
            "no_people": self.env._("There are no people in this file."),
        }
        return self.env._(
            "Nothing was imported. %(reason)s",
            reason=sentences.get(unreadable.code, unreadable.code),
        )

    def _reason(self, code, value):
        sentences = {
            "not_object": self.env._("This is not an entry with fields."),
            "no_name": self.env._("It has no name."),
            "twice": self.env._(
                "Another entry above has the same identifier: %(value)s", value=value
            ),
            "unknown_person": self.env._(
                "The file knows no person with the identifier %(value)s", value=value
            ),
            "unknown_body": self.env._(
                "The file knows no organization with the identifier %(value)s", value=value
            ),
            "no_body": self.env._("It does not say in which organization."),
            "unknown_faction": self.env._(
                "Taken without its faction: the file does not know %(value)s", value=value
            ),
            "unknown_legislature": self.env._(
                "Taken without its legislature: the file does not know %(value)s", value=value
            ),
            "bad_date": self.env._(
                "“%(value)s” is no date. Use 2015, 2015-04 or 2015-04-09.", value=value
            ),
            "reversed": self.env._("It ends before it starts."),
            "before_term": self.env._("It ended before its legislature began."),
            "columns": self.env._("The line has more fields than there are columns."),
            "overlap": self.env._("The person holds this role there at that time already."),
            "kept_elsewhere": self.env._(
                "Another chapter keeps this record. Ask it to make the change."
            ),
            "place_refused": self.env._("The person or the institution was refused."),
            "database": value or self.env._("The database refused it."),
        }
        return sentences[code]
