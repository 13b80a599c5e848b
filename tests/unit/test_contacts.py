"""vCards and CSV of people, well-formed and not. All names are invented."""

import base64
import importlib
import sys
import types
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "addons/embassy_core"


def _load(name):
    """A module of the addon without the addon's own ``__init__``, which needs Odoo."""
    for package, path in (("probe", ADDON), ("probe.importers", ADDON / "importers")):
        module = sys.modules.setdefault(package, types.ModuleType(package))
        module.__path__ = [str(path)]
    return importlib.import_module(f"probe.{name}")


contacts = _load("importers.contacts")
contacts_csv = _load("importers.contacts_csv")
parliament = _load("importers.parliament")
vcard = _load("importers.vcard")

IPHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.0//EN
N:Exampleton;Anna;Maria;Dr.;
FN:Dr. Anna Maria Exampleton
NICKNAME:Ганна Прыклад\\, Аня,Hania
ORG:Seimas of Nowhere;Committee on Tests;
TITLE:Member
EMAIL;type=INTERNET;type=HOME;type=pref:anna.private@example.org
EMAIL;type=INTERNET;type=WORK:anna@seimas.example.org
item1.TEL;type=pref:+370 5 000 0100
item1.X-ABLabel:_$!<Home>!$_
item2.TEL:+370 5 000 0200
item2.X-ABLabel:Канцылярыя
TEL;type=CELL;type=VOICE:+370 600 00000
item3.URL;type=pref:https://anna.example.org/a\\,b
item3.X-ABLabel:_$!<HomePage>!$_
item4.ADR;type=HOME:;;Secret street 1;Town;;00000;Nowhere
BDAY:1970-01-01
NOTE:Likes tea. Never tell anybody that she does
 \u2009not.
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAASABIAAD
 AAAAAAAAAAAAAAAA==
