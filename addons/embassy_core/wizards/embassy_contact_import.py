import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..importers import contacts, contacts_csv, vcard
from ..importers.parliament import UnreadableFile, email
from .contact_writer import BrokenRow, ContactPlanner, ContactWriter

MAX_MEGABYTES = 20


class EmbassyContactImport(models.TransientModel):
    """Bring people in office from an address book into the directory.

    First the file is read and each person compared with the directory; a person decides line by
    line; then all of it is written in one transaction, or nothing.
    """

    _name = "embassy.contact.import"
    _description = "Import people"

    state = fields.Selection(
        [("upload", "File"), ("columns", "Columns"), ("preview", "Preview"), ("done", "Done")],
        default="upload",
        required=True,
        readonly=True,
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    is_csv = fields.Boolean(readonly=True)
    encoding = fields.Selection(
        [
            ("utf-8-sig", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("cp1251", "Cyrillic (Windows-1251)"),
            ("cp1252", "Western (Windows-1252)"),
            ("cp1250", "Central European (Windows-1250)"),
        ],
        help="If the examples below look wrong, choose another one.",
    )
    country_id = fields.Many2one(
        "res.country", help="Of people whom the directory does not know yet."
    )
    column_ids = fields.One2many("embassy.contact.import.column", "import_id")
    line_ids = fields.One2many("embassy.contact.import.line", "import_id")
    left_out = fields.Json(readonly=True)
    counts = fields.Json(readonly=True)
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    record_id = fields.Many2one("embassy.import", readonly=True)

    @api.depends("state", "left_out", "counts", "line_ids.action")
    def _compute_summary(self):
        for wizard in self:
            sentences = wizard._result() if wizard.state == "done" else wizard._foreseen()
            items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
            wizard.summary = Markup("<ul>%s</ul>") % items

    def _foreseen(self):
        actions = self.line_ids.mapped("action")
        sentences = [
            self.env._("%(number)s people are new.", number=actions.count("create")),
            self.env._(
                "%(number)s people stand in the directory: what is empty there is filled.",
                number=actions.count("update"),
            ),
            self.env._("%(number)s people are left out.", number=actions.count("skip")),
        ]
        return sentences + [
            self.env._(
                "Line %(line)s (%(name)s): %(reason)s",
                line=line,
                name=name or "–",
                reason=self._note(code, ""),
            )
            for line, name, code in self.left_out or ()
        ]

    def _result(self):
        counts = self.counts or {}
        return [
            self.env._("%(number)s people added.", number=counts.get("new", 0)),
            self.env._("%(number)s people completed.", number=counts.get("changed", 0)),
            self.env._("%(number)s people stood there already.", number=counts.get("unchanged", 0)),
            self.env._("%(number)s mandates added.", number=counts.get("mandates", 0)),
        ]

    def action_read(self):
        """Read the file: a CSV asks what its columns mean, a vCard goes on to the preview."""
        self.ensure_one()
        content = self._content()
        try:
            if vcard.is_vcard(content) or (self.file_name or "").lower().endswith(".vcf"):
                self.write({"is_csv": False, "column_ids": [fields.Command.clear()]})
                return self._preview(vcard.read(content))
            self._read_columns(contacts_csv.read_table(content, self.encoding or ""))
        except UnreadableFile as unreadable:
            raise UserError(self._why_unreadable(unreadable)) from unreadable
        return self._show()

    def action_read_again(self):
        """Read the columns anew, in the encoding that a person chose."""
        return self.action_read()

    def action_preview(self):
        """Compare the people of a CSV with the directory."""
        self.ensure_one()
        meanings = [column.meaning or "" for column in self.column_ids.sorted("number")]
        given = list(filter(None, meanings))
        if twice := {meaning for meaning in given if given.count(meaning) > 1}:
            labels = dict(self.column_ids._fields["meaning"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Two columns mean “%(meaning)s”. Keep one.", meaning=labels[twice.pop()]
                )
            )
        try:
            table = contacts_csv.read_table(self._content(), self.encoding or "")
            return self._preview(contacts_csv.read(table, meanings))
        except UnreadableFile as unreadable:
            raise UserError(self._why_unreadable(unreadable)) from unreadable

    def action_back(self):
        self.ensure_one()
        self.state = "columns" if self.state == "preview" and self.is_csv else "upload"
        return self._show()

    def action_import(self):
        """Write what was chosen, all of it or nothing."""
        self.ensure_one()
        if self.state != "preview":
            return self._show()
        lines = self.line_ids.filtered(lambda line: line.action != "skip")
        if not lines:
            raise UserError(self.env._("Everybody is left out. Choose whom to add or complete."))
        self._check_lines(lines)
        env = self.with_company(self.env.company).env
        record = env["embassy.import"]._begin("csv" if self.is_csv else "vcard", self.file_name)
        writer = ContactWriter(env, self.country_id, record)
        try:
            writer.write(lines)
        except BrokenRow as broken:
            raise UserError(self._line_refused(broken.line, broken.sentence)) from broken
        kept = record._forget_if_empty()
        self.write({"state": "done", "counts": dict(writer.counts), "record_id": kept.id})
        return self._show()

    def action_open_record(self):
        """What came of it, with the way back."""
        self.ensure_one()
        return self.record_id._open()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import people"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _content(self):
        """
        :rtype: bytes
        :raise UserError: when there is no file, or a very large one
        """
        file = self.with_context(bin_size=False).file
        if not file:
            raise UserError(self.env._("Choose a file first."))
        if len(file) > MAX_MEGABYTES * 1024 * 1024 * 4 // 3 + 4:
            raise UserError(
                self.env._(
                    "The file is larger than %(number)s MB. Export it without photos, or in parts.",
                    number=MAX_MEGABYTES,
                )
            )
        return base64.b64decode(file)

    def _read_columns(self, table):
        meanings = contacts_csv.guess(table.columns)
        examples = [
            next((row[number] for _line, row in table.rows[:20] if row[number : number + 1]), "")
            for number in range(len(table.columns))
        ]
        self.column_ids.unlink()
        self.write({"state": "columns", "is_csv": True, "encoding": table.encoding})
        self.env["embassy.contact.import.column"].create(
            [
                {
                    "import_id": self.id,
                    "number": number,
                    "name": name,
                    "sample": sample[:80],
                    "meaning": meaning,
                }
                for number, (name, sample, meaning) in enumerate(
                    zip(table.columns, examples, meanings, strict=True)
                )
            ]
        )

    def _preview(self, found):
        """
        :param found: ``importers.contacts.Contacts``
        """
        if not found.people:
            raise UnreadableFile("no_people")
        plans = ContactPlanner(self.env, found.people).plan()
        writable = self.env["res.partner"].concat(*(plan["partner"] for plan in plans))
        writable = set(writable._filtered_access("write")._ids)
        self.line_ids.unlink()
        self.env["embassy.contact.import.line"].create(
            [
                self._line_values(person, plan, writable)
                for person, plan in zip(found.people, plans, strict=True)
            ]
        )
        self.write(
            {
                "state": "preview",
                "left_out": [
                    [remark.pointer, remark.name, remark.code] for remark in found.remarks
                ],
            }
        )
        return self._show()

    def _line_values(self, person, plan, writable):
        partner, notes = plan["partner"], plan["notes"]
        action = plan["action"]
        if partner and partner.id not in writable:
            action = "skip"
            notes.append(("kept_elsewhere", ""))
        body = plan["body"]
        chapter = partner.company_id if partner else self._chapter_of_new()
        if body.company_id and body.company_id != chapter:
            notes.append(("closed_body", ""))
            body = body.browse()
        return {
            "import_id": self.id,
            "line": person.line,
            "action": action,
            "is_proposed_new": action == "create",
            "name": person.name,
            "other_names": "\n".join(person.other_names) or False,
            "email": person.email or False,
            "phone": person.phone or False,
            "website": person.website or False,
            "wikidata": person.wikidata or False,
            "body_id": body.id,
            "role": person.title or False,
            "partner_id": partner.id,
            "note": " ".join(self._note(code, value) for code, value in notes) or False,
        }

    def _chapter_of_new(self):
        return self.env["res.partner"]._default_directory_chapter()

    def _check_lines(self, lines):
        """What a person typed into the preview, and what came into the directory since."""
        for line in lines:
            if line.email and not email(line.email):
                raise UserError(
                    self._line_refused(line.line, self.env._("The e-mail address is wrong."))
                )
            if line.action == "update" and not line.partner_id:
                raise UserError(
                    self._line_refused(line.line, self.env._("Choose who of the directory it is."))
                )
        new = lines.filtered(lambda line: line.action == "create")
        proposed = new.filtered("is_proposed_new")
        people = [
            contacts.Contact(line.line, line.name, email=line.email or "") for line in proposed
        ]
        for person, plan in zip(people, ContactPlanner(self.env, people).plan(), strict=True):
            if plan["partner"]:
                raise UserError(
                    self._line_refused(
                        person.line,
                        self.env._(
                            "This person stands in the directory by now. Go back and look again."
                        ),
                    )
                )

    def _line_refused(self, line, sentence):
        return self.env._(
            "Nothing was imported. Line %(line)s: %(reason)s", line=line, reason=sentence
        )

    def _why_unreadable(self, unreadable):
        sentences = {
            "empty": self.env._("The file is empty."),
            "no_cards": self.env._("There is no vCard in this file."),
            "no_people": self.env._("There are no people in this file."),
            "no_name_column": self.env._("Say which column holds the name."),
            "too_many": self.env._(
                "There are more than %(number)s people in it. Split the file.",
                number=contacts.MAX_PEOPLE,
            ),
            "no_end": self.env._("The card that begins here has no end."),
            "outside": self.env._("This stands outside of any card."),
            "no_version": self.env._("The card that begins here does not say its version."),
            "bad_version": self.env._("This version of vCard is unknown."),
            "not_property": self.env._("This is no line of a vCard."),
            "bad_quoted": self.env._("The encoded text is broken."),
            "bad_charset": self.env._("Its encoding is unknown."),
            "bad_text": self.env._("This is no text in the encoding of the file."),
            "not_csv": self.env._("This is broken CSV: look at the quotation marks."),
            "columns": self.env._("The line has more fields than there are columns."),
        }
        sentence = sentences.get(unreadable.code, unreadable.code)
        if unreadable.place:
            return self._line_refused(unreadable.place, sentence)
        return self.env._("Nothing was imported. %(reason)s", reason=sentence)

    def _note(self, code, value):
        sentences = {
            "not_person": self.env._("It is an organisation or a group, not a person."),
            "no_name": self.env._("It has no name."),
            "private_email": self.env._("A private e-mail address is left out."),
            "private_tel": self.env._("A private or mobile phone is left out."),
            "private_url": self.env._("A private website is left out."),
            "bad_email": self.env._("The e-mail address is wrong and left out."),
            "bad_phone": self.env._("The phone is wrong and left out."),
            "bad_website": self.env._("The website is wrong and left out."),
            "bad_wikidata": self.env._("The Wikidata identifier is wrong and left out."),
            "several": self.env._("Several may be meant: %(names)s.", names=value),
            "like": self.env._("Is it one of these? %(names)s.", names=value),
            "twice": self.env._("The same name or address stands in line %(line)s.", line=value),
            "regime": self.env._("Belongs to the regime, which is only watched."),
            "no_title": self.env._("Without a role there is no mandate."),
            "no_body": self.env._("The directory has no institution “%(name)s”.", name=value),
            "bodies": self.env._("There are several institutions “%(name)s”.", name=value),
            "closed_body": self.env._(
                "The person is shared and the institution is not: no mandate."
            ),
            "kept_elsewhere": self.env._(
                "Another chapter keeps this record. Ask it to make the change."
            ),
        }
        return sentences[code]
