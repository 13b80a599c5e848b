"""Mail for letters: Odoo fetches a real mailbox, and answers through a real mail server."""

import contextlib
import email
import email.policy
import imaplib
import io
import os
import re
import time
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect
from pypdf import PdfWriter

from launcher import database, odoo_process
from launcher.paths import VENV

pytest.importorskip("pymap", reason="the IMAP server of the tests needs Python 3.11")

DOMAIN = "letters-in.example.org"
ADDRESS = f"office@{DOMAIN}"
MINISTRY = "mfa@government-is.example.org"
# Words of an institution, which are kept, and of people who ask for help, which are not.
KEPT, TOLD = "vyrasnik", "zubraniatka"
PERSON = "hanna.vymysl@mail.example.org"
GONE = "pilip.vymysl@mail.example.org"

# What the admin of the server sets up: the mail domain, and where mail comes and goes. What else
# waits in the queue rests meanwhile.
SET_UP = """
env.ref("mail.ir_cron_mail_scheduler_action").active = False
env["mail.alias.domain"].create({{"name": "{domain}"}})
env["ir.mail_server"].create(
    {{"name": "probe", "smtp_host": "127.0.0.1", "smtp_port": {smtp}, "smtp_encryption": "none",
      "from_filter": "{domain}"}})
env["fetchmail.server"].create(
    {{"name": "probe", "server_type": "imap", "server": "127.0.0.1", "port": {imap},
      "user": "letters", "password": "probe"}}).button_confirm_login()
"""
FETCH = 'env.ref("mail.ir_cron_mail_gateway_action")._trigger()'
TIDY_UP = f"""
env["fetchmail.server"].search([]).unlink()
env["ir.mail_server"].search([]).unlink()
env["res.company"].search([]).letter_alias_id.unlink()
domain = env["mail.alias.domain"].search([("name", "=", "{DOMAIN}")])
domain.company_ids.alias_domain_id = False
env["mail.alias"].search([("alias_domain_id", "=", domain.id)]).alias_domain_id = False
domain.unlink()
env["mail.mail"].search([("is_news", "=", True)]).unlink()
env.ref("mail.ir_cron_mail_scheduler_action").active = True
"""


class Mails:
    """A mail server that keeps what it is given, and knows that one mailbox is gone."""

    def __init__(self):
        self.kept = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address == GONE:
            return f"550 5.1.1 <{address}> unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.kept.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def to(self, address):
        """All that stands in each mail to somebody (list of str)."""
        return [_read(content) for people, content in self.kept if address in people]


def _read(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])


def pdf(word):
    """A PDF of one empty page, with a word in it (bytes)."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.add_metadata({"/Title": word})
    writer.write(file)
    return file.getvalue()


def mail(sender, subject, word, name):
    """A mail to the address for letters that says a word, in its text and in a PDF."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
    message["Delivered-To"] = ADDRESS
    message["Message-Id"] = make_msgid(domain="example.org")
    message.set_content(f"We write to you: {word}.")
    message.add_attachment(pdf(word), maintype="application", subtype="pdf", filename=name)
    return message


class Mailbox:
    """A mailbox at a real IMAP server, as its owner sees it."""

    def __init__(self, port):
        self.port = port

    @contextlib.contextmanager
    def opened(self):
        with imaplib.IMAP4("127.0.0.1", self.port) as imap:
            imap.login("letters", "probe")
            imap.select()
            yield imap

    def receive(self, message):
        with self.opened() as imap:
            imap.append("INBOX", None, None, message.as_bytes())

    def unread(self):
        with self.opened() as imap:
            return len(imap.search(None, "UNSEEN")[1][0].split())


