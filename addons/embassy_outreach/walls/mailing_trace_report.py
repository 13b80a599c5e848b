from odoo import fields, models


class MailingTraceReport(models.Model):
    _inherit = "mailing.trace.report"

    company_id = fields.Many2one("res.company", "Chapter", readonly=True)

    def _report_get_request_select_items(self):
        return [*super()._report_get_request_select_items(), "mailing.company_id as company_id"]

    def _report_get_request_group_by_items(self):
        return [*super()._report_get_request_group_by_items(), "mailing.company_id"]
