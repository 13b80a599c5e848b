"""The HTTP probe: every route of the map, with ids of others, missing ids and guessed tokens."""

import inspect
import json
import re

from client import Client, everything_in
from fuzz import value
from hits import Book
from plant import BANDS, MISSING

FOREIGN = BANDS["A"] + 1
GUESS = "0123456789abcdef0123456789abcdef01234567"
PART = re.compile(r"<(?:(?P<kind>[a-z_]+)(?:\([^>]*\))?:)?(?P<name>\w+)>")
# They end the session that asks, serve files alone, or make a secret that is shown once.
LEFT_OUT = re.compile(
    r"/sealed/(chapter/)?new|"
    r"/web/session/(logout|destroy|authenticate)|/web/database/|/web/assets/|/websocket|"
    r"/web/(health|bundle|tests|webclient/(qweb|load_menus|translations))|/web/static|"
    r"/web/session/(account|change_password)|/logout|/bus/websocket|/web/become"
)
PARTS = (
    "activities",
    "attachments",
    "contact_fields",
    "followers",
    "scheduledMessages",
    "suggestedRecipients",
)
PRINTS = "everything"  # the person who prints: a page takes a second
THREADS = ("res.partner", "helpdesk.ticket", "event.event", "mailing.contact", "discuss.channel")


