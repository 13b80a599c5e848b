"""Crons and mail: what leaves by SMTP, caught at a real server on this machine."""

import contextlib
import email
import email.policy
import re

from aiosmtpd.controller import Controller
from plant import BANDS

from launcher.odoo_process import free_port

# Numbers of rows that headers give away: a model with an id, or an id of a planted row.
TELLING = re.compile(r"[a-z]+(\.[a-z]+)+-\d+|-\d+-[a-z]+\.|\b[12]0000\d\d\b")
TELLING_HEADERS = ("message-id", "references", "in-reply-to", "return-path", "x-odoo-objects")


class Sink:
    """Takes every mail and keeps it."""

    def __init__(self):
        self.mails: list[tuple[list[str], email.message.EmailMessage, str]] = []

    async def handle_DATA(self, _server, _session, envelope):
        """Keep a mail with its recipients and as one text."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        words = [envelope.mail_from or "", *envelope.rcpt_tos]
        words += [f"{name}: {value}" for name, value in message.items()]
        for part in message.walk():
            if not part.is_multipart():
                words.append(part.get_payload(decode=True).decode(errors="replace"))
        self.mails.append((envelope.rcpt_tos, message, "\n".join(words)))
        return "250 OK"


def listen(sink: Sink) -> Controller:
    """Start a mail server on a free port of the loopback; the caller stops it."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    return controller


def run_crons(world, port: int) -> dict[str, str]:
    """Send by this port, let all that waits be due, run every cron; return those that fail."""
    with contextlib.closing(world.registry.cursor()) as cr:
        env = _root(cr)
        env["ir.mail_server"].search([]).active = False
        env["ir.mail_server"].create(
            {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
        )
        for table, column in (
            ("mail_scheduled_message", "scheduled_date"),
            ("mail_message_schedule", "scheduled_datetime"),
            ("event_mail", "scheduled_date"),
            ("event_mail_registration", "scheduled_date"),
        ):
            cr.execute(f"UPDATE {table} SET {column} = now() at time zone 'UTC' - interval '1 h'")  # noqa: S608
        cr.commit()
        crons = env["ir.cron"].search([], order="id").ids
    failed = {}
    for cron_id in crons:
        with contextlib.closing(world.registry.cursor()) as cr:
            cron = _root(cr)["ir.cron"].browse(cron_id)
            name = cron.name
            if "publisher" in name.lower() or "Publisher" in name:
                continue  # what calls home has a test of its own
            try:
                cron.method_direct_trigger()
                cr.commit()
            except Exception as error:  # noqa: BLE001 - reported by name
                failed[name] = f"{type(error).__name__}: {error}"
                cr.rollback()
    return failed


def attempts(world) -> None:
    """A person of B tries to write to people of A, by each way that takes recipients."""
    contact_a, contact_b = world.a.rows["res.partner"], world.b.rows["res.partner"]
    colleague_a = BANDS["A"] + 3
    ways = (
        lambda r: r.message_post(body="Words", partner_ids=[contact_a, colleague_a]),
        lambda r: r.message_notify(body="Words", subject="Words", partner_ids=[contact_a]),
        lambda r: r.message_subscribe([contact_a, colleague_a])
        and r.message_post(body="Words", subtype_xmlid="mail.mt_comment"),
        lambda r: r.env["mail.compose.message"]
        .with_context(default_model="res.partner", default_res_ids=r.ids)
        .create({"body": "Words", "subject": "Words", "partner_ids": [(6, 0, [contact_a])]})
        .action_send_mail(),
        lambda r: r.env["mail.compose.message"]
        .create(
            {
                "model": "res.partner",
                "res_ids": str([contact_a]),
                "composition_mode": "mass_mail",
                "body": "Words",
                "subject": "Words",
            }
        )
        .action_send_mail(),
        lambda r: r.env["calendar.event"].create(
            {
                "name": "Words",
                "start": "2027-01-01 10:00:00",
                "stop": "2027-01-01 11:00:00",
                "partner_ids": [(6, 0, [contact_a, r.id])],
            }
        ),
        lambda r: r.env["discuss.channel"]
        ._get_or_create_chat([colleague_a])
        .message_post(body="Words", message_type="comment", subtype_xmlid="mail.mt_comment"),
    )
    for way in ways:
        with contextlib.closing(world.registry.cursor()) as cr, contextlib.suppress(Exception):
            env = _root(cr)(
                user=world.b.people["everything"],
                su=False,
                context={"allowed_company_ids": world.b.company.ids},
            )
            way(env["res.partner"].browse(contact_b))
            cr.commit()


def _root(cr):
    from odoo import SUPERUSER_ID
    from odoo.api import Environment

    return Environment(cr, SUPERUSER_ID, {})


def look(sink: Sink, a, b, book) -> None:
    """Note each mail that joins words or addresses of both chapters, and telling headers."""
    for _recipients, message, text in sink.mails:
        book.asked["mail"] += 1
        mine, theirs = a.found(text), b.found(text)
        if mine and theirs:
            what = f"{sorted(mine)[:3]} with {sorted(theirs)[:3]}"
            origins = " ".join(sorted(mine | theirs))
            place = "mail embassy.leaky" if "leaky" in origins else f"mail {_kind(mine)}"
            book.hit("mail", "everybody", place, what)
        for name in TELLING_HEADERS:
            if TELLING.search(str(message.get(name, "")).lower()):
                book.hit("mail headers", "everybody", f"mail header {name}", message[name])


def _kind(origins) -> str:
    return ", ".join(sorted({origin.rpartition(".")[0] for origin in origins}))
