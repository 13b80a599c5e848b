"""Links with a token that is true: what they show is the record they are for, and no other."""

import door
from client import Client, everything_in, without_ids
from hits import Book
from plant import BANDS, MISSING, WIDTH

# Names of parameters that take a token; what else a route takes, a link has or the door guesses.
TOKENS = {"access_token", "token", "hash_token", "invitation_token", "tickets_hash", "hash"}
# One of many that give the same file.
ALIKE = ("<int:width>", "<string:unique>", "<string:filename>", "<string:xmlid>")
LISTS = ("/my", "/my/home", "/my/tickets", "/my/counters", "/odoo")


class Link:
    """A record of chapter A, what its link says, another record beside it, and its own words."""

    def __init__(self, record, marks, beside=None, **values):
        self.model, self.id, self.values = record._name, record.id, values
        self.beside = beside or _beside(record)
        self.own = own_words(record, marks)

    def of(self, id_: int) -> dict:
        """What the link says when somebody puts another number into it."""
        return {
            name: id_ if value == self.id and name not in TOKENS else value
            for name, value in self.values.items()
        }


def _beside(record) -> int:
    domain = [("id", ">", BANDS["A"]), ("id", "<", BANDS["A"] + WIDTH), ("id", "!=", record.id)]
    return record.sudo().with_context(active_test=False).search(domain, limit=1).id or MISSING


def own_words(record, marks) -> set[int]:
    """The numbers of the markers of a record, of the names in it and of its open messages."""
    record = record.sudo()
    found = marks.numbers(record.read())
    for field in record._fields.values():
        if field.relational and field.name not in ("message_ids", "website_message_ids"):
            others = record[field.name]
            words = [name for name in ("display_name", "email", "phone") if name in others._fields]
            found |= marks.numbers(others.read(words))
    if "website_message_ids" in record._fields:
        messages = record.message_ids.filtered(lambda message: not message.is_internal)
        found |= marks.numbers(messages.read(["body", "subject", "author_id", "email_from"]))
        found |= marks.numbers(messages.attachment_ids.read(["name", "raw"]))
    company = record.env["res.company"].browse(
        record["company_id"].id if "company_id" in record._fields else []
    )
    return found | marks.numbers(company.read(["name", "email", "phone", "website"]))


def true_links(env, a) -> list[Link]:
    """Links as they are mailed to people, of all kinds that Odoo has."""
    rows, marks = a.rows, a.marks
    env["embassy.leaky"].create({"note": marks.new("embassy.leaky.note")})
    found = []
    for name, model in sorted(env.registry.items()):
        field = model._fields.get("access_token")
        if not (field and field.store) or name not in rows or model._abstract:
            continue
        record = env[name].browse(rows[name])
        record.access_token = record.access_token or f"known-{name}-0123456789"
        values = {"access_token": record.access_token, "token": record.access_token}
        values |= {"model": name, "res_model": name, "thread_model": name}
        values |= dict.fromkeys(("id", "res_id", "thread_id"), record.id)
        if hasattr(record, "_sign_token"):
            pid = record.partner_id.id
            values |= {"pid": pid, "hash": record._sign_token(pid)}
        if name == "calendar.attendee":
            meeting = record.event_id
            found.append(Link(meeting, marks, token=record.access_token, id=meeting.id))
            found[-1].own |= own_words(record, marks)
            continue  # its own number opens nothing
        found.append(Link(record, marks, **values))
    partner = env["res.partner"].browse(rows["res.partner"])
    mailing, email = env["mailing.mailing"].browse(rows["mailing.mailing"]), "who@example.org"
    found.append(
        Link(
            mailing,
            marks,
            mailing_id=mailing.id,
            document_id=partner.id,
            res_id=partner.id,
            email=email,
            hash_token=mailing._generate_mailing_recipient_token(partner.id, email),
        )
    )
    reasons = env["mailing.subscription.optout"].search(
        [("company_id", "=", mailing.company_id.id)]
    )
    found[-1].own |= marks.numbers(reasons.read(["name"]))  # the page asks why one leaves
    registration = env["event.registration"].browse(rows["event.registration"])
    event = registration.event_id
    found.append(
        Link(
            event,
            marks,
            event_id=event.id,
            registration_ids=f"[{registration.id}]",
            tickets_hash=event._get_tickets_access_hash(registration.ids),
        )
    )
    found[-1].own |= own_words(registration, marks)
    return found


class Visitor(door.Door):
    """Somebody who holds a link of chapter A."""

    def __init__(self, env, client: Client, marks, book: Book, link: Link):
        super().__init__(env, client, marks, book)
        self.link, self.said = link, link.of(link.id)

    def visit(self) -> None:
        """Follow the link by each route that takes a part of it that is secret."""
        for rule in self.env["ir.http"].routing_map().iter_rules():
            taken = {part["name"] for part in door.PART.finditer(rule.rule)}
            taken |= set(self.parameters(rule))
            if taken & TOKENS & self.link.values.keys() and not any(
                word in rule.rule for word in ALIKE
            ):
                self.route(rule)
        for path in ("/portal/chatter_init", "/mail/thread/messages", "/mail/chatter_fetch"):
            self.twice(path, lambda id_, p=path: self.client.rpc(p, self.link.of(id_)))

    def twice(self, place: str, send) -> None:
        """Follow it; then put the number of a record beside it, and of none, into it."""
        place = f"{place} of {self.link.model}"
        answers = []
        for id_ in (self.link.id, self.link.beside, MISSING):
            self.said = self.link.of(id_)
            response = send(id_)
            self.book.asked["links"] += 1
            shown = self.marks.numbers(everything_in(response))
            if id_ == self.link.id and shown & self.link.own:
                self.book.asked["links that show their record"] += 1
            for number in shown - self.link.own:
                self.book.hit("link", self.client.role, place, self.marks.origin(number))
            body = without_ids(response.content.decode(errors="replace"), (id_,))
            answers.append((response.status_code, body))
        _own, beside, missing = answers
        if beside != missing and self.link.beside != MISSING and "leaky" not in place:
            what = f"{beside[0]} {beside[1][:150]} against {missing[0]} {missing[1][:150]}"
            self.book.hit("link, beside or missing", self.client.role, place, what)

    @staticmethod
    def parameters(rule) -> list[str]:
        import inspect

        signature = inspect.signature(rule.endpoint)
        inside = {part["name"] for part in door.PART.finditer(rule.rule)}
        return [
            *door.Door.parameters(rule),
            *(TOKENS & signature.parameters.keys() - inside),
            *({"pid", "email"} & signature.parameters.keys() - inside),
        ]

    def parameter(self, name: str, id_: int):
        return self.said[name] if name in self.said else super().parameter(name, id_)

    def part(self, part, id_: int) -> str:
        name = part["name"]
        return str(self.said[name]) if name in self.said else super().part(part, id_)

    def lists(self) -> None:
        """Who has followed a link finds nothing of it in lists."""
        for path in LISTS:
            response = self.get(path)
            self.book.asked["lists after links"] += 1
            for origin in self.marks.found(everything_in(response)):
                self.book.hit("link, afterwards", self.client.role, path, origin)
        for name in ("init_messaging", "channels_as_member", "systray_get_activities"):
            response = self.client.rpc("/mail/data", {"fetch_params": [[name, {}]]})
            for origin in self.marks.found(everything_in(response)):
                self.book.hit("link, afterwards", self.client.role, name, origin)
