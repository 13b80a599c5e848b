from base64 import b64decode
from http import HTTPStatus
from pathlib import Path

from odoo import fields, http
from odoo.http import request
from odoo.tools import config

from odoo.addons.embassy_core.controllers.public_page import PRIVATE, PRIVATE_POST, PublicPage
from odoo.addons.embassy_core.sealing import Busy, codes
from odoo.addons.embassy_core.sealing.pool import Pool
from odoo.addons.embassy_core.tools.server_secrets import pepper

from ..models.embassy_case_consent import PURPOSES
from ..models.res_company import FEWEST_GUARDS
from ..tools import files, form_number, sealed_request
from ..tools.telltale import tells

# What a browser sends around 20 MB of files, and a story.
LARGEST_POST = 25 * 1024 * 1024
# Characters of each field that people type into.
LENGTHS = {"story": 20_000, "reach": 500, "nickname": 80, "answer": 20_000}
PROTECTED_WITHOUT_TRACE = "evac"
FOR_TWO_PEOPLE_ALONE = "recruit"
SLOTS, PATIENCE = 2, 4.0  # seconds

POSTED = {**PRIVATE_POST, "max_content_length": LARGEST_POST}


class PrivatePage(PublicPage):
    """What the form for a request and the page of a receipt have in common.

    A typed value is an argument of nothing but checks and the seal, and of the template that
    gives it back.
    """

    @staticmethod
    def _uploads():
        """The files that were chosen: list of pairs of name and bytes.

        They are taken whole, wherever reading stopped: Odoo winds back but one file of a field
        when it begins a request anew.
        """
        found = []
        for file in request.httprequest.files.getlist("files"):
            if file.filename:
                found.append((file.filename, file.stream.getvalue()))
        return found

    def _taken_files(self, env, errors):
        """The files that may be kept (list of `Content`); else a sentence in ``errors``."""
        uploads = self._uploads()
        if len(uploads) > files.COUNT or sum(len(data) for _, data in uploads) > files.TOTAL:
            errors["files"] = env._("Choose at most 10 files, together at most 20 MB.")
            return []
        found = []
        for number, (name, data) in enumerate(uploads, 1):
            try:
                taken = files.take(name, data)
            except files.Refused as refused:
                errors["files"] = self._file_sentence(env, refused.reason, number)
                return []
            about = {"name": taken.name, "type": taken.type, "time": self._now()}
            found.append(sealed_request.Content("file", about, taken.content))
        return found

    @staticmethod
    def _file_sentence(env, reason, number):
        return {
            "kind": env._(
                "We cannot take file %(number)s. We take whole files of pdf, jpg, heic, png, docx, "
                "odt and txt.",
                number=number,
            ),
            "empty": env._("File %(number)s is empty.", number=number),
            "closed": env._(
                "File %(number)s is closed by a password. Save it without one.", number=number
            ),
            "traps": env._(
                "File %(number)s has programs or other files in it, which can harm. Print it to a "
                "new PDF, or take a picture of it.",
                number=number,
            ),
            "large": env._(
                "File %(number)s becomes too large when it is opened. Make it smaller.",
                number=number,
            ),
        }[reason]

    @staticmethod
    def _now():
        return fields.Datetime.now().isoformat(timespec="minutes")

    @staticmethod
    def _open_receipt(receipt):
        """What a receipt opens (`Opened`).

        :raise SealError: it has not 20 digits
        :raise Busy: too many ask at this moment
        """
        pool = Pool(Path(config["data_dir"]) / "slots", "intake", SLOTS, PATIENCE)
        return codes.open_receipt(receipt, pepper(), pool.slot())

    @staticmethod
    def _receipt_address():
        return f"{request.httprequest.host}/embassy/receipt"


