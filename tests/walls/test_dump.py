"""A stolen copy says nothing: all that a server leaves behind is searched for what was told.

The system is filled through its real server: requests in three languages with five kinds of files,
answers by receipt, notes and replies of staff who open what was told, and errors of all sorts.
"""

import base64
import contextlib
import hashlib
import io
import json
import os
import socket
import zipfile
from pathlib import Path
from types import SimpleNamespace

import apart
import pytest
import requests
from asker import PATH, Asker, Staff, digits, open_intake
from hits import Book
from PIL import Image
from pypdf import PdfWriter
from requests.adapters import HTTPAdapter
from traces import Traces, Words, raw_forms

REQUESTS = 9
OPENED = 20
FROM = "127.77.13.9"  # where all visitors seem to be
CHANNELS = (
    "dump", "custom dump", "PGDATA", "filestore", "sessions", "log of Odoo", "log of PostgreSQL",
    "temporary files",
)  # fmt: skip


class FromThere(HTTPAdapter):
    """Connections that begin at the address of the visitors."""

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(FROM, 0), **kwargs)


def pictures(words, kind):
    """A picture (bytes) whose metadata tell something."""
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x010E], exif[0x013B] = words.new(), words.new()
    image = Image.effect_noise((60, 40), 90)
    image.save(target, kind, exif=exif)
    return target.getvalue()


def pdf(words):
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.add_metadata({"/Title": words.new(), "/Author": words.new()})
    writer.write(target)
    return target.getvalue()


def docx(words):
    target = io.BytesIO()
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types><Override ContentType='{main}'/></Types>")
        archive.writestr("word/document.xml", f"<document>{words.told('be')}</document>")
        archive.writestr("docProps/core.xml", f"<core>{words.new()}</core>")
    return target.getvalue()


def files(words):
    """One file of each kind, names tell something, too."""
    return [
        (f"{words.new('cyrillic')}.pdf", pdf(words)),
        (f"{words.new()}.jpg", pictures(words, "JPEG")),
        (f"{words.new()}.png", pictures(words, "PNG")),
        (f"{words.new('cyrillic')} {words.new()}.docx", docx(words)),
        (f"{words.new()}.txt", (words.told("ru") * 40).encode()),
    ]


def typed(words, language, **values):
    """What somebody types, in every field and in some that the form does not have."""
    return {
        "nickname": words.new(),
        "reach": words.told(language),
        "story": "\n".join(words.told(language) for _ in range(30)),
        "email": words.new(),
        "partner_name": words.told(language),
        words.new(): words.new(),
        **values,
    }