@pytest.fixture
def mailbox():
    port = odoo_process.free_port()
    words = [str(VENV / "bin" / "pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    words += ["dict", "--demo-user", "letters", "--demo-password", "probe"]
    with odoo_process.child(words):
        deadline = time.monotonic() + 30
        while odoo_process.port_is_free(port):
            assert time.monotonic() < deadline, "the IMAP server did not start"
            time.sleep(0.1)
        yield Mailbox(port)


@pytest.fixture
def mails(in_odoo, mailbox):
    """What leaves, while mail comes and goes by servers of this machine."""
    mails = Mails()
    controller = Controller(mails, hostname="127.0.0.1", port=odoo_process.free_port())
    controller.start()
    try:
        in_odoo(SET_UP.format(domain=DOMAIN, smtp=controller.port, imap=mailbox.port))
        yield mails
    finally:
        in_odoo(TIDY_UP)
        controller.stop()


class Remains:
    """What Odoo keeps: the tables, the files, and the log of the server."""

    def __init__(self, database_server):
        self.server, self.name = database_server, f"embassy_test_{os.getpid()}"

    def connect(self):
        return contextlib.closing(self.server.connect(self.name))

    def value(self, query):
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]

    def places(self, word):
        """Where a word stands, as text or in binary columns (set of str)."""
        pattern, found = f"{re.escape(word)}|{word.encode().hex()}", set()
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f'SELECT 1 FROM "{table}" t WHERE t::text ~* %s LIMIT 1',  # noqa: S608
                    [pattern],
                )
                found |= {table} if cursor.fetchone() else set()
        files = [path for path in database.filestore(self.name).rglob("*") if path.is_file()]
        found |= {"files" for path in files if word.encode() in path.read_bytes()}
        log = odoo_process.log_of(self.name).read_text(errors="replace")
        return found | ({"log"} if word.lower() in log.lower() else set())


@pytest.fixture
def remains(database_server, server):
    return Remains(database_server)


def fetch(in_odoo, remains):
    """Let the server's own scheduled job fetch mail, and wait until it has."""
    date = "SELECT max(date) FROM fetchmail_server"
    before, deadline = remains.value(date), time.monotonic() + 180
    in_odoo(FETCH)
    while remains.value(date) == before:
        assert time.monotonic() < deadline, "no mail was fetched"
        time.sleep(0.5)


def test_mail_becomes_a_letter_or_nothing(office, second, mailbox, mails, in_odoo, remains):
    office.log_in("coordinator").go("Embassy", "My chapter", "My chapter")
    office.tab("Channels")
    office.fill("letter_alias_name", "office")
    office.save()
    office.tab("Channels")
    expect(office.field("letter_alias_full")).to_have_text(ADDRESS)
    office.field("letter_alias_full").scroll_into_view_if_needed()
    office.shot("letters-address", phone=True)

    subject = f"Passports for students, {KEPT}"
    mailbox.receive(mail(f"Ministry <{MINISTRY}>", subject, KEPT, "answer.pdf"))
    for person in (PERSON, GONE):
        mailbox.receive(mail(f"{TOLD} <{person}>", f"{TOLD} {person}", TOLD, f"{TOLD}.pdf"))
    fetch(in_odoo, remains)
    assert mailbox.unread() == 0

    second.log_in("outreach_officer").go("Outreach", "Letters", "Incoming")
    second.row(subject).locator("[name=subject]").click()
    expect(second.field("partner_id").locator("input")).to_have_value(
        "Ministry for Foreign Affairs (demo)"
    )
    expect(second.page.locator(".o-mail-Chatter")).to_contain_text("answer.pdf")
    second.shot("letter-mail-in", phone=True)
    second.click("Register")
    expect(second.field("number")).to_contain_text("IS-IN-")

    [answer] = mails.to(PERSON)
    assert re.findall("^(From|Reply-To): .*<(.*)>$", answer, re.M) == [
        ("From", ADDRESS),
        ("Reply-To", ADDRESS),
    ]
    assert "/embassy/is" in answer
    assert TOLD not in answer
    assert remains.places(KEPT) >= {"embassy_letter", "mail_message", "files"}
    for word in (TOLD, PERSON, GONE):
        assert not remains.places(word), word

    count = "SELECT count(*) FROM embassy_letter"
    letters = remains.value(count)
    fetch(in_odoo, remains)
    assert remains.value(count) == letters
    assert len(mails.to(PERSON)) == 1
