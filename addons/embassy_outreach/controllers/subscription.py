import re
from http import HTTPStatus

from odoo import http
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.embassy_core.controllers.public_page import PRIVATE, PRIVATE_POST

from .chapter_gate import ChapterGate

LARGEST_POST = 64 * 1024
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
PER_HOUR = 120

POSTED = {**PRIVATE_POST, "max_content_length": LARGEST_POST}


class SubscriptionPage(ChapterGate, http.Controller):
    """Where somebody asks for briefings by mail, says yes to them, changes them and leaves."""

    @http.route(
        "/embassy/<string:code>/briefings/subscribe", methods=["GET"], readonly=True, **PRIVATE
    )
    def subscribe_form(self, code):
        env = self._env()
        chapter_sudo = self._open_chapter(env, code)
        if not chapter_sudo:
            return self._not_here(env)
        return self._form(env, chapter_sudo)

    @http.route("/embassy/<string:code>/briefings/subscribe", methods=["POST"], **POSTED)
    def subscribe(self, code):
        """The same answer to every address, known or not, of whomever."""
        env = self._env()
        chapter_sudo = self._open_chapter(env, code)
        if not chapter_sudo:
            return self._not_here(env)
        typed = self._typed("email")
        is_whole = len(typed) <= LONGEST_ADDRESS and ADDRESS.fullmatch(typed)
        address = email_normalize(typed) if is_whole else False
        if not address:
            error = env._("Write your mail address, like name@example.org.")
            return self._form(env, chapter_sudo, error, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        wait = self._wait(
            env,
            "embassy_outreach.subscriptions_per_hour",
            f"subscribe {chapter_sudo.id}",
            PER_HOUR,
            60 * 60,
        )
        if wait:
            notice = env._(
                "Many people ask at this moment. Nothing was kept. Try again in %(minutes)s"
                " minutes.",
                minutes=wait,
            )
            return self._form(env, chapter_sudo, notice=notice, status=HTTPStatus.TOO_MANY_REQUESTS)
        language, topics = self._choice(env, chapter_sudo)
        kind = "press" if request.httprequest.form.get("press") else "reader"
        env["embassy.subscriber"]._enter(chapter_sudo, address, kind, language, topics)
        text = env._(
            "We have sent a mail to that address. Open the link in it within 7 days: until then we"
            " send nothing else. If no mail comes, look among unwanted mail, or try again in an"
            " hour."
        )
        return self._done(env, env._("Look into your mail"), text, chapter_sudo)

    @http.route(
        "/embassy/briefings/choice/<string:token>", methods=["GET"], readonly=True, **PRIVATE
    )
    def choice(self, token):
        """What the link in each mail opens. It changes nothing: mail programs open links too."""
        env = self._env()
        subscriber_sudo = env["embassy.subscriber"]._by_token(token)
        if not subscriber_sudo:
            return self._not_here(env)
        chapter_sudo = subscriber_sudo.company_id
        values = {
            **self._offers(env, chapter_sudo),
            "subscriber": subscriber_sudo,
            "chosen_language": subscriber_sudo.language_id,
            "chosen_topics": subscriber_sudo.topic_ids,
        }
        return self._page(env, "embassy_outreach.public_choice", values)

    @http.route("/embassy/briefings/choice/<string:token>", methods=["POST"], **POSTED)
    def choose(self, token):
        """Keep a choice, or delete the address: by our button, or by the mail program's (RFC 8058).

        Leaving answers alike to every token.
        """
        env = self._env()
        form = request.httprequest.form
        subscriber_sudo = env["embassy.subscriber"]._by_token(token)
        if form.get("act") == "leave" or form.get("List-Unsubscribe") == "One-Click":
            subscriber_sudo._leave()
            text = env._("We send you nothing more. Your address is deleted.")
            return self._done(env, env._("You have left"), text)
        if not subscriber_sudo:
            return self._not_here(env)
        chapter_sudo = subscriber_sudo.company_id
        subscriber_sudo._confirm(*self._choice(env, chapter_sudo, subscriber_sudo))
        text = env._("We send you what you chose. Each mail has a link to change it, or to leave.")
        return self._done(env, env._("Saved"), text, chapter_sudo)

    def _form(self, env, chapter_sudo, error="", notice="", status=HTTPStatus.OK):
        language, topics = self._choice(env, chapter_sudo)
        values = {
            **self._offers(env, chapter_sudo),
            "chosen_language": language,
            "chosen_topics": topics,
            "typed": self._typed("email"),
            "is_press": bool(request.httprequest.form.get("press")),
            "error": error,
            "notice": notice,
        }
        return self._page(env, "embassy_outreach.public_subscribe", values, status)

    def _done(self, env, title, text, chapter_sudo=None):
        values = {"title": title, "text": text, "chapter": chapter_sudo}
        return self._page(env, "embassy_outreach.public_subscription_done", values)

    def _offers(self, env, chapter_sudo):
        subscribers_sudo = env["embassy.subscriber"]
        return {
            "chapter": chapter_sudo,
            "offered_topics": subscribers_sudo._offered_topics(chapter_sudo),
            "offered_languages": [
                (lang, self._language_name(lang.code))
                for lang in subscribers_sudo._offered_languages(chapter_sudo)
            ],
        }

    def _choice(self, env, chapter_sudo, subscriber_sudo=None):
        """Language and topics that were picked from what is offered (res.lang, embassy.topic)."""
        form = request.httprequest.form
        subscribers_sudo = env["embassy.subscriber"]
        offered = subscribers_sudo._offered_languages(chapter_sudo)
        picked = offered.filtered(lambda lang: lang._tag() == form.get("language"))
        if subscriber_sudo:
            picked = picked or subscriber_sudo.language_id
        own = offered.filtered(lambda lang: lang.code == env.lang)
        asked = {int(id_) for id_ in form.getlist("topic") if id_.isdecimal() and id_.isascii()}
        topics = subscribers_sudo._offered_topics(chapter_sudo).filtered(
            lambda topic: topic.id in asked
        )
        return picked or own or offered[:1], topics
