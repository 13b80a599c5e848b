from odoo.tests import tagged

from .common import AccessMatrixCase
from .directory_values import DirectoryValues


@tagged("post_install", "-at_install")
class TestAccessMatrix(DirectoryValues, AccessMatrixCase):
    addon = "embassy_core"

    def values_embassy_channel(self, chapter):
        return {"company_id": chapter.id, "kind": "email", "address": "probe@example.org"}

    def values_embassy_emergency_number(self, chapter):
        return {"company_id": chapter.id, "number": "112"}

    def values_embassy_reception_hour(self, chapter):
        return {"company_id": chapter.id, "weekday": "1", "hour_from": 9.0, "hour_to": 12.0}

    def values_embassy_service(self, chapter):
        return {"company_id": chapter.id, "name": "Probe service"}
