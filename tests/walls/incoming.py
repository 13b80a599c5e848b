"""Incoming mail: letters of people of chapter B to addresses and threads of chapter A."""

import contextlib
from email.message import EmailMessage

from plant import BANDS, WIDTH

DOMAIN = "in.example.org"
OF_A = (BANDS["A"], BANDS["A"] + WIDTH)
OF_B = (BANDS["B"], BANDS["B"] + WIDTH)


def addresses(env, a) -> None:
    """Give chapter A a domain, and addresses for contacts, tickets, and the box that talks."""
    domain = env["mail.alias.domain"].create({"name": DOMAIN})
    a.company.with_env(env).alias_domain_id = domain
    for name, model in (
        ("contacts", "res.partner"),
        ("tickets", "helpdesk.ticket"),
        ("leaky", "embassy.leaky.box"),
    ):
        env["mail.alias"].create(
            {
                "alias_name": name,
                "alias_domain_id": domain.id,
                "alias_model_id": env["ir.model"]._get_id(model),
                "alias_contact": "everyone",
                "chapter_id": a.company.id,
            }
        )


def letters(env, a, b) -> list[EmailMessage]:
    """Letters from B: to each address of A, as answers to its messages, and as bounces."""
    senders = [env["res.users"].browse(b.people[role]).email for role in ("employee", "portal")]
    senders.append(env["res.partner"].browse(b.rows["res.partner"]).email)
    aliases = env["mail.alias"].search([("alias_full_name", "!=", False)])
    to = set(aliases.mapped("alias_full_name"))
    to |= {env["res.users"].browse(uid).email for uid in a.people.values()}
    to |= {f"{box}@{DOMAIN}" for box in ("catchall", "bounce", "nobody", "notifications")}
    messages = env["mail.message"].search(
        [("id", ">", OF_A[0]), ("id", "<", OF_A[1]), ("message_id", "!=", False)]
    )
    # As Odoo's own names read, by whoever guesses.
    known = messages.mapped("message_id")
    guessed = [
        f"<1.2-openerp-{a.rows[model]}-{model}@{DOMAIN}>"
        for model in ("res.partner", "helpdesk.ticket", "event.event")
    ]
    bounce = [f"bounce+{OF_A[0] + 1}-res.partner-{a.rows['res.partner']}@{DOMAIN}"]
    found = []
    for number, address in enumerate(sorted(filter(None, to))):
        found.append(_letter(senders[number % 3], address, ""))
    for number, reference in enumerate([*known, *guessed]):
        for address in (f"catchall@{DOMAIN}", f"contacts@{DOMAIN}", "somebody@example.net"):
            found.append(_letter(senders[number % 3], address, reference))
    for address in bounce:
        for reference in [*known[:3], *guessed[:1]]:
            letter = _letter(f"MAILER-DAEMON@{DOMAIN}", address, reference)
            letter["Return-Path"] = "<>"
            found.append(letter)
    return found


def _letter(sender: str, to: str, reference: str) -> EmailMessage:
    letter = EmailMessage()
    _numbers.append(len(_numbers))
    letter["Message-Id"] = f"<letter{len(_numbers)}@b.example.org>"
    letter["From"], letter["To"], letter["Subject"] = sender, to, "Letter"
    if reference:
        letter["In-Reply-To"] = letter["References"] = reference
    letter.set_content("What do you have?")
    return letter


_numbers: list[int] = []


def receive(world, port: int, book) -> None:
    """Take all letters in, each in a transaction of its own, and send what waits."""
    from odoo import SUPERUSER_ID
    from odoo.api import Environment

    with contextlib.closing(world.registry.cursor()) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        env["ir.mail_server"].search([]).active = False
        env["ir.mail_server"].create(
            {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
        )
        env["mail.mail"].search([("state", "=", "outgoing")]).write({"state": "cancel"})
        addresses(env, world.a)
        post = letters(env, world.a, world.b)
        cr.commit()
    for letter in post:
        book.asked["letters"] += 1
        with contextlib.closing(world.registry.cursor()) as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            try:
                thread = env["mail.thread"].message_process(None, letter.as_string())
                book.asked["letters that landed"] += bool(thread)
                cr.commit()
            except ValueError:  # nobody takes it
                cr.rollback()
    with contextlib.closing(world.registry.cursor()) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        env["mail.mail"].search([("state", "=", "outgoing")]).send()
        cr.commit()


# What a letter must not have done: a row that joins the chapters. Of each the table, what makes a
# row one of A, and what makes it one of B.
JOINS = {
    "author of a message": (
        "SELECT m.id FROM mail_message m WHERE (m.res_id BETWEEN %(a)s AND %(z)s "
        "OR m.record_company_id = %(company)s) AND m.author_id BETWEEN %(b)s AND %(y)s "
        "AND m.author_id IN %(people)s"
    ),
    "recipient of a message": (
        "SELECT m.id FROM mail_message m JOIN mail_notification n ON n.mail_message_id = m.id "
        "WHERE (m.res_id BETWEEN %(a)s AND %(z)s OR m.record_company_id = %(company)s) "
        "AND n.res_partner_id IN %(people)s"
    ),
    "follower": (
        "SELECT f.id FROM mail_followers f WHERE f.res_id BETWEEN %(a)s AND %(z)s "
        "AND f.partner_id IN %(people)s"
    ),
    "outgoing mail": (
        "SELECT r.mail_mail_id FROM mail_mail_res_partner_rel r "
        "JOIN mail_mail o ON o.id = r.mail_mail_id JOIN mail_message m ON m.id = o.mail_message_id "
        "WHERE m.record_company_id = %(company)s AND r.res_partner_id IN %(people)s"
    ),
}


def look(world, sink, book) -> None:
    """Note each row that joins people of B with records of A, and each answer with words of A."""
    for recipients, _message, text in sink.mails:
        book.asked["mails after letters"] += 1
        if world.b.marks.found(" ".join(recipients)):
            for origin in world.a.marks.found(text):
                book.hit("incoming mail", "a person of B", "an answer", origin)
    with world.root() as env:
        people = (
            env["res.partner"]
            .with_context(active_test=False)
            .search([("company_id", "=", world.b.company.id)])
        )
        values = {
            "a": OF_A[0], "z": OF_A[1], "b": OF_B[0], "y": OF_B[1],
            "company": world.a.company.id, "people": tuple(people.ids),
        }  # fmt: skip
        for title, query in JOINS.items():
            env.cr.execute(query, values)
            for (id_,) in env.cr.fetchall():
                book.hit("incoming mail", "a person of B", title, f"row {id_}")