class IntakePage(PrivatePage, http.Controller):
    """Where somebody asks for help, without an account and without a trace."""

    @http.route("/embassy/<string:code>/help", methods=["GET"], readonly=True, **PRIVATE)
    def form(self, code):
        return self._at(code, self._form, {})

    @http.route("/embassy/<string:code>/help", methods=["POST"], **POSTED)
    def send(self, code):
        return self._at(code, self._send)

    def _at(self, code, go_on, *args):
        """The one gate: go on where the page of a chapter is open and its requests are sealed."""
        env = self._env()
        chapter_sudo = self._open_chapter(env, code)
        if not chapter_sudo:
            return self._not_here(env)
        key_sudo, _desk_sudo = chapter_sudo._intake()
        if not key_sudo:
            return self._closed(env, chapter_sudo)
        key_sudo.fetch(["company_id", "public_key"])
        return go_on(env, chapter_sudo, key_sudo, *args)

    def _send(self, env, chapter_sudo, key_sudo):
        number = form_number.read_number(
            pepper(), self._scope(chapter_sudo), request.httprequest.form.get("form", "")
        )
        if number and env["embassy.case.seal"]._find(
            nonce_hash=sealed_request.nonce_hash(number.nonce)
        ):
            return self._receipt(env, number.nonce, again=True)
        return self._take(env, chapter_sudo, key_sudo, number)

    def _take(self, env, chapter_sudo, key_sudo, number):
        """Keep a request that is new, or give back what was typed."""
        typed = self._read(env, chapter_sudo, key_sudo)
        if typed["evacuation"]:
            typed["needs"].remove(PROTECTED_WITHOUT_TRACE)
            return self._form(env, chapter_sudo, key_sudo, typed, evacuation=True)
        people = self._people(key_sudo.company_id) if typed["guarded"] else {}
        if typed["guarded"] and not people:
            typed["needs"].remove(FOR_TWO_PEOPLE_ALONE)
            return self._form(env, chapter_sudo, key_sudo, typed, unguarded=True)
        errors = self._errors(env, typed)
        contents = self._taken_files(env, errors)
        if not number or number.is_old:
            notice = env._("This page was open for too long. Read through it and send it again.")
            return self._form(
                env, chapter_sudo, key_sudo, typed, errors, notice, HTTPStatus.BAD_REQUEST
            )
        if errors:
            notice = env._("Something is missing. Nothing was sent yet.")
            return self._form(
                env, chapter_sudo, key_sudo, typed, errors, notice, HTTPStatus.UNPROCESSABLE_ENTITY
            )
        words = (typed["story"], typed["reach"], typed["nickname"])
        if not typed["as_is"] and any(map(tells, words)):
            return self._form(env, chapter_sudo, key_sudo, typed, warned=True)
        taker_sudo = key_sudo.company_id
        wait = self._wait(
            env, "embassy_assistance.requests_per_hour", f"intake {taker_sudo.id}", 120, 60 * 60
        )
        if wait:
            notice = env._(
                "Many people write to us at this moment. Nothing was sent. Try again in "
                "%(minutes)s minutes.",
                minutes=wait,
            )
            return self._form(
                env, chapter_sudo, key_sudo, typed, {}, notice, HTTPStatus.TOO_MANY_REQUESTS
            )
        try:
            opened = self._open_receipt(codes.receipt(pepper(), number.nonce))
        except Busy:
            notice = env._(
                "Many people write to us at this moment. Nothing was sent. Try again in a minute."
            )
            return self._form(
                env, chapter_sudo, key_sudo, typed, {}, notice, HTTPStatus.SERVICE_UNAVAILABLE
            )
        self._keep(env, key_sudo, typed, contents, number.nonce, opened, people)
        return self._receipt(env, number.nonce)

    @staticmethod
    def _people(taker_sudo):
        """Who alone reads reports of threats: ids of keys and public halves, {} for too few."""
        keys_sudo = taker_sudo._guard_keys()
        if len(keys_sudo) < FEWEST_GUARDS:
            return {}
        return {key_sudo.id: b64decode(key_sudo.public_key) for key_sudo in keys_sudo}

    @staticmethod
    def _keep(env, key_sudo, typed, contents, nonce, opened, people):
        """Seal, and then let the database know."""
        about = {name: typed[name] for name in ("nickname", "reach", "needs", "language")}
        about["time"] = PrivatePage._now()
        story = sealed_request.Content("story", about, typed["story"].encode())
        facts = sealed_request.Facts(
            key_sudo.company_id.id,
            key_sudo.id,
            typed["urgency"],
            typed["language_id"],
            typed["need_ids"],
            typed["purposes"],
            bool(people),
        )
        sealed = sealed_request.seal_request(
            facts, b64decode(key_sudo.public_key), nonce, opened, [story, *contents], people
        )
        env["helpdesk.ticket"]._receive_request(sealed)

    def _read(self, env, chapter_sudo, key_sudo):
        """What was typed, and what it picks from our own lists; everything else is dropped."""
        form = request.httprequest.form
        asked = set(form.getlist("need"))
        offered = env["embassy.need"]._offered_ids(key_sudo.company_id.id)
        needs = {code: on_case for code, on_case in offered.items() if code in asked}
        languages = self._languages(env, chapter_sudo)
        picked = form.get("language", "")
        urgencies = dict(env["helpdesk.ticket"]._fields["urgency"].selection)
        purposes = [name for name, _label in PURPOSES]
        is_guarded = FOR_TWO_PEOPLE_ALONE in needs
        on_case = set(needs.values())
        if is_guarded:
            # The others of the chapter see that there is something protected, and no more.
            on_case = {env["embassy.need"]._protected_id()}
        language_id = languages.get(picked) or next(iter(languages.values()), False)
        return {
            **{name: self._typed(name) for name in ("story", "reach", "nickname")},
            "needs": list(needs),
            "need_ids": sorted(on_case),
            "evacuation": PROTECTED_WITHOUT_TRACE in needs,
            "guarded": is_guarded,
            "urgency": form["urgency"] if form.get("urgency") in urgencies else "",
            "language": picked if picked in languages else "",
            "language_id": False if is_guarded else language_id,
            "purposes": [name for name in purposes if name in form.getlist("purpose")],
            "as_is": bool(form.get("as_is")),
        }

    def _errors(self, env, typed):
        """Sentences by field (dict) for what has to be mended."""
        errors = {}
        if not typed["needs"]:
            errors["needs"] = env._("Tick at least one thing that you need.")
        if not typed["urgency"]:
            errors["urgency"] = env._("Choose how urgent it is.")
        if "handle" not in typed["purposes"]:
            errors["purposes"] = env._("We may not read your request without this consent.")
        for name in ("story", "reach", "nickname"):
            if len(typed[name]) > LENGTHS[name]:
                errors[name] = env._(
                    "This is too long. It may have %(most)s characters.", most=LENGTHS[name]
                )
        return errors

    def _form(
        self,
        env,
        chapter_sudo,
        key_sudo,
        typed,
        errors=None,
        notice="",
        status=HTTPStatus.OK,
        **flags,
    ):
        """The page with the form, with what was typed in it.

        The number that came is given out once more, so that the form counts once.
        """
        number = request.httprequest.form.get("form", "")
        known = form_number.read_number(pepper(), self._scope(chapter_sudo), number)
        if not known or known.is_old:
            number = form_number.new_number(pepper(), self._scope(chapter_sudo))
        _key_sudo, desk_sudo = chapter_sudo._intake()
        needs_sudo = self._needs(env, key_sudo.company_id)
        topics = dict(needs_sudo._fields["topic"]._description_selection(env))
        values = {
            "chapter": chapter_sudo,
            "taker": key_sudo.company_id,
            "channels": chapter_sudo.chapter_channel_ids.filtered("date_checked"),
            "number": number,
            "topics": [
                (label, needs_sudo.filtered(lambda need, topic=topic: need.topic == topic))
                for topic, label in topics.items()
            ],
            "urgencies": self._urgencies(env, desk_sudo),
            "is_somebody_on_duty": bool(env["embassy.duty"]._on_duty(desk_sudo)),
            "purposes": self._purposes(env),
            "form_languages": [
                (code, self._language_name(code)) for code in self._languages(env, chapter_sudo)
            ],
            "typed": typed,
            "errors": errors or {},
            "notice": notice,
            "lengths": LENGTHS,
            "evacuation": False,
            "unguarded": False,
            "warned": False,
            "desk": self._desk(),
            **flags,
        }
        return self._page(env, "embassy_assistance.public_help", values, status)

    def _urgencies(self, env, desk_sudo):
        """Each urgency with what is promised and what was measured (list of three texts)."""
        promises = {
            "emergency": env._("Emergency: we answer within 24 hours"),
            "urgent": env._("Urgent: we answer within 72 hours"),
            "normal": env._("It can wait: we answer within 14 days"),
        }
        measured = env["embassy.case.transition"]._measured_hours(desk_sudo)
        return [
            (name, promise, self._measured(env, measured[name]) if name in measured else "")
            for name, promise in promises.items()
        ]

    @staticmethod
    def _measured(env, hours):
        """A plain sentence for hours that were measured (one of the steps, or None)."""
        return {
            1: env._("In the last 30 days we began 9 of 10 of these within an hour."),
            2: env._("In the last 30 days we began 9 of 10 of these within 2 hours."),
            4: env._("In the last 30 days we began 9 of 10 of these within 4 hours."),
            8: env._("In the last 30 days we began 9 of 10 of these within 8 hours."),
            12: env._("In the last 30 days we began 9 of 10 of these within 12 hours."),
            24: env._("In the last 30 days we began 9 of 10 of these within a day."),
            48: env._("In the last 30 days we began 9 of 10 of these within 2 days."),
            72: env._("In the last 30 days we began 9 of 10 of these within 3 days."),
            168: env._("In the last 30 days we began 9 of 10 of these within a week."),
            336: env._("In the last 30 days we began 9 of 10 of these within two weeks."),
            None: env._("In the last 30 days it often took us longer."),
        }[hours]

    @staticmethod
    def _purposes(env):
        return {
            "handle": env._("You may read my request and work on it. (Needed)"),
            "share_chapter": env._("You may ask another People's Embassy about it."),
            "share_fund": env._("You may ask a fund that can help about it."),
            "keep_contact": env._("You may stay in touch with me afterwards."),
        }.items()

    @staticmethod
    def _desk():
        """Whether somebody of the staff writes for a person at the desk or on the phone (bool)."""
        return bool(request.httprequest.args.get("desk"))

    def _receipt(self, env, nonce, again=False):
        """The digits. Odoo sends the page after the transaction has ended well, or an error."""
        values = {
            "receipt": codes.receipt(pepper(), nonce),
            "address": self._receipt_address(),
            "again": again,
            "desk": self._desk(),
        }
        return self._page(env, "embassy_assistance.public_number", values)

    def _closed(self, env, chapter_sudo):
        values = {
            "chapter": chapter_sudo,
            "channels": chapter_sudo.chapter_channel_ids.filtered("date_checked"),
        }
        return self._page(env, "embassy_assistance.public_no_requests", values)

    @staticmethod
    def _open_chapter(env, code):
        """The chapter with this code whose page is open (res.company, one or none)."""
        chapters = env["res.company"]
        return chapters.browse(chapters._open_page_ids().get(code.upper(), []))

    @staticmethod
    def _scope(chapter_sudo):
        return f"help {chapter_sudo.id}"

    @staticmethod
    def _needs(env, taker_sudo):
        return env["embassy.need"]._offered(taker_sudo.id)

    @staticmethod
    def _languages(env, chapter_sudo):
        """Languages the chapter answers in (dict of code to id).

        The page's own stands first, where it is one.
        """
        found = chapter_sudo._chapter_language_ids()
        return {code: found[code] for code in sorted(found, key=lambda c: (c != env.lang, c))}
