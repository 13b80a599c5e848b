from lxml import html

from odoo.tests import HttpCase, new_test_user, tagged

# Odoo has no Belarusian: the pages that people outside see come from i18n_extra/be.po.


@tagged("post_install", "-at_install")
class TestTranslations(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("be_BY")
        cls.env["res.lang"]._activate_lang("ru_RU")
        modules = cls.env["ir.module.module"].search([("state", "=", "installed")])
        modules._update_translations(["be_BY", "ru_RU"])

    def page(self, path):
        response = self.url_open(path, headers={"Accept-Language": "be-BY,be"})
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def test_login_page_is_belarusian(self):
        page = self.page("/web/login")
        self.assertEqual(page.xpath("//label[@for='login']")[0].text.strip(), "Электронная пошта")
        self.assertEqual(page.xpath("//label[@for='password']")[0].text.strip(), "Пароль")
        field = page.xpath("//input[@id='login']")[0]
        self.assertEqual(field.get("placeholder"), "Увядзіце электронную пошту")
        buttons = page.xpath("//button[@type='submit']")
        self.assertEqual(buttons[0].text.strip(), "Увайсці")

    def test_portal_home_is_belarusian(self):
        user = new_test_user(
            self.env, "qa_be", groups="base.group_portal", lang="be_BY", password="qa_be"
        )
        self.authenticate(user.login, user.login)
        text = self.page("/my/home").text_content()
        for words in ("Мой кабінет", "Уваход і бяспека", "Выйсці"):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_services_speak_three_languages(self):
        module = self.env["ir.model.data"].search(
            [("module", "=", "embassy_core"), ("model", "=", "embassy.service")]
        )
        services = self.env["embassy.service"].browse(module.mapped("res_id"))
        self.assertTrue(services)
        for service in services:
            names = {service.with_context(lang=code).name for code in ("en_US", "be_BY", "ru_RU")}
            with self.subTest(service=service.with_context(lang="en_US").name):
                self.assertEqual(len(names), 3)

    def test_mail_layouts_are_belarusian(self):
        for name in ("mail.mail_notification_layout", "mail.mail_notification_light"):
            with self.subTest(name=name):
                view = self.env.ref(name).with_context(lang="be_BY")
                self.assertIn("Працуе на", view.arch_db)
