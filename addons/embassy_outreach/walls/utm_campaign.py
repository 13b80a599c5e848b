from odoo import api, fields, models


class UtmCampaign(models.Model):
    """A campaign is one chapter's. Its name is unique there only, or it would tell of others."""

    _name = "utm.campaign"
    _inherit = ["utm.campaign", "embassy.chapter.mixin"]
    _owner_columns = ("user_id", "create_uid")

    # As the system, the number that core puts behind a name would count those of others.
    name = fields.Char(compute_sudo=False)
    user_id = fields.Many2one(check_company=True)
    stage_id = fields.Many2one(check_company=True)
    tag_ids = fields.Many2many(check_company=True)
    ab_testing_winner_mailing_id = fields.Many2one(check_company=True)

    # Takes the place of core's own, which holds for all chapters together.
    _unique_name = models.Constraint("CHECK (name IS NOT NULL)", "A campaign has a name.")
    _name_in_chapter = models.UniqueIndex(
        "(name, company_id)", "There is a campaign with this name already."
    )

    @api.model
    def _group_expand_stage_ids(self, stages, domain):
        """Core shows the stages of everybody."""
        return self._read_group_expand_full(stages, domain)

    @api.model
    def _cron_process_mass_mailing_ab_testing(self):
        """Nobody is watched, so no version of a mailing wins."""
        return self.browse()
