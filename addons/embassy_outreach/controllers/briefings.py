from urllib.parse import urlsplit

from odoo import http
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.embassy_core.tools.error_page import private_headers

from ..tools.atom import Entry, Feed, atom
from ..tools.public_html import public_html
from .chapter_gate import ChapterGate

PAGE = 20
LAST_PAGE = 500

PUBLIC = {"type": "http", "auth": "none", "save_session": False, "sitemap": False}


class BriefingPage(ChapterGate, http.Controller):
    """What a chapter has published, for everybody: a list, one text, a feed per language."""

    @http.route("/embassy/<string:code>/briefings", methods=["GET"], readonly=True, **PUBLIC)
    def briefings(self, code, page="1", **asked):
        env = self._env()
        chapter_sudo = self._open_chapter(env, code)
        if not chapter_sudo:
            return self._not_here(env)
        briefings_sudo = env["embassy.briefing"]
        shown = briefings_sudo._public_languages(chapter_sudo)
        language = self._chosen(env, shown, asked.get("in", ""))
        number = min(int(page), LAST_PAGE) if page.isdecimal() and page.isascii() else 1
        number = max(number, 1)
        found_sudo = briefings_sudo.search(
            briefings_sudo._public_domain(chapter_sudo) + [("language_id", "=", language.id)],
            limit=PAGE + 1,
            offset=(number - 1) * PAGE,
        )
        values = {
            "chapter": chapter_sudo,
            "rows": self._rows(env, found_sudo[:PAGE]),
            "shown": language,
            "choices": [(lang, self._language_name(lang.code)) for lang in shown - language],
            "newer": number - 1,
            "older": number + 1 if len(found_sudo) > PAGE and number < LAST_PAGE else 0,
        }
        return self._page(env, "embassy_outreach.public_briefings", values)

    @http.route(
        "/embassy/<string:code>/briefings/<int:number>", methods=["GET"], readonly=True, **PUBLIC
    )
    def briefing(self, code, number, **_ignored):
        env = self._env()
        chapter_sudo = self._open_chapter(env, code)
        briefings_sudo = env["embassy.briefing"]
        domain = briefings_sudo._public_domain(chapter_sudo)
        briefing_sudo = (
            briefings_sudo.search(domain + [("id", "=", number)]) if chapter_sudo else None
        )
        if not briefing_sudo:
            return self._not_here(env)
        first_sudo = briefing_sudo.translation_of_id or briefing_sudo
        versions_sudo = (first_sudo + first_sudo.translation_ids - briefing_sudo).filtered_domain(
            domain
        )
        values = {
            "chapter": chapter_sudo,
            "briefing": briefing_sudo,
            "row": self._rows(env, briefing_sudo)[0],
            "body": public_html(briefing_sudo.body),
            "sources": briefing_sudo._sources(),
            "versions": [(row, self._language_name(row.language_id.code)) for row in versions_sudo],
        }
        return self._page(env, "embassy_outreach.public_briefing", values)

    @http.route(
        "/embassy/<string:code>/briefings/<string:language>/feed",
        methods=["GET"],
        readonly=True,
        **PUBLIC,
    )
    def feed(self, code, language, **_ignored):
        env = self._env()
        chapter_sudo = self._open_chapter(env, code)
        lang = self._lang(env, language)
        if not chapter_sudo or not lang:
            return self._not_here(env)
        briefings_sudo = env["embassy.briefing"]
        found_sudo = briefings_sudo.search(
            briefings_sudo._public_domain(chapter_sudo) + [("language_id", "=", lang.id)],
            limit=PAGE,
        )
        headers = {
            **private_headers(""),
            "Content-Type": "application/atom+xml; charset=utf-8",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        }
        document = self._atom(env, chapter_sudo, lang, found_sudo)
        return request.make_response(document, headers.items())

    def _chosen(self, env, shown, tag):
        """The language to list: the one asked for, the visitor's, else the first there is."""
        asked = self._lang(env, tag) if tag else shown.browse()
        own = shown.filtered(lambda lang: lang.code == env.lang)
        return asked & shown or own or shown[:1]

    @staticmethod
    def _rows(env, briefings_sudo):
        """What the pages show of each briefing (list of dict)."""
        return [
            {
                "id": briefing_sudo.id,
                "title": briefing_sudo.title,
                "topic": briefing_sudo.topic_id.name,
                "day": format_date(env, briefing_sudo.published_on.date(), date_format="d MMMM y"),
                "lang": briefing_sudo._language_tag(),
                "dir": briefing_sudo._direction(),
                "path": briefing_sudo.page_path,
            }
            for briefing_sudo in briefings_sudo
        ]

    @staticmethod
    def _atom(env, chapter_sudo, lang, briefings_sudo):
        """The feed of a chapter in one language (bytes).

        Its ids are tags (RFC 4151), which stay when a chapter's address changes.
        """
        base = chapter_sudo.get_base_url()
        host = urlsplit(base).hostname
        page = f"{base}{chapter_sudo.page_path}/briefings"
        tag = lang._tag()
        own = env(context={"lang": lang.code}) if lang.active else env
        begun = f"{chapter_sudo.create_date:%Y-%m-%d}"
        feed = Feed(
            id=f"tag:{host},{begun}:briefings-{chapter_sudo.id}-{tag}",
            title=own._("Briefings: %(chapter)s", chapter=chapter_sudo.name),
            language=tag,
            author=chapter_sudo.name,
            address=f"{page}/{tag}/feed",
            page=f"{page}?in={tag}",
            updated=env["embassy.briefing"]._last_change(chapter_sudo, lang),
        )
        entries = [
            Entry(
                id=f"tag:{host},{briefing_sudo.published_on:%Y-%m-%d}:briefing-{briefing_sudo.id}",
                title=briefing_sudo.title,
                address=f"{base}{briefing_sudo.page_path}",
                updated=briefing_sudo.published_on,
                topic=briefing_sudo.topic_id.with_env(own).name,
                content=public_html(briefing_sudo.body),
            )
            for briefing_sudo in briefings_sudo
        ]
        return atom(feed, entries)
