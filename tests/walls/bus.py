"""The bus: to what a person of chapter B may listen, and what is said there while A works."""

import json
import re

import websocket
from client import Client
from hits import Book
from plant import BANDS, MISSING, WIDTH

VERSION = "19.0-2"
OF_A = range(BANDS["A"], BANDS["A"] + WIDTH)


def wanted(env, rows: dict[str, int]) -> list[str]:
    """Names by which somebody who guesses would ask for channels of chapter A."""
    found = []
    for model, id_ in sorted(rows.items()):
        if model in env:
            for number in {id_, BANDS["A"] + 1, BANDS["A"] + 2}:
                found += [f"{model}_{number}", f"{model},{number}", f"{model}({number},)"]
    people = env["res.users"].browse(range(BANDS["A"] + 1, BANDS["A"] + 12)).exists()
    for partner in people.partner_id:
        found += [f"odoo-presence-res.partner_{partner.id}", f"res.partner_{partner.id}"]
    for number in range(BANDS["A"] + 1, BANDS["A"] + 6):
        found += [
            f"odoo-presence-mail.guest_{number}",
            f"mail.guest_{number}",
            f"discuss.channel_{number}",
            f"embassy.leaky_{number}",
            json.dumps([env.cr.dbname, "res.partner", number]),
            json.dumps([env.cr.dbname, "discuss.channel", number]),
        ]
    return found


class Listener:
    """One person listens by the way of HTTP, which shows to what, and by a web socket."""

    def __init__(self, client: Client, names: list[str], marks, book: Book):
        self.client, self.names, self.marks, self.book = client, names, marks, book
        self.last = 0
        self.socket = None

    def begin(self) -> None:
        """Subscribe, and note each channel that is a row of A."""
        answer = self.peek(first=True)
        self.editors()
        for channel in answer.get("channels", ()):
            if any(isinstance(part, int) and part in OF_A for part in channel):
                self.hit(f"channel {channel[1]}", str(channel))
        self.last = max((item["id"] for item in answer.get("notifications", ())), default=0)
        sid = self.client.http.cookies.get("session_id")
        self.socket = websocket.create_connection(
            f"{self.client.address.replace('http', 'ws', 1)}/websocket?version={VERSION}",
            header={"Cookie": f"session_id={sid}", "Origin": self.client.address},
            timeout=5,
        )
        data = {"channels": self.names, "last": self.last}
        self.socket.send(json.dumps({"event_name": "subscribe", "data": data}))
        self.book.asked["bus"] += 1

    def editors(self) -> None:
        """Ask for what is typed into a field; core refuses all names where one is refused."""
        answers = set()
        for number in (BANDS["A"] + 1, MISSING):
            name = f"editor_collaboration:res.partner:comment:{number}"
            params = {"channels": [name], "last": 0, "is_first_poll": True}
            self.book.asked["bus"] += 1
            answer = self.client.rpc("/websocket/peek_notifications", params).json()
            text = json.dumps(answer.get("result", {}).get("channels") or answer.get("error"))
            answers.add(text.replace(str(number), "ID"))
            if "editor_collaboration" in text.replace(name, ""):
                self.hit("channel editor_collaboration", name)
        if len(answers) > 1:
            self.hit("channel editor_collaboration", "foreign or missing")

    def end(self) -> None:
        """Look at all that came by both ways."""
        heard = self.peek().get("notifications", ())
        self.look("peek", heard)
        self.socket.settimeout(2)
        count = 0
        try:
            while True:
                self.look("socket", json.loads(self.socket.recv()))
                count += 1
        except (websocket.WebSocketException, OSError):
            pass
        self.socket.close()
        self.book.asked["bus messages"] += count + len(heard)

    def peek(self, first: bool = False) -> dict:
        self.book.asked["bus"] += 1
        params = {"channels": self.names, "last": self.last, "is_first_poll": first}
        response = self.client.rpc("/websocket/peek_notifications", params)
        answer = response.json()
        assert "result" in answer, answer
        return answer["result"]

    def look(self, way: str, messages) -> None:
        """Note each message with a word or a row of A."""
        for item in messages:
            kind, text = item["message"]["type"], json.dumps(item)
            ids = {int(word) for word in _numbers(text) if int(word) in OF_A}
            for what in self.marks.found(text) | {f"row {id_}" for id_ in ids}:
                self.hit(f"{way} {kind}", what)

    def hit(self, place: str, what: str) -> None:
        self.book.hit("bus", self.client.role, place, what)


def _numbers(text: str):
    return re.findall(r"\b\d{7}\b", text)


def work(client: Client, rows: dict[str, int], colleague: int) -> None:
    """A person of chapter A does what is told on the bus."""
    partner, channel = rows["res.partner"], rows["discuss.channel"]
    for model, id_ in (("res.partner", partner), ("discuss.channel", channel)):
        post = {"body": "Words.", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        client.rpc(
            "/mail/message/post",
            {
                "thread_model": model,
                "thread_id": id_,
                "post_data": {**post, "partner_ids": [colleague]},
            },
        )
    client.rpc("/discuss/channel/notify_typing", {"channel_id": channel, "is_typing": True})
    wanted_chat = ["/discuss/get_or_create_chat", {"partners_to": [colleague]}]
    chat = client.rpc("/mail/data", {"fetch_params": [wanted_chat]})
    for id_ in {row["id"] for row in chat.json().get("result", {}).get("discuss.channel", ())}:
        client.rpc(
            "/mail/message/post",
            {"thread_model": "discuss.channel", "thread_id": id_, "post_data": {"body": "Words."}},
        )
    for model, method, args in (
        ("discuss.channel", "write", [[channel], {"description": "Words."}]),
        ("discuss.channel", "add_members", [[channel], [colleague]]),
        ("res.partner", "write", [[partner], {"function": "Words."}]),
        ("mail.canned.response", "create", [[{"source": "w", "substitution": "Words."}]]),
        ("res.partner", "activity_schedule", [[partner]]),
        ("res.users", "write", [[client_uid(client)], {"signature": "Words."}]),
        ("mail.message", "toggle_message_starred", [[rows["mail.message"]]]),
        ("embassy.leaky", "shout", [[rows["embassy.leaky"]]]),
    ):
        client.call(model, method, args)
    client.rpc("/websocket/peek_notifications", {"channels": [], "last": 0, "is_first_poll": True})


def client_uid(client: Client) -> int:
    """The account of a person at the door."""
    return client.rpc("/web/session/get_session_info", {}).json()["result"]["uid"]
