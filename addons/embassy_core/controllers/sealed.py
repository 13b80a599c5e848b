import random

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..sealing import Busy, SealError, codes
from ..tools.server_secrets import pepper
from . import unlock
from .public_page import PublicPage

ASKED_GROUPS = 3


class SealedPage(PublicPage, http.Controller):
    """Where people who work with cases make, open and give their keys.

    Plain pages without scripts, in the light layout: what is shown once (a passphrase, a code)
    stands in no back-office page, no cache and no log.
    """

    @http.route(
        "/sealed",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
    )
    def state(self, **_ignored):
        return self._answer()

    @http.route(
        "/sealed/new",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def new(self, **_ignored):
        """Make a key, shown once; it counts when ``confirm`` has seen that it was written down."""
        return self._guarded(self._new)

    def _new(self):
        made_sudo, passphrase, code = self._keys()._make(request.env.user, unlock.slot())
        return self._show(made_sudo, passphrase, code)

    @http.route(
        "/sealed/recover",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def recover(self, code="", **_ignored):
        """The same key under a new passphrase and a new code, by the code on paper."""
        return self._guarded(self._recover, code)

    def _recover(self, code):
        key_sudo = self._own_key()
        if wrong := codes.wrong_groups(code):
            return self._answer(recovering=True, wrong_groups=[number + 1 for number in wrong])
        private = key_sudo._private(code, unlock.slot(), "recovery")
        made_sudo, passphrase, new_code = self._keys()._make(
            request.env.user, unlock.slot(), private, key_sudo.uuid
        )
        return self._show(made_sudo, passphrase, new_code)

    def _show(self, made_sudo, passphrase, code):
        numbers = self._pick()
        unlock.lock()
        unlock.ask_back(code, numbers, {"person_key": made_sudo.id})
        return self._staff_page(
            "embassy_core.sealed_new",
            {"passphrase": passphrase, "groups": code.split(), "asked": numbers},
        )

    @http.route(
        "/sealed/confirm",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def confirm(self, passphrase="", **groups):
        return self._guarded(self._confirm, passphrase, groups)

    def _confirm(self, passphrase, groups):
        kept = unlock.asked() or {}
        # sudo: the key that this session has just made, for nobody else
        made_sudo = self._keys().sudo().browse(kept.get("person_key", [])).exists()
        if made_sudo.user_id != request.env.user or made_sudo.state != "shown":
            return self._answer()
        if not self._groups_fit(kept, groups):
            return self._answer(confirming=kept["numbers"], error="groups")
        try:
            private = made_sudo._private(passphrase, unlock.slot())
        except SealError:
            return self._answer(confirming=kept["numbers"], error="passphrase")
        made_sudo._confirm()
        unlock.lock()
        unlock.unlock(private)
        return request.redirect("/sealed")

    @http.route(
        "/sealed/unlock",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def open(self, passphrase="", **_ignored):
        return self._guarded(self._open, passphrase)

    def _open(self, passphrase):
        key_sudo = self._own_key()
        unlock.unlock(key_sudo._private(passphrase, unlock.slot()))
        return request.redirect("/sealed")

    @http.route(
        "/sealed/lock",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def lock(self, **_ignored):
        unlock.lock()
        return request.redirect("/sealed")

    @http.route(
        "/sealed/chapter/new",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def new_chapter_key(self, **_ignored):
        return self._guarded(self._new_chapter_key)

    def _new_chapter_key(self):
        if not self._is_coordinator():
            return self._not_here(self._staff_env())
        try:
            made_sudo, code = request.env["embassy.chapter.key"]._make(
                self._company(), unlock.slot()
            )
        except UserError as refusal:
            return self._answer(refusal=str(refusal))
        numbers = self._pick()
        unlock.lock()
        unlock.ask_back(code, numbers, {"chapter_key": made_sudo.id})
        return self._staff_page(
            "embassy_core.sealed_chapter_new", {"groups": code.split(), "asked": numbers}
        )

    @http.route(
        "/sealed/chapter/confirm",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def confirm_chapter_key(self, **groups):
        return self._guarded(self._confirm_chapter_key, groups)

    def _confirm_chapter_key(self, groups):
        kept = unlock.asked() or {}
        # sudo: the key that this session has just made, for the person's own chapter
        keys_sudo = request.env["embassy.chapter.key"].sudo()
        made_sudo = keys_sudo.browse(kept.get("chapter_key", [])).exists()
        if (
            not self._is_coordinator()
            or made_sudo.company_id != self._company()
            or made_sudo.state != "shown"
        ):
            return self._answer()
        if not self._groups_fit(kept, groups):
            return self._answer(confirming_chapter=kept["numbers"], error="groups")
        made_sudo._confirm()
        unlock.lock()
        return request.redirect("/sealed")

    @http.route(
        "/sealed/chapter/recover",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def recover_chapter_key(self, code="", **_ignored):
        """Give oneself access by the chapter's code on paper, when nobody else can give it."""
        return self._guarded(self._recover_chapter_key, code)

    def _recover_chapter_key(self, code):
        if not self._is_coordinator() or unlock.private_key() is None:
            return self._answer()
        if wrong := codes.wrong_groups(code):
            return self._answer(wrong_groups=[number + 1 for number in wrong])
        own_sudo = self._own_key()
        key_sudo, private = self._chapter_keys()._open_by_code(code, unlock.slot)
        if own_sudo not in key_sudo.grant_ids.person_key_id:
            key_sudo._grant(own_sudo, private)
        return request.redirect("/sealed")

    @http.route(
        "/sealed/grant",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def grant(self, person="", **_ignored):
        """Give a colleague what one can open oneself."""
        return self._guarded(self._grant, person)

    def _grant(self, person):
        private, key_sudo = unlock.private_key(), self._own_key()
        if private is None or not self._is_coordinator():
            return self._answer()
        waiting_sudo = self._waiting().filtered(lambda key: str(key.id) == person)
        for chapter_key_sudo in self._chapter_keys() if waiting_sudo else ():
            opened = chapter_key_sudo._private(key_sudo, private)
            has = waiting_sudo in chapter_key_sudo.grant_ids.person_key_id
            if opened and not has:
                chapter_key_sudo._grant(waiting_sudo, opened)
        return request.redirect("/sealed")

    def _guarded(self, act, *args):
        """The one gate of all that changes something, with an answer for what people do wrong."""
        if not self._may_enter() or not pepper():
            return self._answer()
        try:
            return act(*args)
        except SealError:
            return self._answer(error="secret")
        except Busy:
            return self._answer(error="busy", status=503)

    @staticmethod
    def _may_enter():
        return request.env.user.has_group("embassy_core.group_case_worker")

    def _is_coordinator(self):
        return request.env.user._coordinates(self._company())

    @staticmethod
    def _company():
        return request.env.user.company_id

    @staticmethod
    def _keys():
        return request.env["embassy.person.key"]

    def _own_key(self):
        return self._keys()._of(request.env.user)

    def _chapter_keys(self):
        # sudo: coordinators of the chapter only, see the callers
        keys_sudo = request.env["embassy.chapter.key"].sudo()
        return keys_sudo.search(
            [("company_id", "=", self._company().id), ("state", "in", ("open", "retired"))]
        )

    def _waiting(self):
        """Coordinators with keys of their own who cannot open the chapter's yet (sudo)."""
        open_key_sudo = self._chapter_keys().filtered(lambda key: key.state == "open")
        if not open_key_sudo:
            return self._keys()
        return self._company()._coordinator_keys() - open_key_sudo.grant_ids.person_key_id

    @staticmethod
    def _pick():
        """Numbers of the groups that are asked back, in their order."""
        return sorted(random.SystemRandom().sample(range(codes.GROUPS), ASKED_GROUPS))

    @staticmethod
    def _groups_fit(kept, groups):
        return unlock.answered([groups.get(f"group_{n}", "") for n in kept["numbers"]])

    @staticmethod
    def _staff_env():
        env = PublicPage._env()
        return env(context={"lang": request.env.user.lang or "en_US"})

    def _staff_page(self, template, values, status=200):
        values = {"is_staff": True, "csrf": request.csrf_token(), **values}
        return self._page(self._staff_env(), template, values, status=status)

    def _answer(self, status=200, **values):
        """The page that says where the person stands, and what to do next."""
        if not self._may_enter():
            return self._not_here(self._staff_env())
        key_sudo = self._own_key()
        is_coordinator = self._is_coordinator()
        chapter_key_sudo = self._chapter_keys().filtered(lambda key: key.state == "open")
        return self._staff_page(
            "embassy_core.sealed_state",
            {
                "is_set_up": bool(pepper()),
                "has_key": bool(key_sudo),
                "is_open": bool(key_sudo) and unlock.private_key(is_use=False) is not None,
                "is_coordinator": is_coordinator,
                "chapter": self._company().name,
                "has_chapter_key": bool(chapter_key_sudo),
                "is_holder": key_sudo in chapter_key_sudo.grant_ids.person_key_id,
                "is_known_outside": chapter_key_sudo.is_known_outside,
                "holders": chapter_key_sudo.grant_ids.user_id.mapped("name"),
                "waiting": [(key.id, key.user_id.name) for key in self._waiting()]
                if is_coordinator
                else [],
                "coordinators_with_keys": len(self._company()._coordinator_keys()),
                "error": None,
                "confirming": None,
                "confirming_chapter": None,
                "recovering": False,
                "wrong_groups": [],
                "refusal": None,
                **values,
            },
            status=status,
        )
