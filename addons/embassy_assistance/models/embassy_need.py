from odoo import api, fields, models, tools

TOPICS = [
    ("1_safety", "Safety"),
    ("2_papers", "Papers and law"),
    ("3_daily", "Daily life"),
    ("4_health", "Health"),
    ("5_future", "School, work, money"),
    ("6_people", "Family and people"),
]


class EmbassyNeed(models.Model):
    """What people ask for, in everyday words.

    A protected kind (health, detention, threat, household …) is offered where somebody asks for
    help, but no case tells which one it is: the case line stands on the one entry "Protected
    need", and the kind itself belongs to the sealed content.
    """

    _name = "embassy.need"
    _inherit = ["embassy.shared.mixin", "embassy.cached.mixin"]
    _description = "Need"
    _order = "topic, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    topic = fields.Selection(TOPICS, required=True, default="3_daily")
    sequence = fields.Integer(default=100)
    is_protected = fields.Boolean(
        "Protected",
        help="Cases say only that there is a protected need, never that it is this one.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A need with this code exists already."
    )

    def _on_case(self):
        """The need that a case may name instead of this one (embassy.need, one record)."""
        self.ensure_one()
        # sudo: a flag of a list entry that holds no person's data
        need_sudo = self.sudo()
        if need_sudo.is_protected:
            return self.browse(self._protected_id())
        return self

    @api.model
    def _offered(self, company_id):
        """What the form of a chapter offers. Called as the system."""
        return self.search_fetch(
            [("company_id", "in", [False, company_id]), ("id", "!=", self._protected_id())],
            ["code", "name", "topic", "is_protected"],
        )

    @api.model
    @tools.ormcache("company_id")
    def _offered_ids(self, company_id):
        """The same, without words: dict of code to the id that a case may name."""
        return {need.code: need._on_case().id for need in self._offered(company_id)}

    @api.model
    def _protected_id(self):
        """The id of the one entry that cases name for all protected kinds."""
        return self.env["ir.model.data"]._xmlid_to_res_id(
            "embassy_assistance.embassy_need_protected", raise_if_not_found=True
        )
