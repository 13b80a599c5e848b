from odoo import models


class EmbassyPersonKey(models.Model):
    _inherit = "embassy.person.key"

    def unlink(self):
        # sudo: as in the core
        grants_sudo = self.env["embassy.case.grant"].sudo()
        grants_sudo.search([("person_key_id", "in", self.ids)]).unlink()
        return super().unlink()

    def _take_over(self, former_sudo):
        super()._take_over(former_sudo)
        # sudo: only this method moves them, to the same person
        grants_sudo = self.env["embassy.case.grant"].sudo()
        grants_sudo.search([("person_key_id", "=", former_sudo.id)]).person_key_id = self
