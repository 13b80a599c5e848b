from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

KINDS = [
    ("resolution", "Resolution"),
    ("statement", "Statement"),
    ("law", "Law"),
    ("report", "Report"),
    ("quote", "Quote"),
]


class EmbassyReference(models.Model):
    """A text that letters and briefings cite: whose it is, its number and day, where it stands."""

    _name = "embassy.reference"
    _inherit = ["embassy.shared.mixin"]
    _description = "Reference"
    _order = "date desc, id desc"
    _rec_name = "title"
    _rec_names_search = ("title", "number", "issuer")

    title = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="resolution")
    issuer = fields.Char("Issued by", required=True, translate=True)
    number = fields.Char(
        translate=True, help="As people cite it, with the word before it: Resolution 2499 (2023)."
    )
    date = fields.Date(required=True)
    language_id = fields.Many2one(
        "res.lang", ondelete="restrict", context={"active_test": False}, help="Of the text itself."
    )
    url = fields.Char("Address", required=True, help="Where everybody can read it.")
    quote = fields.Text(help="Word for word, in the language of the text.")
    summary = fields.Text(translate=True, help="What it says, in our own words.")
    active = fields.Boolean(default=True)

    _url_is_web = models.Constraint(
        "CHECK (url ~ '^https?://[^[:space:]]+$')",
        "The address of a source begins with https:// and has no spaces.",
    )
    _order_idx = models.Index("(company_id, date DESC, id DESC)")

    @api.depends("title", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for reference in self:
            number, title = reference.number, reference.title or ""
            reference.display_name = f"{number}: {title}" if number else title

    def _citation(self, lang=None):
        """How the text is cited in one line.

        :param lang: code of an installed language; the reader's own without it
        :return: str without a full stop
        """
        self.ensure_one()
        reference = self.with_context(lang=lang or self.env.lang)
        day = format_date(reference.env, reference.date, date_format="d MMMM y")
        title = reference.env._("“%(words)s”", words=reference.title)
        return ", ".join(filter(None, (reference.issuer, reference.number, title, day)))

    def _insert_text(self, lang=None):
        """What is put into a letter: the words, if there are any, with their source (str)."""
        self.ensure_one()
        source = f"{self._citation(lang)}, {self.url}"
        if not self.quote:
            return source
        env = self.with_context(lang=lang or self.env.lang).env
        return f"{env._('“%(words)s”', words=self.quote.strip())} ({source})"

    def _insert_html(self, lang=None):
        """The same as `_insert_text` for a text with links (Markup)."""
        self.ensure_one()
        source = Markup('<a href="%s">%s</a>') % (self.url, self._citation(lang))
        if not self.quote:
            return Markup("<p>%s</p>") % source
        words = self.quote.strip()
        return Markup("<blockquote><p>%s</p><p>%s</p></blockquote>") % (words, source)
