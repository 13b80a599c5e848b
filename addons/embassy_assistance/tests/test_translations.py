from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_helpdesk_portal_is_belarusian(self):
        self.env["res.lang"]._activate_lang("be_BY")
        modules = self.env["ir.module.module"].search([("state", "=", "installed")])
        modules._update_translations(["be_BY"])
        for name, words in (
            ("portal_my_home", "Звароты"),
            ("portal_create_ticket", "Адправіць новы зварот"),
            ("portal_helpdesk_ticket_page", "Перапіска"),
        ):
            with self.subTest(name=name):
                view = self.env.ref(f"helpdesk_mgmt.{name}").with_context(lang="be_BY")
                self.assertIn(words, view.arch_db)
