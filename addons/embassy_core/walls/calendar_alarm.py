from odoo import models


class CalendarAlarm(models.Model):
    _name = "calendar.alarm"
    _inherit = ["calendar.alarm", "embassy.shared.mixin"]
