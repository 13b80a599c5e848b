import re
from datetime import datetime

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.embassy_core.controllers import unlock
from odoo.addons.embassy_core.sealing import Busy, SealError

from ..tools import sealed_request
from .intake import LARGEST_POST, PrivatePage

# What somebody of the staff may add, and to whom it speaks.
DIRECTIONS = {"note": "staff", "reply": "to_asker"}
LONGEST = 20_000  # characters of a note or a reply


# Openings of one case that its history shows, newest first.
SHOWN_OPENINGS = 200


class SealedCase(PrivatePage, http.Controller):
    """The one door to what a person told us: it opens one item at a time, on record.

    Every route asks for the case as the person first, and answers alike for a case of others and
    for none.
    """

    @http.route("/sealed/case", type="jsonrpc", auth="user", methods=["POST"], readonly=True)
    def case(self, case_id):
        """What stands in the file of a case before anything is opened; it counts as no use."""
        return self._state(*self._gate(case_id), unlock.private_key(is_use=False))

    @http.route("/sealed/case/unlock", type="jsonrpc", auth="user", methods=["POST"])
    def unlock(self, case_id, passphrase):
        case, seal_sudo = self._gate(case_id)
        try:
            private = self._own_key()._private(str(passphrase), unlock.slot())
        except SealError:
            raise UserError(
                request.env._("That did not open your key. Look at each word once more.")
            ) from None
        except Busy:
            raise UserError(
                request.env._("Too many people do this at the moment. Try again in a minute.")
            ) from None
        unlock.unlock(private)
        return self._state(case, seal_sudo, private)

    @http.route("/sealed/case/lock", type="jsonrpc", auth="user", methods=["POST"])
    def lock(self, case_id):
        case, seal_sudo = self._gate(case_id)
        unlock.lock()
        return self._state(case, seal_sudo, None)

    @http.route("/sealed/case/open", type="jsonrpc", auth="user", methods=["POST"])
    def open(self, case_id, item_id):
        """One item: what it says about itself, and its text."""
        about, content, item_sudo = self._opened(case_id, item_id)
        text = None if item_sudo.kind == "file" else content.decode(errors="replace")
        return {"about": self._told(about), "text": text}

    @http.route("/sealed/case/file", type="http", auth="user", methods=["POST"])
    def file(self, case_id="", item_id="", **_ignored):
        """A file, to be saved: nothing of it runs or is shown here."""
        if not (case_id.isdigit() and item_id.isdigit()):
            raise request.env["ir.rule"]._foreign_error()
        about, content, _item_sudo = self._opened(int(case_id), int(item_id))
        name = re.sub(r"[^\w.()-]+", "_", str(about.get("name") or "file"))[-100:]
        return request.make_response(
            content,
            [
                ("Content-Type", "application/octet-stream"),
                ("Content-Disposition", http.content_disposition(name)),
                ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    @http.route("/sealed/case/write", type="jsonrpc", auth="user", methods=["POST"])
    def write(self, case_id, kind, text):
        """Add a note among staff, or a reply that the receipt opens."""
        case, seal_sudo = self._gate(case_id)
        text = str(text).strip()
        if kind not in DIRECTIONS or not text or len(text) > LONGEST:
            raise UserError(request.env._("Write something, and not more than ten pages."))
        if kind == "reply" and not seal_sudo.asker_public_key:
            raise UserError(request.env._("Nobody has a number for this case, to read a reply."))
        content = sealed_request.Content(kind, self._by(), text.encode())
        return self._add(case, seal_sudo, [content], DIRECTIONS[kind])

    @http.route(
        "/sealed/case/attach",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=LARGEST_POST,
        embassy_private=True,
    )
    def attach(self):
        """Add files among staff, by the checks of the public form."""
        form, env, errors = request.httprequest.form, request.env, {}
        try:
            case, seal_sudo = self._gate(int(form.get("case_id", "0")[:10]))
            contents = self._taken_files(env, errors)
            if not contents:
                raise UserError(errors.get("files") or env._("Choose a file."))
            contents = [
                content._replace(about={**content.about, **self._by()}) for content in contents
            ]
            return request.make_json_response(self._add(case, seal_sudo, contents, "staff"))
        except (UserError, ValueError) as refusal:
            # Nothing was written before the last step, and that one fails whole.
            return request.make_json_response({"error": str(refusal)})

    @http.route(
        "/sealed/case/openings", type="jsonrpc", auth="user", methods=["POST"], readonly=True
    )
    def openings(self, case_id):
        """Who opened what of a case, and when: for its history."""
        case, seal_sudo = self._gate(case_id)
        if not seal_sudo or case._is_closed_to(request.env.user):
            return []
        # sudo: of the case that was asked for as the person
        openings_sudo = request.env["embassy.case.opening"].sudo()
        rows_sudo = openings_sudo.search(
            [("handle", "=", seal_sudo._handle())], limit=SHOWN_OPENINGS
        )
        kinds = dict(rows_sudo._fields["kind"]._description_selection(request.env))
        return [
            {
                "id": row.id,
                "minute": fields.Datetime.to_string(row.minute),
                "who": row.user_id.name,
                "kind": kinds[row.kind],
            }
            for row in rows_sudo
        ]

    @http.route("/sealed/case/grant", type="jsonrpc", auth="user", methods=["POST"])
    def grant(self, case_id, person_id):
        """Give a colleague of the desk what one can open oneself."""
        case, seal_sudo = self._gate(case_id)
        private, case_key = self._case_key(seal_sudo)
        waiting_sudo = seal_sudo._waiting().filtered(lambda key: key.user_id.id == person_id)
        for key_sudo in waiting_sudo:
            seal_sudo._grant(key_sudo, case_key)
        return self._state(case, seal_sudo, private)

    @staticmethod
    def _gate(case_id):
        """The case as the person sees it, and its seal (sudo).

        :raise AccessError: the same for a case of others, for none and for a plain ticket
        """
        case = request.env["helpdesk.ticket"]
        if isinstance(case_id, int) and not isinstance(case_id, bool):
            case = case.search([("id", "=", case_id), ("is_case", "=", True)])
        if not case or not request.env.user.has_group("embassy_core.group_case_worker"):
            raise request.env["ir.rule"]._foreign_error()
        # sudo: the case was asked for as the person; what is sealed nobody reads as fields
        seals_sudo = request.env["embassy.case.seal"].sudo()
        return case, seals_sudo.search([("case_id", "=", case.id)])

    @staticmethod
    def _by():
        return {"by": request.env.user.name, "at": PrivatePage._now()}

    def _add(self, case, seal_sudo, contents, direction):
        """Seal what staff adds; a case that staff opened is sealed when the first is added."""
        case._check_guarded()
        if seal_sudo:
            private, case_key = self._case_key(seal_sudo)
            case_key = seal_sudo._key_to_write(case_key)
        else:
            private = self._private()
            seal_sudo, case_key = seal_sudo._new_for(case, self._own_key())
        sealed = [
            sealed_request.seal_content(
                case_key,
                str(seal_sudo.company_id.id),
                seal_sudo.uuid,
                sealed_request.new_item_uuid(),
                content,
            )
            for content in contents
        ]
        case._add_sealed(sealed, direction)
        return self._state(case, seal_sudo, private)

    @staticmethod
    def _told(about):
        """What an item says about itself, for people: pairs of label and text."""
        env = request.env
        labels = {
            "by": env._("Written by"),
            "at": env._("Written at"),
            "time": env._("Came at"),
            "nickname": env._("Wants to be called"),
            "reach": env._("Another safe way to answer"),
            "language": env._("Wants the answer in"),
            "needs": env._("Asks for"),
        }
        told = {**about}
        if told.get("needs"):
            # sudo: words for what was ticked, also of a list entry that is gone from the form
            needs_sudo = env["embassy.need"].sudo().with_context(active_test=False)
            names = needs_sudo.search([("code", "in", told["needs"])]).mapped("name")
            told["needs"] = ", ".join(names)
        if told.get("language"):
            told["language"] = PrivatePage._language_name(told["language"])
        for name in ("at", "time"):
            if told.get(name):
                moment = datetime.fromisoformat(told[name])
                local = fields.Datetime.context_timestamp(env.user, moment)
                told[name] = local.strftime("%Y-%m-%d %H:%M")
        return [(label, told[name]) for name, label in labels.items() if told.get(name)]

    @staticmethod
    def _own_key():
        return request.env["embassy.person.key"]._of(request.env.user)

    @staticmethod
    def _private():
        private = unlock.private_key()
        if private is None:
            raise UserError(request.env._("Your key is locked. Type your passphrase first."))
        return private

    def _case_key(self, seal_sudo):
        """The open key of the person and that of the case.

        :raise UserError: it is locked, or was not given to this person
        """
        private = self._private()
        case_key = seal_sudo and seal_sudo._case_key(self._own_key(), private)
        if not case_key:
            raise UserError(
                request.env._("You cannot open this case yet. Ask a coordinator for access.")
            )
        return private, case_key

    def _opened(self, case_id, item_id):
        case, seal_sudo = self._gate(case_id)
        # sudo: of the case that was asked for as the person
        items_sudo = request.env["embassy.case.item"].sudo()
        item_sudo = items_sudo.search([("id", "=", item_id), ("case_id", "=", case.id)])
        if not item_sudo:
            raise request.env["ir.rule"]._foreign_error()
        _private, case_key = self._case_key(seal_sudo)
        request.env["embassy.case.opening"]._note(
            case.company_id, seal_sudo._handle(), item_sudo.kind
        )
        request.env["embassy.case.alert"]._settle(case)
        return *seal_sudo._read_item(item_sudo, case_key), item_sudo

    def _state(self, case, seal_sudo, private):
        key_sudo = self._own_key()
        has_access = bool(private) and case.company_id._intake_key().company_id == case.company_id
        if private and seal_sudo:
            has_access = seal_sudo._case_key(key_sudo, private) is not None
        items = request.env["embassy.case.item"].search([("case_id", "=", case.id)], order="id")
        kinds = dict(items._fields["kind"]._description_selection(request.env))
        return {
            "is_sealed": bool(seal_sudo),
            "is_guarded": case.is_guarded,
            "may_know": not case._is_closed_to(request.env.user),
            "has_reader": bool(seal_sudo.asker_public_key),
            "has_key": bool(key_sudo),
            "is_open": private is not None,
            "has_access": has_access,
            "items": [
                {
                    "id": item.id,
                    "kind": item.kind,
                    "label": kinds[item.kind],
                    "month": fields.Date.to_string(item.month)[:7],
                    "size": item.size,
                    "direction": item.direction,
                }
                for item in items
            ],
            "waiting": [(key.user_id.id, key.user_id.name) for key in seal_sudo._waiting()]
            if has_access and seal_sudo
            else [],
        }
