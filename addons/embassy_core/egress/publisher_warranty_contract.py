from odoo import models


class PublisherWarrantyContract(models.AbstractModel):
    """The weekly report to the maker of Odoo names the embassy, its people's number, its mail."""

    _name = "publisher_warranty.contract"
    _inherit = "publisher_warranty.contract"

    def update_notification(self, cron_mode=True):
        return True
