"""A person at the server's door: logs in, calls methods, opens addresses."""

import json
import re
from typing import NamedTuple

import requests
from marks import printed
from plant import BANDS, MISSING, PASSWORD, secret

from launcher.second_factor import Codes

# Second factors that were set up by hand: login -> secret; and the codes not used yet.
SECRETS, CODES = {}, Codes()

# What differs from one answer to the next without telling anything.
NOISE = (
    (re.compile(r"[0-9a-f]{40}o?\d*"), "TOKEN"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?"), "TIME"),
    (re.compile(r"unique=\w*|nonce-[\w-]+|nonce=\"[\w-]+\""), "NONCE"),
    (re.compile(r"\"(visitor_uid|request_id|session_id|challenge)\": \"[^\"]*\""), "NONCE"),
    (re.compile(r"\"(\w*bus_id|\w*bus_last_id|duration_hour|last_id)\": [\d.]+"), "COUNTER"),
    (re.compile(r"0x[0-9a-f]{8,}"), "ADDRESS"),
    (re.compile(r"t-call-assets[^>]*|/web/assets/[\w/.-]+"), "ASSET"),
)
HEADERS = {"date", "content-length", "set-cookie", "server", "etag", "expires", "last-modified"}


class Answer(NamedTuple):
    """An answer as two of them are compared: status, headers, body without its noise."""

    status: int
    headers: str
    body: str

    def differs(self, other: "Answer") -> str:
        """Say in what two answers differ, shortly; nothing where they are alike."""
        if self.status != other.status:
            return f"status {self.status} against {other.status}"
        for name in ("body", "headers"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                at = next(
                    (
                        i
                        for i, (a, b) in enumerate(zip(mine, theirs, strict=False))
                        if a != b
                    ),
                    min(len(mine), len(theirs)),
                )
                start = max(at - 30, 0)
                return f"{name}: {mine[start:at + 60]!r} against {theirs[start:at + 60]!r}"
        return ""


def without_ids(text: str, ids) -> str:
    """Take out the ids that were asked for, and the noise."""
    for id_ in ids:
        text = text.replace(str(id_), "ID")
    for pattern, word in NOISE:
        text = pattern.sub(word, text)
    return text


class Client:
    """One person with a session, or nobody where there is no login."""

    def __init__(
        self,
        address: str,
        database: str,
        role: str,
        login: str | None = None,
        password: str = PASSWORD,
    ):
        self.address, self.database, self.role = address, database, role
        self.http = requests.Session()
        self.http.trust_env = False
        self.csrf = ""
        if login:
            answer = self.rpc(
                "/web/session/authenticate",
                {"db": database, "login": login, "password": password},
            ).json()
            if answer.get("result") == {"uid": None}:
                self.pass_second_factor(login)
                answer = self.rpc("/web/session/get_session_info", {}).json()
            assert answer.get("result", {}).get("uid"), f"{role} cannot log in: {answer}"
        self.login()

    def pass_second_factor(self, login: str):
        """Give the code of this person."""
        self.login()
        code = CODES.fresh(SECRETS.get(login) or secret(login))
        values = {"csrf_token": self.csrf, "totp_token": code}
        self.http.post(f"{self.address}/web/login/totp", values, timeout=60)

    def login(self):
        """Have a token against forged requests, as a page gives it."""
        page = self.http.get(f"{self.address}/web/login", timeout=60)
        found = re.search(r'csrf_token: "([^"]+)"|name="csrf_token" value="([^"]+)"', page.text)
        self.csrf = next(filter(None, found.groups()), "") if found else ""

    def rpc(self, path: str, params: dict):
        """POST a JSON-RPC request and return requests' response."""
        return self.http.post(
            self.address + path,
            json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": params},
            timeout=60,
            allow_redirects=False,
        )

    def call(self, model: str, method: str, args: list, kwargs: dict | None = None):
        """Call a method of a model as the web client does."""
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs or {}},
        )

    def answer(self, response, ids=(BANDS["A"] + 1, MISSING)) -> Answer:
        """Take a response as it is compared."""
        headers = "\n".join(
            f"{name}: {value}"
            for name, value in sorted(response.headers.items())
            if name.lower() not in HEADERS
        )
        body = response.content.decode(errors="replace")
        if response.content[:5] == b"%PDF-":  # which holds the second it was made in
            body = printed(response.content).decode()
        if response.headers.get("Content-Type", "").startswith("application/json"):
            body = json.dumps(response.json(), sort_keys=True)
        return Answer(
            response.status_code, without_ids(headers, ids), without_ids(body, ids)
        )


def everything_in(response) -> bytes:
    """Return status line, headers and body in one, for the search of markers."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers.encode() + b"\n\n" + response.content