class Life:
    """What was done to the server, and what it must not remember."""

    def __init__(self, place):
        self.place, self.words = place, Words(20261124)
        self.traces, self.receipts, self.statuses = Traces(), [], []
        self.traces.add_words()
        self.traces.add("address of a visitor", raw_forms(FROM.encode()))
        self.spooled = []

    def visitor(self, language):
        asker = Asker(self.place.address, language)
        asker.http.mount("http://", FromThere())
        asker.http.headers["User-Agent"] = self.words.new()
        return asker

    def forget_nothing(self, receipt, number):
        """Neither a receipt nor what it is made from may stand anywhere."""
        self.receipts.append(receipt)
        nonce = base64.urlsafe_b64decode(number)[:32]
        plain = receipt.replace(" ", "")
        self.traces.add("receipt", {receipt.encode(), *raw_forms(plain.encode())})
        self.traces.add("number of a form", {nonce, nonce.hex().encode(), number[:40].encode()})

    def ask(self):
        """Requests with files, and answers with the receipt."""
        for turn in range(REQUESTS):
            language = ("be", "ru", "en")[turn % 3]
            asker = self.visitor(language)
            fields = asker.fields(**typed(self.words, language))
            response = asker.send(fields, files(self.words))
            receipt = digits(response)
            assert receipt, response.text[:3000]
            self.forget_nothing(receipt, fields["form"])
            assert digits(asker.send(fields)) == receipt, "sent again"
            answer = typed(self.words, language, answer=self.words.told(language), as_is="1")
            response = asker.receipt(receipt, "answer", files(self.words)[:2], token="1", **answer)
            self.statuses.append(response.status_code)

    def work(self, staff):
        """Staff open, save, note and reply."""
        opened = 0
        cases = self.place.rows("SELECT case_id FROM embassy_case_seal ORDER BY id")
        for person in staff:
            wrong = person.sealed("unlock", case_id=cases[0][0], passphrase=self.words.told("be"))
            assert "error" in wrong
            done = person.sealed("unlock", case_id=cases[0][0], passphrase=person.phrase)
            assert done["result"]["is_open"], done
            for (case_id,), name in zip(cases, ("note", "reply") * REQUESTS, strict=False):
                for item in person.sealed("", case_id=case_id)["result"]["items"][:7]:
                    if item["kind"] == "file":
                        response = person.file(case_id, item["id"])
                        assert response.status_code == 200, response.text[:500]
                        if case_id == cases[0][0]:
                            self.traces.add_file(f"{case_id} {item['id']}", response.content)
                    else:
                        told = person.sealed("open", case_id=case_id, item_id=item["id"])
                        assert "result" in told, told
                    opened += 1
                text = self.words.told("ru")
                person.sealed("write", case_id=case_id, kind=name, text=text)
        assert opened >= OPENED
        for secret in (" ".join(p.code[:3]) for p in staff):
            self.traces.add("recovery code", raw_forms(secret.encode()))
        for person in staff:
            self.traces.add("passphrase", raw_forms(person.phrase.encode()))

    def err(self):
        """Errors of all sorts, each with words in it."""
        words, asker = self.words, self.visitor("en")
        address = self.place.address + PATH

        def post(fields=None, some=(), **headers):
            fields = fields or asker.fields(**typed(words, "be"))
            response = requests.post(
                address, data=fields, files=[("files", f) for f in some] or None, headers=headers,
                timeout=120,
            )  # fmt: skip
            self.statuses.append(response.status_code)
            return response

        post(some=[(f"{words.new()}.exe", words.told("be").encode())])
        post(some=[("a.txt", words.told("ru").encode() * 200_000)])
        post({**asker.fields(**typed(words, "ru")), "urgency": words.new(), "need": words.new()})
        post({"form": words.new(), "story": words.told("be")})
        requests.get(address, params={"story": words.new(), "l": words.new()}, timeout=60)
        broken = {"Content-Type": "multipart/form-data; boundary=x"}
        part = f'--x\r\nContent-Disposition: form-data; name="story"\r\n\r\n{words.told("be")}'
        for body in (part, part + "\r\n--x", part.replace("name=", "nam="), words.told("be")):
            response = requests.post(address, body.encode(), headers=broken, timeout=60)
            self.statuses.append(response.status_code)
        asker.receipt(words.told("be"))
        asker.receipt("1" * 20, "answer", answer=words.told("ru"))
        asker.receipt(self.receipts[0], words.new(), answer=words.told("ru"), token=words.new())
        self.cut_off()
        with self.breaking("RAISE EXCEPTION 'refused %', NEW USING ERRCODE = '23514'"):
            post(some=files(words))
            asker.receipt(self.receipts[0], "answer", answer=words.told("be"), token="2")
        with self.breaking(
            "IF nextval('probe') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF"
        ):
            assert digits(post(some=files(words)))

    def cut_off(self):
        """Half a request, and the line goes dead: what lies on the disk meanwhile?"""
        asker, words = self.visitor("be"), self.words
        fields = asker.fields(**typed(words, "be"))
        large = [("files", (f"{words.new()}.txt", (words.told("be") * 30_000).encode()))]
        whole = requests.Request(
            "POST", self.place.address + PATH, data=fields, files=large
        ).prepare()
        head = f"POST {PATH} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in {"Host": "x", **whole.headers}.items()
        )
        with socket.create_connection(("127.0.0.1", self.place.port)) as line:
            line.sendall(head.encode() + b"\r\n" + whole.body[: len(whole.body) // 2])
            for _ in range(10):
                self.spooled += spooled(self.place)
                line.sendall(whole.body[:1])

    @contextlib.contextmanager
    def breaking(self, statement):
        """Let the table of sealed pieces refuse new rows."""
        self.place.rows(
            f"CREATE SEQUENCE probe; GRANT ALL ON SEQUENCE probe TO public;"
            f"CREATE FUNCTION probe() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {statement}; RETURN NEW; END $$;"
            f"CREATE TRIGGER probe BEFORE INSERT ON embassy_case_item_piece "
            f"FOR EACH ROW EXECUTE FUNCTION probe()"
        )
        yield
        self.place.rows("DROP FUNCTION probe CASCADE; DROP SEQUENCE probe")

    def take(self):
        """Copy what a thief copies: dict of channel to path."""
        place = self.place
        place.rows("CHECKPOINT")
        plain, custom = place.folder / "plain.sql", place.folder / "custom.dump"
        place.program("pg_dump", "-f", str(plain), "-d", apart.NAME)
        place.program("pg_dump", "-Fc", "-Z0", "-f", str(custom), "-d", apart.NAME)
        return dict(
            zip(
                CHANNELS,
                (
                    plain,
                    custom,
                    place.cluster.data,
                    place.files / "filestore",
                    place.files / "sessions",
                    place.log,
                    place.cluster.log,
                    place.temporary,
                ),  # fmt: skip
                strict=True,
            )
        )


def spooled(place):
    """Files of the temporary folder or without a name that the workers have open (list)."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if os.getpgid(int(process.name)) != place.process.pid:
                continue
            for link in (process / "fd").iterdir():
                target = os.readlink(link)
                if target.startswith(str(place.temporary)) or (
                    target.startswith("/tmp") and "deleted" in target  # noqa: S108 - where to look
                ):
                    found.append(target)
    return found


@pytest.fixture(scope="module")
def life(odoo, database_server, books):
    """A server that lived, was robbed, and still stands."""
    with apart.installation(odoo, database_server) as place:
        words = ("--log-level=warn", "--log-handler=werkzeug:WARNING")
        with place.serving(*words):
            lived = Life(place)
            first, second, code = open_intake(place.address, apart.NAME)
            lived.traces.add("the chapter's code", raw_forms(" ".join(code[:3]).encode()))
            lived.ask()
            lived.work((first, second))
            lived.err()
            lived.channels = lived.take()
            book = books["stolen copy"] = Book()
            book.asked["words told"] = lived.words.made
            book.asked["channels of a stolen copy"] = len(lived.channels)
            yield lived


def test_r11_stolen_copy_says_nothing(life):
    """Nothing told, no file, no receipt, no passphrase and no visitor stands anywhere."""
    found = {name: life.traces.in_path(path) for name, path in life.channels.items()}
    assert not any(found.values()), json.dumps(found, default=sorted, indent=1)[:4000]
    assert life.words.made > 500
    assert len(life.traces.patterns) > 200


def test_r11_there_was_something_to_find(life):
    """What is searched holds all cases, and the logs the errors."""
    dump = life.channels["dump"].read_text(errors="replace")
    assert dump.count("\\\\x0101") > REQUESTS * 8, "sealed pieces"
    assert "A private page failed" in life.channels["log of Odoo"].read_text()
    assert "refused" in life.channels["log of PostgreSQL"].read_text()
    assert any(life.channels["sessions"].rglob("*"))
    assert sum(1 for path in life.channels["PGDATA"].glob("pg_wal/0*")) > 0
    assert 200 in life.statuses and 503 in life.statuses and 422 in life.statuses


def test_r11_nothing_is_spooled(life):
    """While a large file arrives, no worker has a file of its own open."""
    assert not life.spooled, life.spooled


def test_r11_every_channel_is_searched(life):
    """A word planted in each channel is reported: the search can find."""
    place, traces, word = life.place, Traces(), life.words.told("be")
    traces.add_words()
    traces.add("receipt", {life.receipts[0].encode()})
    place.rows("INSERT INTO res_partner_category (name, active, create_uid) VALUES (%s, true, 1)",
               json.dumps({"en_US": word}))  # fmt: skip
    stored = place.files / "filestore" / apart.NAME / "zz"
    stored.mkdir()
    (stored / "zz").write_bytes(base64.b64encode(b"-" + word.encode()))
    session = next(path for path in life.channels["sessions"].rglob("*") if path.is_file())
    (session.parent / "planted").write_text(json.dumps({"typed": word}))
    (place.temporary / "planted").write_bytes(word.encode("utf-16"))
    with place.log.open("a") as log:
        log.write(repr(word.encode()))
    place.rows("SET log_min_error_statement = error; SET log_min_messages = log; DO $$ BEGIN "
               f"RAISE LOG '%', '{life.receipts[0]}'; END $$")  # fmt: skip
    found = {name: traces.in_path(path) for name, path in life.take().items()}
    assert all(found.values()), sorted(name for name in found if not found[name])


def test_r12_two_files_of_one_size_look_alike(life):
    """In a copy nothing tells which of two files somebody sent."""
    place, columns = life.place, []
    known = [("known.txt", b"A" * 600), ("other.pdf", pdf(life.words))]
    for name, content in known:
        asker = life.visitor("en")
        assert digits(asker.send(asker.fields(story="same"), [(name, content)]))
        ((row,),) = place.rows(
            "SELECT to_jsonb(item) || jsonb_build_object('pieces', (SELECT jsonb_agg("
            "jsonb_build_array(number, length(data), encode(substr(data, 1, 2), 'hex')) ORDER BY "
            "number) FROM embassy_case_item_piece piece WHERE piece.item_id = item.id)) "
            "FROM embassy_case_item item WHERE kind = 'file' ORDER BY id DESC LIMIT 1"
        )
        columns.append({k: v for k, v in row.items() if k not in ("id", "uuid", "case_id")})
    assert columns[0] == columns[1]
    place.program("pg_dump", "-f", str(place.folder / "two.sql"), "-d", apart.NAME)
    traces = Traces()
    for _name, content in known:
        for kind in ("md5", "sha1", "sha256", "sha512"):
            traces.add(kind, raw_forms(hashlib.new(kind, content).digest()))
    for name, _content in known:
        traces.add("name", raw_forms(name.encode()))
    assert not traces.in_path(place.folder / "two.sql")
    assert SimpleNamespace(**columns[0]).size == 1024


def test_r13_without_the_passphrase_nothing_opens(life):
    """The pages of a colleague without the passphrase, on the real server, give nothing."""
    person = Staff(life.place.address, apart.NAME, "coordinator")
    case_id, item_id = life.place.rows("SELECT case_id, id FROM embassy_case_item LIMIT 1")[0]
    assert "error" in person.sealed("open", case_id=case_id, item_id=item_id)
    assert person.file(case_id, item_id).status_code != 200
