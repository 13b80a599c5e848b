from odoo import api, fields, models
from odoo.exceptions import UserError


class EmbassyGodparent(models.Model):
    """A member of parliament speaks up for one political prisoner.

    The prisoner stands here by a code. A name is written only when it is public already, as that
    of somebody whom human-rights organisations have named.
    """

    _name = "embassy.godparent"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Prisoner's godparent"
    _order = "date_start desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        "Godparent",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '=', 'person'), ('is_regime', '=', False)]",
    )
    prisoner_code = fields.Char("Prisoner's code", required=True)
    is_public = fields.Boolean("The name is public already")
    prisoner_name = fields.Char("Prisoner's name")
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        index="btree_not_null",
        check_company=True,
        default=lambda self: self.env.user,
    )
    date_start = fields.Date(
        "Since", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_end = fields.Date("Until", copy=False)
    date_release = fields.Date("Released on", copy=False)
    date_mandate_until = fields.Date("Mandate until", compute="_compute_date_mandate_until")
    tasks = fields.Text(help="What the godparent does: letters, questions, visits.")
    successor_id = fields.Many2one(
        "embassy.godparent",
        "Handed over to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
    )

    _name_is_public = models.Constraint(
        "CHECK (is_public IS TRUE OR COALESCE(prisoner_name, '') = '')",
        "A prisoner's name is written only when it is public already. Use the code.",
    )
    _dates_order = models.Constraint(
        "CHECK (date_start <= date_end)", "This cannot end before it starts."
    )
    _one_a_time = models.UniqueIndex(
        "(company_id, partner_id, prisoner_code) WHERE date_end IS NULL",
        "This person is the prisoner's godparent already.",
    )
    _order_index = models.Index("(company_id, date_start DESC, id DESC)")

    @api.depends("partner_id", "prisoner_code")
    def _compute_display_name(self):
        for godparent in self:
            parts = (godparent.partner_id.name, godparent.prisoner_code)
            godparent.display_name = ", ".join(part for part in parts if part)

    @api.depends("partner_id")
    def _compute_date_mandate_until(self):
        """When the last mandate of the godparent ends; empty where one has no end."""
        groups = self.env["embassy.mandate"]._read_group(
            [("person_id", "in", self.partner_id.ids)],
            ["person_id"],
            ["date_until:max", "date_until:count", "__count"],
        )
        until_of = {
            person: until for person, until, dated, count in groups if dated == count
        }
        for godparent in self:
            godparent.date_mandate_until = until_of.get(godparent.partner_id)

    @api.constrains("partner_id", "date_end")
    def _check_partner_id(self):
        present = self.filtered(lambda godparent: not godparent.date_end)
        self.env["res.partner"]._regime_guard(present.partner_id)
        if any(godparent.partner_id.directory_kind != "person" for godparent in self):
            raise UserError(self.env._("A godparent is a person in office."))

    def action_released(self):
        """The prisoner is free today: what was to be done for them ends."""
        today = fields.Date.context_today(self)
        for godparent in self:
            godparent.write(
                {
                    "date_release": godparent.date_release or today,
                    "date_end": godparent.date_end or today,
                }
            )

    def action_thank(self):
        """Begin the letter that thanks the godparent of somebody who is free."""
        return self._action_new(
            "embassy.letter",
            default_kind="thanks",
            default_subject=self.env._("Thank you for speaking up"),
        )

    def action_next(self):
        """Ask the godparent to speak up for another prisoner."""
        return self._action_new("embassy.godparent", default_user_id=self.user_id.id)

    def _action_new(self, model, **context):
        """An empty form for something else with this godparent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.partner_id.id, **context},
        }

    def _hand_over(self, successor, user):
        """End for these godparents, and begin for a successor on the same day.

        :param successor: ``res.partner`` record of a person in office
        :param user: ``res.users`` record of the new owner
        :return: the new godparents
        """
        today = fields.Date.context_today(self)
        begun = self.browse()
        for godparent in self:
            begun += (
                new := self.create(
                    {
                        "company_id": godparent.company_id.id,
                        "partner_id": successor.id,
                        "prisoner_code": godparent.prisoner_code,
                        "is_public": godparent.is_public,
                        "prisoner_name": godparent.prisoner_name,
                        "user_id": user.id,
                        "date_start": today,
                        "tasks": godparent.tasks,
                    }
                )
            )
            godparent.write({"date_end": max(today, godparent.date_start), "successor_id": new.id})
        return begun