class Door:
    """One person tries every door, as if the row were there and as if it were not."""

    def __init__(self, env, client: Client, marks, book: Book, own=None):
        self.env, self.client, self.marks, self.book = env, client, marks, book
        self.own = own  # the markers of one's own chapter

    def twice(self, place: str, send) -> None:
        """Send a request for a row of others and for one that is not there, and compare."""
        foreign, missing = self.ask(place, send, FOREIGN), self.ask(place, send, MISSING)
        if not foreign.differs(missing):
            return
        # Asked once more, in the other order: what the first call changed is no sign.
        again = self.ask(place, send, MISSING), self.ask(place, send, FOREIGN)
        if all(f.differs(m) for f in (foreign, again[1]) for m in (missing, again[0])):
            difference = foreign.differs(missing)
            self.book.hit("http, foreign or missing", self.client.role, place, difference)

    def ask(self, place: str, send, id_: int):
        """Send one request, look for markers in the answer, and return it."""
        response = send(id_)
        self.book.asked["http"] += 1
        for origin in self.marks.found(everything_in(response)):
            self.book.hit("http", self.client.role, place, origin)
        return self.client.answer(response)

    def get(self, path: str, /, **params):
        return self.client.http.get(
            self.client.address + path, params=params, timeout=60, allow_redirects=False
        )

    def post(self, path: str, /, **data):
        data["csrf_token"] = self.client.csrf
        return self.client.http.post(
            self.client.address + path, data=data, timeout=60, allow_redirects=False
        )

    # -- the map ------------------------------------------------------------------------------

    def routes(self) -> None:
        """Every rule of the running server's map."""
        seen = set()
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if LEFT_OUT.match(rule.rule) or rule.rule in seen:
                continue
            seen.add(rule.rule)
            self.route(rule)

    def route(self, rule) -> None:
        routing = rule.endpoint.routing
        parameters = self.parameters(rule)

        def path(id_):
            return PART.sub(lambda part: self.part(part, id_), rule.rule)

        def filled(id_):
            return {name: self.parameter(name, id_) for name in parameters}

        if routing["type"] == "jsonrpc":
            self.twice(rule.rule, lambda id_: self.client.rpc(path(id_), filled(id_)))
            return
        methods = routing.get("methods") or ["GET", "POST"]
        if "GET" in methods:
            self.twice(rule.rule, lambda id_: self.get(path(id_), **filled(id_)))
            if parameters and PART.search(rule.rule):  # without a token, rights alone count
                self.twice(rule.rule, lambda id_: self.get(path(id_)))
        if "POST" in methods and (parameters or "GET" not in methods):
            self.twice(rule.rule, lambda id_: self.post(path(id_), **filled(id_)))

    @staticmethod
    def parameters(rule) -> list[str]:
        """Names that the method takes and the address does not give."""
        inside = {part["name"] for part in PART.finditer(rule.rule)}
        signature = inspect.signature(rule.endpoint)
        return [
            name
            for name, parameter in signature.parameters.items()
            if name not in inside
            and name not in ("self", "csrf_token", "redirect")
            and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
            and (
                parameter.default is parameter.empty
                or name.endswith(("_id", "_ids", "model", "id", "token", "ids"))
            )
        ]

    def parameter(self, name: str, id_: int):
        if "token" in name or name == "hash":
            return GUESS
        if name == "last_notification_id":
            return 0  # a mark in the stream of one's own, no row of a model
        if name in ("thread_model", "model", "res_model"):
            return "res.partner"
        return value(name, self.marks, id_)

    @staticmethod
    def part(part, id_: int) -> str:
        """A piece of an address."""
        name, kind = part["name"], part["kind"]
        if kind in ("int", "model", "models") or name.endswith(("_id", "_ids", "docids")):
            return str(id_)
        known = {
            "token": GUESS,
            "model": "res.partner",
            "field": "image_128",
            "filename": "file.txt",
            "converter": "html",
            "width": "10",
            "height": "10",
            "unique": "x",
            "method": "read",
            "reportname": "base.report_irmodeloverview",
        }
        return known.get(name, "x")

    # -- by hand: what the map leaves open ----------------------------------------------------

    def by_hand(self) -> None:
        """Routes whose parameters no name tells."""
        self.files()
        self.reports()
        self.exports()
        self.discuss()
        self.references()
        self.other_protocols()

    def files(self) -> None:
        """Each binary field of each model, as an image and as content, and each file."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if field.type != "binary":
                    continue
                for kind in ("image", "content"):
                    self.twice(
                        f"/web/{kind}/{name}.{field.name}",
                        lambda id_, p=f"/web/{kind}/{name}", f=field.name: self.get(
                            f"{p}/{id_}/{f}"
                        ),
                    )
        for offset in range(12):
            for path in ("/web/content/{}", "/web/image/{}?download=1", "/mail/attachment/{}"):
                self.twice(path, lambda id_, p=path, o=offset: self.get(p.format(id_ + o)))

    def reports(self) -> None:
        for report in self.env["ir.actions.report"].sudo().search([]):
            for kind in ("html", "text", *(["pdf"] if self.client.role == PRINTS else [])):
                self.twice(
                    f"/report/{report.report_name}",
                    lambda id_, r=report, k=kind: self.get(f"/report/{k}/{r.report_name}/{id_}"),
                )
            if self.client.role == PRINTS:
                self.printed(report)

    def printed(self, report) -> None:
        """A report of one's own, as a PDF: what others wrote is on no page of it."""
        response = self.get(f"/report/pdf/{report.report_name}/{BANDS['B'] + 1}")
        self.book.asked["reports as PDF"] += 1
        self.book.asked["reports as PDF, with words of one's own"] += bool(
            response.content[:5] == b"%PDF-" and self.own and self.own.found(response.content)
        )
        for origin in self.marks.found(everything_in(response)):
            self.book.hit("http", self.client.role, f"/report/{report.report_name}", origin)

    def exports(self) -> None:
        """Exports and views of all models, by ids and by an empty domain."""
        for name in sorted(self.env.registry):
            if self.env[name]._abstract or self.env[name]._transient:
                continue
            for ids in (True, False):
                self.twice(
                    f"/web/export/csv {name}",
                    lambda id_, n=name, i=ids: self.post(
                        "/web/export/csv", data=json.dumps(self.export(n, [id_] if i else False))
                    ),
                )

    @staticmethod
    def export(model: str, ids) -> dict:
        return {
            "model": model,
            "fields": [
                {"name": "display_name", "label": "Name", "type": "char"},
                {"name": "create_uid", "label": "By", "type": "many2one"},
            ],
            "ids": ids,
            "domain": [],
            "groupby": [],
            "context": {},
            "import_compat": False,
        }

    def discuss(self) -> None:
        """What the message service tells of threads, people, channels and mentions."""
        for model in THREADS:
            if model not in self.env:
                continue
            self.twice(
                f"/mail/data {model}",
                lambda id_, m=model: self.client.rpc(
                    "/mail/data",
                    {
                        "fetch_params": [
                            [
                                "mail.thread",
                                {"thread_model": m, "thread_id": id_, "request_list": PARTS},
                            ]
                        ]
                    },
                ),
            )
            self.twice(
                f"/mail/thread/messages {model}",
                lambda id_, m=model: self.client.rpc(
                    "/mail/thread/messages", {"thread_model": m, "thread_id": id_}
                ),
            )
            self.twice(
                f"/mail/message/post {model}",
                lambda id_, m=model: self.client.rpc(
                    "/mail/message/post",
                    {"thread_model": m, "thread_id": id_, "post_data": {"body": "Words."}},
                ),
            )
        for name, params in (
            ("avatar_card", lambda id_: {"user_id": id_}),
            ("channels_as_member", lambda id_: None),
            ("discuss.channel", lambda id_: [id_]),
            ("/discuss/get_or_create_chat", lambda id_: {"partners_to": [id_]}),
            ("init_messaging", lambda id_: {}),
            ("failures", lambda id_: None),
            ("systray_get_activities", lambda id_: None),
            ("mail.canned.response", lambda id_: None),
            ("res.partner", lambda id_: {"partner_id": id_}),
            ("res.role", lambda id_: None),
        ):
            self.twice(
                f"/mail/data {name}",
                lambda id_, n=name, p=params: self.client.rpc(
                    "/mail/data", {"fetch_params": [[n, p(id_)]]}
                ),
            )
        for method, key in (
            ("get_mention_suggestions", "search"),
            ("search_for_channel_invite", "search_term"),
        ):
            for word in ("", self.marks.stem):
                self.twice(
                    f"res.partner.{method}()",
                    lambda id_, m=method, k=key, w=word: self.client.call(
                        "res.partner", m, [], {k: w}
                    ),
                )
        for path in ("/discuss/search", "/mail/partner/from_email"):
            self.twice(
                path,
                lambda id_, p=path: self.client.rpc(p, {"term": self.marks.stem, "emails": []}),
            )

    def references(self) -> None:
        """A form saved with a row of others in a field tells nothing of it."""
        for model, field, extra in (
            ("res.partner", "parent_id", {"name": "Words"}),
            ("event.registration", "partner_id", {"event_id": BANDS["B"] + 1}),
            ("helpdesk.ticket", "partner_id", {"name": "Words", "description": "Words"}),
            ("calendar.event", "partner_ids", {"name": "Words"}),
            ("mailing.mailing", "contact_list_ids", {"subject": "Words"}),
        ):
            if model not in self.env:
                continue
            many = self.env[model]._fields[field].type == "many2many"
            self.twice(
                f"/web/dataset web_save {model}.{field}",
                lambda id_, m=model, f=field, e=extra, x=many: self.client.call(
                    m,
                    "web_save",
                    [[], {**e, f: [[4, id_]] if x else id_}],
                    {"specification": self.card(m, f)},
                ),
            )
        self.get("/odoo?debug=1")
        for model in ("res.partner", "helpdesk.ticket", "calendar.event", "res.users"):
            if model in self.env:
                self.twice(
                    f"?debug=1 {model}",
                    lambda id_, m=model: self.client.call(m, "read", [[id_], ["display_name"]]),
                )
        self.get("/odoo?debug=0")

    def card(self, model: str, field: str) -> dict:
        """The field with the words on the card of what it names."""
        comodel = self.env[self.env[model]._fields[field].comodel_name]
        words = ("display_name", "email", "phone", "street", "vat")
        spec = {field: {"fields": {word: {} for word in words if word in comodel._fields}}}
        return spec | {
            name: {}
            for name in ("name", "email", "phone", "street", "vat", "partner_email")
            if name in self.env[model]._fields
        }

    def other_protocols(self) -> None:
        """XML-RPC, JSON-RPC and JSON of other programs: closed, or as tight."""
        self.twice(
            "/jsonrpc",
            lambda id_: self.client.rpc(
                "/jsonrpc",
                {
                    "service": "object",
                    "method": "execute",
                    "args": [self.client.database, 2, "x", "res.partner", "read", [id_]],
                },
            ),
        )
        for path in ("/json/1/res.partner/{}", "/json/2/res.partner/read", "/odoo/res.partner/{}"):
            self.twice(path, lambda id_, p=path: self.get(p.format(id_)))
        call = (
            "<?xml version='1.0'?><methodCall><methodName>execute_kw</methodName><params>"
            "<param><value><string>{}</string></value></param></params></methodCall>"
        )
        for path in ("/xmlrpc/2/object", "/xmlrpc/object", "/xmlrpc/2/common"):
            self.twice(
                path,
                lambda id_, p=path: self.client.http.post(
                    self.client.address + p, data=call.format(id_), timeout=60
                ),
            )
