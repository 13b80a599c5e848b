from base64 import b64decode
from http import HTTPStatus

from odoo import http
from odoo.http import request

from odoo.addons.embassy_core.controllers.public_page import PRIVATE
from odoo.addons.embassy_core.sealing import Busy, SealError, items, keys
from odoo.addons.embassy_core.tools.server_secrets import pepper

from ..tools import sealed_request
from ..tools.telltale import tells
from .intake import LENGTHS, POSTED, PrivatePage

WITHDRAWN_ALONE = ("share_chapter", "share_fund", "keep_contact")


class ReceiptPage(PrivatePage, http.Controller):
    """What who holds a receipt sees and does. The receipt stands in no address, only in forms.

    What was told first is never shown again: somebody may be made to give the digits away.
    """

    @http.route("/embassy/receipt", methods=["GET"], readonly=True, **PRIVATE)
    def receipt_form(self):
        return self._ask(self._env())

    @http.route("/embassy/receipt", methods=["POST"], **POSTED)
    def receipt(self):
        env = self._env()
        typed = request.httprequest.form.get("receipt", "")[:100]
        if not pepper():
            return self._ask(env, env._("Receipts cannot be read here at the moment."))
        wait = self._wait(env, "embassy_assistance.receipts_per_minute", "receipt", 60, 60)
        notice = env._("Many people ask at this moment. Try again in a minute.")
        if wait:
            return self._ask(env, notice, HTTPStatus.TOO_MANY_REQUESTS)
        try:
            opened = self._open_receipt(typed)
        except Busy:
            return self._ask(env, notice, HTTPStatus.SERVICE_UNAVAILABLE)
        except SealError:
            return self._unknown(env)
        seal_sudo = env["embassy.case.seal"]._find(locator=opened.locator)
        if not seal_sudo:
            return self._unknown(env)
        case_key = keys.open_key(
            b64decode(seal_sudo.asker_sealed_key),
            opened.pair.private,
            sealed_request.context(seal_sudo.uuid),
        )
        act = {
            "answer": self._answer,
            "read": self._read_replies,
            "consent": self._withdraw,
            "erase": self._erase,
        }.get(request.httprequest.form.get("act"))
        if not act:
            return self._show(env, seal_sudo, case_key)
        return act(env, seal_sudo, case_key)

    def _ask(self, env, notice="", status=HTTPStatus.OK):
        values = {"notice": notice, "typed": self._typed("answer")}
        return self._page(env, "embassy_assistance.public_receipt_form", values, status)

    def _unknown(self, env):
        """One answer for digits that are too few, wrong, or erased."""
        notice = env._("There is nothing with these digits. Look at each group once more.")
        return self._ask(env, notice, HTTPStatus.NOT_FOUND)

    def _show(
        self,
        env,
        seal_sudo,
        case_key,
        notice="",
        typed="",
        errors=None,
        warned=False,
        status=HTTPStatus.OK,
    ):
        case_sudo = seal_sudo.case_id
        consents_sudo = env["embassy.case.consent"].search(
            [("case_id", "=", case_sudo.id), ("is_given", "=", True)]
        )
        given = set(consents_sudo.mapped("purpose"))
        values = {
            "receipt": request.httprequest.form.get("receipt", "")[:100],
            "status": self._status(env, case_sudo),
            "replies": list(self._replies(env, seal_sudo, case_key)),
            "token": request.httprequest.form.get("token", "") or sealed_request.new_token(),
            "is_open": case_sudo.is_open,
            "consents": [
                (name, label) for name, label in self._consents(env) if name in given
            ],
            "notice": notice,
            "typed": typed,
            "errors": errors or {},
            "warned": warned,
            "lengths": LENGTHS,
        }
        return self._page(env, "embassy_assistance.public_receipt", values, status)

    @staticmethod
    def _status(env, case_sudo):
        """Where the case stands, as a sentence."""
        return {
            "new": env._("Your request has arrived. Nobody has read it yet."),
            "intake": env._("Somebody reads your request."),
            "assessment": env._("We find out what is possible."),
            "plan": env._("There is a plan. We agree on it with you."),
            "active": env._("We work on it."),
            "on_hold": env._("We wait for an answer, of yours or of others."),
            "follow_up": env._("The work is done. We ask how it goes."),
            "closed": env._("Your request is closed."),
        }[case_sudo.case_code]

    @staticmethod
    def _consents(env):
        labels = {
            "share_chapter": env._("You may ask another People's Embassy about it."),
            "share_fund": env._("You may ask a fund that can help about it."),
            "keep_contact": env._("You may stay in touch with me afterwards."),
        }
        return [(name, labels[name]) for name in WITHDRAWN_ALONE]

    @staticmethod
    def _unread(env, seal_sudo):
        return env["embassy.case.item"]._unread(seal_sudo.case_id.id)

    def _replies(self, env, seal_sudo, case_key):
        """Yield the texts (str) of what staff answered and was not read yet."""
        for item_sudo in self._unread(env, seal_sudo):
            _about, content = items.open_item(
                case_key, seal_sudo._place(item_sudo), item_sudo._pieces(), item_sudo.piece_count
            )
            yield content.decode("utf-8", "replace")

    def _read_replies(self, env, seal_sudo, case_key):
        """What was shown is not shown again."""
        shown = int(self._digits("shown"))
        self._unread(env, seal_sudo)[:shown].write({"is_read": True, "date_gone": False})
        return self._show(env, seal_sudo, case_key)

    @staticmethod
    def _digits(name):
        text = request.httprequest.form.get(name, "")
        return text if text.isascii() and text.isdigit() and len(text) < 5 else "0"

    def _answer(self, env, seal_sudo, case_key):
        """Add an answer and files; a form that is sent twice adds them once."""
        text, errors = self._typed("answer"), {}
        contents = self._taken_files(env, errors)
        if len(text) > LENGTHS["answer"]:
            errors["answer"] = env._(
                "This is too long. It may have %(most)s characters.", most=LENGTHS["answer"]
            )
        if not (text or contents or errors):
            errors["answer"] = env._("Write something, or choose a file.")
        if errors:
            notice = env._("Something is missing. Nothing was sent yet.")
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._show(env, seal_sudo, case_key, notice, text, errors, status=status)
        if tells(text) and not request.httprequest.form.get("as_is"):
            return self._show(env, seal_sudo, case_key, typed=text, warned=True)
        if text:
            about = {"time": self._now()}
            contents.insert(0, sealed_request.Content("answer", about, text.encode()))
        token = request.httprequest.form.get("token", "")
        case_sudo = seal_sudo.case_id
        case_key = seal_sudo._key_to_write(case_key)
        sealed = [
            sealed_request.seal_content(
                case_key,
                str(case_sudo.company_id.id),
                seal_sudo.uuid,
                sealed_request.item_uuid(seal_sudo.uuid, f"{token} {number}"),
                content,
            )
            for number, content in enumerate(contents)
        ]
        sent_before = env["embassy.case.item"].search_count([("uuid", "=", sealed[0].uuid)])
        if not sent_before:
            case_sudo._add_sealed(sealed, "from_asker")
            env["embassy.case.alert"]._expect(case_sudo, "answer")
        return self._said(env, env._("It has arrived."))

    def _withdraw(self, env, seal_sudo, case_key):
        purposes = set(request.httprequest.form.getlist("purpose"))
        seal_sudo.case_id._withdraw_consents([x for x in WITHDRAWN_ALONE if x in purposes])
        return self._show(env, seal_sudo, case_key)

    def _erase(self, env, seal_sudo, case_key):
        if not request.httprequest.form.get("sure"):
            errors = {"sure": env._("Tick that you are sure.")}
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._show(env, seal_sudo, case_key, errors=errors, status=status)
        env["embassy.purge"]._erase(seal_sudo.case_id.id)
        return self._said(
            env,
            env._(
                "Everything is erased. Nobody can open it any more. What stays are numbers without "
                "you: in which month we were asked for what kind of help. In copies that we keep "
                "for accidents it is gone after 30 days at most."
            ),
        )

    def _said(self, env, notice):
        values = {
            "notice": notice,
            "receipt": request.httprequest.form.get("receipt", "")[:100],
        }
        return self._page(env, "embassy_assistance.public_receipt_said", values)
