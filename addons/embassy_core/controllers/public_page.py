import secrets

from babel import Locale
from markupsafe import Markup

from odoo import SUPERUSER_ID
from odoo.http import request

from ..models.res_company import CODE_PATTERN
from ..tools.error_page import private_headers

# Of a page that takes what nobody else may learn: its routes, and those by which it is sent.
PRIVATE = {
    "type": "http",
    "auth": "none",
    "save_session": False,
    "sitemap": False,
    "embassy_private": True,
}
PRIVATE_POST = {
    **PRIVATE,
    # Without an account Odoo takes a page for one that only reads.
    "readonly": False,
    # Nothing of the browser speaks for who sends it: what is in the form or the address does.
    "csrf": False,
}


class PublicPage:
    """What the pages share that people open without an account.

    It is no controller itself: Odoo makes one class of all controllers with one parent, where
    methods of the same name replace each other.

    They work without JavaScript, load nothing (one style sheet in the page, pictures as data),
    and leave no trace of the visitor: routes are ``auth="none"`` with ``save_session=False``, so
    that Odoo sets no cookie and keeps no session, device or visitor row. Absent and closed things
    answer with the same page and status 404.
    """

    @staticmethod
    def _env():
        """Environment of the system in the visitor's language; the one gate to data."""
        env = request.env(user=SUPERUSER_ID, su=True)
        return env(context={"lang": PublicPage._language(env)})

    @staticmethod
    def _chapter(env, code):
        """The chapter with this code (res.company, empty when there is none)."""
        chapters_sudo = env["res.company"]
        if not CODE_PATTERN.fullmatch(code.upper()):
            return chapters_sudo
        return chapters_sudo.search([("chapter_code", "=", code.upper())], limit=1)

    @staticmethod
    def _language(env):
        """Code of an installed language (str): the one asked by ``?l=``, else the browser's."""
        installed = {code.split("_")[0]: code for code, _name in env["res.lang"].get_installed()}
        asked = request.httprequest.args.get("l", "")
        if asked in installed:
            return installed[asked]
        best = request.httprequest.accept_languages.best_match(list(installed), default="en")
        return installed.get(best, "en_US")

    @staticmethod
    def _language_name(code):
        """What speakers of a language call it (str); ``code`` as Odoo writes it, like be_BY."""
        return Locale.parse(code.split("@")[0].split("_")[0]).language_name.capitalize()

    @staticmethod
    def _country_name(env, country):
        """Name of a country in the visitor's language (str): Odoo has none in Belarusian."""
        names = Locale.parse(env.lang.split("_")[0]).territories
        return names.get(country.code, country.name)

    def _page(self, env, template, values, status=200):
        """The whole response (werkzeug) for a QWeb template of ours."""
        languages = [
            (code.split("_")[0], self._language_name(code))
            for code, _name in env["res.lang"].get_installed()
        ]
        nonce = secrets.token_urlsafe(16)
        html = env["ir.qweb"]._render(
            template,
            {
                "nonce": nonce,
                "languages": languages,
                "language": env.lang.split("_")[0],
                **values,
            },
            minimal_qcontext=True,
        )
        # Not in the template: Odoo translates nothing of a view that begins with a doctype.
        html = Markup("<!DOCTYPE html>\n") + html.strip()
        return request.make_response(html, private_headers(nonce).items(), status=status)

    @staticmethod
    def _typed(name):
        """What was typed into a field (str): no control characters but line breaks."""
        text = request.httprequest.form.get(name, "").replace("\r\n", "\n")
        text = text.encode("utf-8", "replace").decode()
        return "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()

    @staticmethod
    def _wait(env, parameter, scope, default, seconds):
        """Minutes to wait (0: go on); one request counts once, however often it is begun anew.

        :param parameter: name of the system parameter that says how many there may be
        :param scope: what is counted, never who asks
        :param default: how many where the parameter is not set
        :param seconds: how long a stretch of time is
        """
        counted = request.__dict__.setdefault("embassy_counted", set())
        if scope in counted:
            return 0
        most = int(env["ir.config_parameter"].get_param(parameter, default))
        wait = env["embassy.limit"]._hit(scope, most, seconds)
        if not wait:
            counted.add(scope)
        return -(-wait // 60)

    def _not_here(self, env):
        """One answer for a chapter that does not exist and one whose page is closed."""
        return self._page(env, "embassy_core.public_not_here", {}, status=404)
