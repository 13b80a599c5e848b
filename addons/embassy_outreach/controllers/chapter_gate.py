import re

from odoo.addons.embassy_core.controllers.public_page import PublicPage

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class ChapterGate(PublicPage):
    """How the public pages of a chapter find it, and the languages of its texts."""

    def _open_chapter(self, env, code):
        """The chapter with this code whose page is open (res.company, may be empty)."""
        return self._chapter(env, code).filtered("is_page_open")

    @staticmethod
    def _lang(env, tag):
        """The language with a tag like be or pt-BR (res.lang, may be empty)."""
        langs_sudo = env["res.lang"].with_context(active_test=False)
        if not TAG.fullmatch(tag):
            return langs_sudo
        codes = [tag.replace("-", "_"), tag.replace("-", "@")]
        return langs_sudo.search([("iso_code", "in", codes)], limit=1)
