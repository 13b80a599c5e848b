from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_labels_of_events_are_belarusian(self):
        """Odoo has no Belarusian: the labels of its own fields come from i18n_extra/be.po."""
        self.env["res.lang"]._activate_lang("be_BY")
        modules = self.env["ir.module.module"].search([("state", "=", "installed")])
        modules._update_translations(["be_BY"])
        labels = self.env["event.event"].with_context(lang="be_BY").fields_get(["date_begin"])
        self.assertEqual(labels["date_begin"]["string"], "Пачатак")
        labels = self.env["res.company"].with_context(lang="be_BY").fields_get(["country_id"])
        self.assertEqual(labels["country_id"]["string"], "Краіна")
