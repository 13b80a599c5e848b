"""The mails that wake somebody: made by several at once and by one that is killed, then sent."""

import contextlib
import os
import signal
import threading

import post

STOP_WORDS = (
    *("help", "request", "case", "aid", "refugee", "urgent", "emergency", "embassy", "chapter_"),
    *("дапамог", "запыт", "справа", "бежан", "тэрмінов", "амбасад", "пасольств"),
    *("помощ", "запрос", "дело №", "беженец", "срочн", "посольств", "беларус", "belarus"),
    *("pomoc", "uchodź", "białoru", "pagalb", "pabėgėl", "baltarus", "hilfe", "flüchtling"),
)
CASES = 12
LANGUAGES = ("en_US", "be_BY", "ru_RU")


class RawSink(post.Sink):
    """Keeps the bytes of each mail as well."""

    def __init__(self):
        super().__init__()
        self.raw: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd calls it so
        """Keep a mail as it came over the wire."""
        self.raw.append(envelope.content)
        return await super().handle_DATA(server, session, envelope)


def prepare(world) -> tuple[list[str], set[str]]:
    """Let requests wait, and nothing else; return the codes of the cases and who is to be told."""
    with contextlib.closing(world.registry.cursor()) as cr:
        env = post._root(cr)
        env["mail.mail"].search([]).unlink()
        env["embassy.case.alert"].search([]).unlink()
        env["embassy.duty"].search([]).unlink()
        company = env["res.company"].browse(world.a.company.id)
        people = company._coordinators()
        for code in LANGUAGES:
            env["res.lang"]._activate_lang(code)
        for number, person in enumerate(people):
            person.email = f"reader{number}@example.org"
            person.lang = LANGUAGES[number % len(LANGUAGES)]
        team = env["helpdesk.ticket"].browse(world.a.rows["case"]).team_id
        cases = env["helpdesk.ticket"].create([{"team_id": team.id} for _ in range(CASES)])
        for case in cases:
            env["embassy.case.alert"]._expect(case, "request")
        found = cases.mapped("number"), set(people.mapped("email"))
        cr.commit()
    return found


def killed(world) -> int:
    """Kill a worker in the middle of its batch; return how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        _die_in_the_middle(world)
    finally:
        os._exit(1)


def _die_in_the_middle(world):
    import odoo.sql_db

    odoo.sql_db._Pool._connections = []  # those of the parent stay the parent's
    with contextlib.closing(world.registry.cursor()) as cr:
        env, told = post._root(cr), []
        alerts = type(env["embassy.case.alert"])
        real = alerts._wake

        def wake(alert):
            real(alert)
            env.flush_all()
            told.append(alert)
            if len(told) > CASES // 2:
                os.kill(os.getpid(), signal.SIGKILL)

        alerts._wake = wake
        env["embassy.case.alert"]._cron_wake()


def at_once(world, workers: int = 4) -> None:
    """Let several workers tell what is due at the same time; who loses a race ends."""
    barrier = threading.Barrier(workers)
    name = threading.current_thread().dbname

    def work():
        threading.current_thread().dbname = name
        with contextlib.closing(world.registry.cursor()) as cr:
            env = post._root(cr)
            barrier.wait()
            with contextlib.suppress(Exception):
                env["embassy.case.alert"]._cron_wake()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def waiting(world) -> list[str]:
    """Return the addresses of the mails that wait."""
    with world.root() as env:
        return sorted(env["mail.mail"].search([("is_news", "=", True)]).mapped("email_to"))


def send(world, port: int) -> None:
    """Send what waits by this port."""
    with contextlib.closing(world.registry.cursor()) as cr:
        env = post._root(cr)
        env["ir.mail_server"].search([]).active = False
        env["ir.mail_server"].create(
            {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
        )
        env["mail.mail"].process_email_queue()
        cr.commit()


def telling(raw: bytes, message, words) -> list[str]:
    """Return what of the words a mail tells, in its bytes or in its parts as they are read."""
    text = raw.decode(errors="replace")
    for part in message.walk():
        if not part.is_multipart():
            text += part.get_payload(decode=True).decode(errors="replace")
    text += " ".join(f"{name}: {value}" for name, value in message.items())
    return [word for word in words if word.lower() in text.lower()]
