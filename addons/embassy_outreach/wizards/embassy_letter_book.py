from odoo import fields, models
from odoo.exceptions import UserError


class EmbassyLetterBook(models.TransientModel):
    """The register of a year, to be printed."""

    _name = "embassy.letter.book"
    _description = "Register of a year"
    _order = "id"

    company_id = fields.Many2one(
        "res.company", "Chapter", required=True, default=lambda self: self.env.company
    )
    year = fields.Integer(required=True, default=lambda self: self._default_year())

    def _default_year(self):
        return fields.Date.context_today(self).year

    def _registers(self):
        """What the book holds, as the reader sees it.

        :return: list of dict ``title`` (str), ``letters`` (``embassy.letter``), the empty left out
        """
        self.ensure_one()
        Letter = self.env["embassy.letter"]
        titles = {
            "in": self.env._("Incoming letters"),
            "out": self.env._("Outgoing letters"),
        }
        registers = []
        for direction, title in titles.items():
            # A book of a year has no page that is left out.
            letters = Letter.search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("direction", "=", direction),
                    ("year", "=", self.year),
                    ("serial", ">", 0),
                ],
                order="serial, id",
            )
            if letters:
                registers.append({"title": title, "letters": letters})
        return registers

    def action_print(self):
        if not self._registers():
            raise UserError(self.env._("No letter was registered in that year."))
        return self.env.ref("embassy_outreach.embassy_letter_book_report").report_action(self)
