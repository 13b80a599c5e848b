from odoo import http
from odoo.http import request

from .public_page import PublicPage


class ChapterPage(PublicPage, http.Controller):
    @http.route(
        "/embassy",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def chapters(self, **_ignored):
        env = self._env()
        chapters_sudo = env["res.company"].search([("is_page_open", "=", True)], order="name, id")
        countries = {
            chapter.id: self._country_name(env, chapter.country_id) for chapter in chapters_sudo
        }
        values = {"chapters": chapters_sudo, "countries": countries}
        return self._page(env, "embassy_core.public_chapters", values)

    @http.route(
        "/embassy/<string:code>",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def chapter(self, code, **_ignored):
        env = self._env()
        chapter_sudo = self._chapter(env, code)
        if not chapter_sudo.is_page_open:
            return self._not_here(env)
        return self._chapter_page(env, chapter_sudo)

    @http.route(
        "/embassy/<string:code>/preview",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def preview(self, code, **_ignored):
        """The page before it is open, for staff of the chapter."""
        user = request.env.user
        env = self._env()
        chapter_sudo = self._chapter(env, code)
        if not user._is_internal() or chapter_sudo.id not in user.company_ids.ids:
            return self._not_here(env)
        return self._chapter_page(env, chapter_sudo)

    def _chapter_page(self, env, chapter_sudo):
        helper_sudo = chapter_sudo.helper_chapter_id
        values = {
            "chapter": chapter_sudo,
            "channels": chapter_sudo.chapter_channel_ids.filtered("date_checked"),
            "helper": helper_sudo if helper_sudo.is_page_open else helper_sudo.browse(),
            "chapter_languages": [
                self._language_name(code)
                for code in chapter_sudo.chapter_language_ids.mapped("code")
            ],
        }
        return self._page(env, "embassy_core.public_chapter", values)
