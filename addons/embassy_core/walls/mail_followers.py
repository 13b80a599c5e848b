from odoo import models

from ..tools.documents import shared_by_chapters


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["embassy.document.mixin", "mail.followers"]

    def _insert_followers(self, res_model, res_ids, partner_ids, *args, **kwargs):
        """Core makes people followers of what they create: not of what all chapters share."""
        shared = shared_by_chapters(self.env[res_model].browse(res_ids))
        left = [id_ for id_ in res_ids if id_ not in set(shared.ids)]
        if not left:
            return None
        return super()._insert_followers(res_model, left, partner_ids, *args, **kwargs)
