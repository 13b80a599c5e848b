from odoo import api, fields, models
from odoo.tools import formataddr

SHOWN = 3


class ResCompany(models.Model):
    _inherit = "res.company"

    letter_alias_id = fields.Many2one(
        "mail.alias", "Address for letters", readonly=True, copy=False, ondelete="set null"
    )
    letter_alias_name = fields.Char(
        "Letters arrive at",
        compute="_compute_letter_alias_name",
        inverse="_inverse_letter_alias_name",
        help="Mail from institutions of the directory is proposed as an incoming letter."
        " Whoever else writes there is told where to ask for help.",
    )
    letter_alias_full = fields.Char("Full address", compute="_compute_letter_alias_name")

    @api.depends("letter_alias_id")
    def _compute_letter_alias_name(self):
        for company in self:
            # sudo: the chapter's own address, for those who see the chapter
            alias_sudo = company.sudo().letter_alias_id
            company.letter_alias_name = alias_sudo.alias_name
            company.letter_alias_full = alias_sudo.alias_full_name

    def _inverse_letter_alias_name(self):
        for company in self:
            # sudo: an address of the chapter for letters and nothing else
            company_sudo = company.sudo()
            alias_sudo = company_sudo.letter_alias_id
            if alias_sudo:
                alias_sudo.alias_name = company.letter_alias_name
            elif company.letter_alias_name:
                company_sudo.letter_alias_id = alias_sudo.create(
                    {
                        "alias_name": company.letter_alias_name,
                        "alias_domain_id": company_sudo.alias_domain_id.id,
                        "alias_model_id": self.env["ir.model"]._get_id("embassy.letter"),
                        "alias_defaults": repr({"company_id": company.id, "direction": "in"}),
                        "alias_contact": "everyone",
                        "chapter_id": company.id,
                    }
                )

    def _coordinator_fields(self):
        return super()._coordinator_fields() | {"letter_alias_name"}

    def _letter_address(self):
        """The address that letters of the chapter come from (str), with its name."""
        self.ensure_one()
        # sudo: the address is on every letter
        company_sudo = self.sudo()
        alias_sudo = company_sudo.letter_alias_id
        address = (alias_sudo.alias_name and alias_sudo.alias_full_name) or company_sudo.email
        return formataddr((company_sudo.name, address)) if address else False

    def _latest_briefings(self):
        """The newest published ones for the public page: in its language, else in any.

        :return: embassy.briefing, at most three, as the system
        """
        self.ensure_one()
        # sudo: what is published is everybody's
        briefings_sudo = self.env["embassy.briefing"].sudo()
        domain = briefings_sudo._public_domain(self)
        own = [("language_id.code", "=", self.env.lang)]
        return briefings_sudo.search(domain + own, limit=SHOWN) or briefings_sudo.search(
            domain, limit=SHOWN
        )
