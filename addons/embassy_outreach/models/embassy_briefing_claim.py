from odoo import api, fields, models


class EmbassyBriefingClaim(models.Model):
    """One thing that a briefing says is so, and where it stands."""

    _name = "embassy.briefing.claim"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Claim of a briefing"
    _order = "sequence, id"
    _rec_name = "text"

    briefing_id = fields.Many2one(
        "embassy.briefing", required=True, index=True, ondelete="cascade", check_company=True
    )
    sequence = fields.Integer(default=10)
    text = fields.Char("Claim", required=True)
    reference_id = fields.Many2one(
        "embassy.reference", index="btree_not_null", ondelete="restrict", check_company=True
    )
    url = fields.Char(
        "Or an address", help="Where it stands, if it is no reference of the library."
    )

    _url_is_web = models.Constraint(
        "CHECK (url IS NULL OR url ~ '^https?://[^[:space:]]+$')",
        "The address of a source begins with https:// and has no spaces.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(self._with_chapter_of(vals_list, "briefing_id"))
        claims.briefing_id._check_changeable()
        claims.briefing_id._note_writer()
        return claims

    def write(self, vals):
        self.briefing_id._check_changeable()
        result = super().write(vals)
        self.briefing_id._check_changeable()
        self.briefing_id._note_writer()
        return result

    def unlink(self):
        self.briefing_id._check_changeable()
        self.briefing_id._note_writer()
        return super().unlink()

    def _is_sourced(self):
        return bool(self.reference_id or self.url)

    def _source(self, lang):
        """Where it stands: text and address (pair of str)."""
        reference = self.reference_id
        return (reference._citation(lang), reference.url) if reference else (self.url, self.url)