END:VCARD
"""

ANDROID_21 = (
    "BEGIN:VCARD\r\n"
    "VERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D1=80=D0=BE=D0=B1=D0=B0;=D0=91=\r\n"
    "=D0=B0=D1=80=D1=8B=D1=81;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=91=D0=B0=D1=80=D1=8B=D1=81=20=\r\n"
    "=D0=9F=D1=80=D0=BE=D0=B1=D0=B0\r\n"
    "TEL;CELL:600000000\r\n"
    "TEL;WORK;PREF:+370-5-000-0300\r\n"
    "EMAIL;WORK:barys@example.org\r\n"
    "ORG:Seimas\\; of Nowhere;Unit\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRg\r\n"
    "ABAQAASABIAAD\r\n"
    " AAAA==\r\n"
    "\r\n"
    "END:VCARD\r\n"
)

OUTLOOK_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;LANGUAGE=ru;CHARSET=windows-1251:Выдумкин;Иван\r\n"
    "FN;CHARSET=windows-1251:Иван Выдумкин\r\n"
    "TITLE;CHARSET=Windows-1251;ENCODING=QUOTED-PRINTABLE:=C4=E5=EF=F3=F2=E0=F2=0D=0A\r\n"
    "TEL;WORK;FAX:+370 5 111 1111\r\nTEL;WORK;VOICE:+370 5 222 2222\r\n"
    "URL;WORK:http://www.example.org\r\n"
    "AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:Somebody Else\r\nEND:VCARD\r\n"
    "EMAIL;PREF;INTERNET:ivan@example.org\r\nEND:VCARD\r\n"
).encode("cp1251")

VERSION_4 = """BEGIN:VCARD
VERSION:4.0
KIND:individual
FN;LANGUAGE=pl:Wanda Zmyślona
FN;LANGUAGE=be:Ванда Змысленая
N:Zmyślona;Wanda;;;
EMAIL;PREF=1:wanda@example.org
TEL;VALUE=uri;TYPE="voice,work";PREF=1:tel:+48-22-000-0000;ext=12
TEL;VALUE=uri;TYPE="home":tel:+48-22-111-1111
ORG;SORT-AS="Sejm":Sejm Przykładów
ROLE:Posłanka
UID:urn:uuid:00000000-0000-4000-8000-000000000000
END:VCARD
"""


def card(*lines, version="3.0"):
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def only(content):
    found = vcard.read(content if isinstance(content, bytes) else content.encode())
    assert len(found.people) == 1
    return found.people[0]


def test_iphone():
    person = only(IPHONE)
    assert person == contacts.Contact(
        line=1,
        name="Dr. Anna Maria Exampleton",
        other_names=["Anna Maria Exampleton", "Ганна Прыклад, Аня", "Hania"],
        email="anna@seimas.example.org",
        phone="+370 5 000 0200",
        website="https://anna.example.org/a,b",
        organization="Seimas of Nowhere",
        title="Member",
        left_out=["private_email", "private_tel"],
    )


def test_android_in_version_2_1():
    person = only(ANDROID_21)
    assert person.name == "Барыс Проба"
    assert person.other_names == []
    assert (person.phone, person.email) == ("+370-5-000-0300", "barys@example.org")
    assert person.organization == "Seimas; of Nowhere"
    assert person.left_out == ["private_tel"]


def test_outlook_in_a_code_page():
    person = only(OUTLOOK_21)
    assert (person.name, person.title) == ("Иван Выдумкин", "Депутат")
    assert (person.phone, person.website) == ("+370 5 222 2222", "http://www.example.org")
    assert person.email == "ivan@example.org"


def test_a_code_page_that_nobody_names():
    unnamed = OUTLOOK_21.replace(b";CHARSET=windows-1251", b"")
    assert only(unnamed).name == "Иван Выдумкин"


def test_version_4():
    person = only(VERSION_4)
    assert (person.name, person.other_names) == ("Wanda Zmyślona", ["Ванда Змысленая"])
    assert (person.email, person.phone) == ("wanda@example.org", "+48-22-000-0000")
    assert (person.organization, person.title) == ("Sejm Przykładów", "Posłanka")


def test_folding_inside_a_letter_and_a_head():
    raw = "BEGIN:VCARD\nVERSION:3.0\nFN;LANGUAGE=be:Ян Выдумка\nEND:VCARD\n".encode()
    middle = raw.index("Ян".encode()) + 1
    folded = raw[:middle] + b"\r\n " + raw[middle:]
    folded = folded.replace(b"FN;LANGUAGE", b"FN;LAN\r\n GUAGE")
    assert only(folded).name == "Ян Выдумка"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_ends_of_lines_and_marks(end, encoding):
    content = IPHONE.replace("\n", end).encode(encoding)
    assert vcard.is_vcard(content)
    assert only(content).email == "anna@seimas.example.org"


def test_what_is_no_person():
    content = (
        card("N:;;;;", "FN:Seimas of Nowhere", "ORG:Seimas of Nowhere", "X-ABShowAs:COMPANY")
        + card("FN:Office", "KIND:org", version="4.0")
        + card("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group")
        + card("FN:", "N:;;;;", "TEL:+370 5 000 0100")
        + card("FN:Ada Invented")
    )
    found = vcard.read(content)
    assert [person.name for person in found.people] == ["Ada Invented"]
    assert found.people[0].line == 24
    assert [(remark.pointer, remark.code) for remark in found.remarks] == [
        ("1", "not_person"),
        ("8", "not_person"),
        ("13", "not_person"),
        ("18", "no_name"),
    ]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b" \n", "empty", ""),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:A B\n", "no_end", "1"),
        (card("FN:A B") + b"BEGIN:VCARD\nVERSION:3.0\nBEGIN:VCARD\n", "no_end", "5"),
        (b"hello\n", "not_property", "1"),
        (card("FN:A B") + b"FN:B C\n", "outside", "5"),
        (b"BEGIN:VCARD\nFN:A B\nEND:VCARD\n", "no_version", "1"),
        (card("FN:A B", version="7"), "bad_version", "2"),
        (card("FN:A B", "no colon here"), "not_property", "4"),
        (card('FN;X="open:A B'), "not_property", "3"),
        (card("FN:A B", "TITLE;CHARSET=KLINGON:x"), "bad_charset", "4"),
        (card("FN;ENCODING=QUOTED-PRINTABLE:=ZZ"), "bad_quoted", "3"),
        (card("FN:A B", "NOTE;CHARSET=UTF-8:") .replace(b"UTF-8:", b"UTF-8:\xff"), "bad_text", "4"),
        (card("FN:A B", version="4.0").replace(b"A B", b"\xe9"), "bad_text", "3"),
        (card("FN:A\0B"), "bad_text", "3"),
    ],
)
def test_broken_card_names_the_line(content, code, place):
    with pytest.raises(parliament.UnreadableFile) as refused:
        vcard.read(content)
    assert (refused.value.code, refused.value.place) == (code, place)


def test_too_many(monkeypatch):
    monkeypatch.setattr(contacts, "MAX_PEOPLE", 1)
    with pytest.raises(parliament.UnreadableFile) as refused:
        vcard.read(card("FN:A B") * 2)
    assert (refused.value.code, refused.value.place) == ("too_many", "5")


def test_what_another_program_writes():
    vobject = pytest.importorskip("vobject")
    made = vobject.vCard()
    made.add("n").value = vobject.vcard.Name(family="Выдумка", given="Ада")
    made.add("fn").value = "Ада Выдумка; дэпутатка, " + "вельмі " * 20 + "доўга"
    made.add("org").value = ["Seimas; of Nowhere", "Unit"]
    made.add("photo").value = base64.b64encode(b"x" * 300).decode()
    email = made.add("email")
    email.value, email.type_param = "ada@example.org", "INTERNET"
    person = only(made.serialize())
    assert person.name == made.fn.value
    assert (person.organization, person.email) == ("Seimas; of Nowhere", "ada@example.org")


def test_any_bytes_are_read_or_refused():
    hypothesis = pytest.importorskip("hypothesis")
    strategies = hypothesis.strategies
    pieces = [
        *(b"BEGIN:VCARD\r\n", b"END:VCARD\n", b"VERSION:2.1\n", b"VERSION:3.0\r\n", b"AGENT:\n"),
        *(b"FN", b"N;ENCODING=QUOTED-PRINTABLE", b";CHARSET=cp1251", b"EMAIL:", b"a@b.c"),
        *(b" ", b"=", b":", b"\\", b";", b'"', "Ў".encode(), b"\xff", b"\0", b"name,email\n"),
    ]
    chunks = strategies.lists(strategies.sampled_from(pieces) | strategies.binary(max_size=4))

    @hypothesis.settings(max_examples=300, deadline=None)
    @hypothesis.given(chunks.map(b"".join))
    def probe(content):
        for read in (vcard.read, _read_csv):
            try:
                read(content)
            except parliament.UnreadableFile as refused:
                assert not refused.place or refused.place.isdigit()

    probe()


# CSV


def _read_csv(content, **kwargs):
    table = contacts_csv.read_table(content, **kwargs)
    return contacts_csv.read(table, contacts_csv.guess(table.columns))


@pytest.mark.parametrize(
    ("heads", "meanings"),
    [
        ("First Name,Middle Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Organization Name,"
         "Organization Title,Website 1 - Value,Notes,Birthday",
         "first_name middle_name last_name email phone organization title website - -"),
        ("First Name,Last Name,Company,Job Title,E-mail Address,Business Phone,Web Page,Home Phone",
         "first_name last_name organization title email phone website -"),
        ("Імя;Прозвішча;Пасада;Установа;Электронная пошта;Тэлефон;Нататкі",
         "first_name last_name title organization email phone -"),
        ("ФИО;Должность;Организация;Эл. почта;Рабочий телефон",
         "name title organization email phone"),
        ("Imię\tNazwisko\tStanowisko\tInstytucja\tE-mail\tTelefon\tStrona WWW",
         "first_name last_name title organization email phone website"),
        ("Vorname;Name;Funktion;Behörde;E-Mail-Adresse;Telefonnummer",
         "first_name last_name title organization email phone"),
        ("Name|Wikidata|E-Mail|E-Mail", "name wikidata email -"),
        ("Імя;Эл. пошта", "name email"),
    ],
)  # fmt: skip
def test_heads_are_guessed(heads, meanings):
    table = contacts_csv.read_table(f"{heads}\nx\n".encode())
    found = contacts_csv.guess(table.columns)
    assert [meaning or "-" for meaning in found] == meanings.split()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    lines = [["ФИО", "Должность", "Почта"], ["Иван Выдумкин", "Депутат", "ivan@example.org"]]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    person = _read_csv(content).people[0]
    assert (person.name, person.title, person.email) == tuple(lines[1])


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1252", "Jürgen Müßig"), ("cp1252", "Zoé Inventée"), ("cp1250", "Małgorzata Zmyślona")],
)
def test_western_and_polish_code_pages(encoding, name):
    content = f"name,title\n{name},x\n".encode(encoding)
    assert contacts_csv.read_table(content).encoding == encoding
    assert _read_csv(content).people[0].name == name


def test_rows_of_a_csv():
    content = (
        'sep=;\nname;other names;e-mail;phone;wikidata\n\n"Ada ""Ace""\nInvented";Ада|Адэля;'
        "ADA@example.org ::: b@example.org;+370 5 000 0100;Q42\n;;x@example.org;;\n"
        "Bo Made-Up;;nowhere;12;x;;\n"
    ).encode()
    found = _read_csv(content)
    ada, bo = found.people
    assert (ada.line, ada.name, ada.other_names) == (4, 'Ada "Ace" Invented', ["Ада", "Адэля"])
    assert (ada.email, ada.phone, ada.wikidata) == ("ADA@example.org", "+370 5 000 0100", "Q42")
    assert (bo.line, bo.left_out) == (7, ["bad_email", "bad_phone", "bad_wikidata"])
    assert [(remark.pointer, remark.code) for remark in found.remarks] == [("6", "no_name")]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "empty", ""),
        (b"name,email\n", "no_people", ""),
        (b"name,email\nA B,a@example.org,c\n", "columns", "2"),
        (b'name,email\nA B,x\n"open,x\n', "not_csv", "3"),
        (b'name,email\n"A" B,x\n', "not_csv", "2"),
        (b"name,email\nA\0B,x\n", "bad_text", "2"),
        (b"mail,post\nx,y\n", "no_name_column", ""),
    ],
)
def test_broken_csv_names_the_line(content, code, place):
    with pytest.raises(parliament.UnreadableFile) as refused:
        _read_csv(content)
    assert (refused.value.code, refused.value.place) == (code, place)


def test_a_chosen_encoding_that_does_not_fit():
    with pytest.raises(parliament.UnreadableFile) as refused:
        _read_csv("name\nИван\n".encode("cp1251"), encoding="utf-8")
    assert (refused.value.code, refused.value.place) == ("bad_text", "2")
