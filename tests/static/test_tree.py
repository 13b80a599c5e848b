"""What must not stand in the tree: registries, paths of one machine, loose versions."""

import re

import pytest

from launcher import permissions, translations, tree
from launcher.paths import ADDONS, ROOT
from source import nothing

# Written in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        (
            r"pypi\." + "org",
            "python" + "hosted",
            "registry\\." + "npmjs",
            r"npmjs\." + "(com|org)/",
            r"deb\.debian\." + "org",
            r"(ftp|archive|snapshot)\.debian\." + "org",
            "proxy\\.golang" + r"\.org",
        )
    )
)
MACHINE = re.compile(r"(?<![\w./$}-])/(?:" + "work|root|home" + r")/[A-Za-z]")
TEMPORARY = re.compile(r"(?<![\w./$}-])/" + r"tmp/[A-Za-z]")
# A container has a folder for temporary files of its own.
CONTAINERS = ("Dockerfile", "docker-compose.yml", "config/", "tests/compose/")
BINARY = {".png", ".jpg", ".ico", ".woff2", ".gz", ".zip", ".pdf", ".mo"}


def texts():
    """Yield each text file of the project with its lines."""
    for path in tree.files():
        if path.suffix not in BINARY:
            yield path, path.read_text(encoding="utf-8").splitlines()


def found(pattern):
    """Return the places where a pattern stands."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, lines in texts()
        for number, line in enumerate(lines, 1)
        if pattern.search(line)
    ]


def test_no_address_of_a_registry():
    """Where packages come from is the machine's business."""
    nothing(found(REGISTRIES))


def test_no_path_of_one_machine():
    """The project runs wherever it is cloned."""
    nothing(found(MACHINE) + [x for x in found(TEMPORARY) if not x.startswith(CONTAINERS)])


def test_the_patterns_can_match():
    """The two patterns find what they are for."""
    assert REGISTRIES.search("https://pypi" + ".org/simple")
    assert TEMPORARY.search("cd /" + "tmp/x")
    assert MACHINE.search("cd /" + "root/x") and not MACHINE.search("https://example.net/home/a")


@pytest.mark.parametrize("file", sorted(ROOT.glob("requirements*.txt")), ids=lambda p: p.name)
def test_requirements_are_pinned(file):
    """Each line names one version."""
    lines = [x for x in file.read_text().splitlines() if x and not x.startswith("#")]
    assert lines
    pinned = re.compile(r'[\w.-]+==[\w.]+(; python_version [<>]=? "3\.\d+")?')
    assert not [line for line in lines if not pinned.fullmatch(line)]


def test_permissions_page_is_current():
    """docs/permissions.md says what the matrices say: ./embassy permissions writes it."""
    assert permissions.PAGE.read_text(encoding="utf-8") == permissions.page()


def test_a_wrong_matrix_is_refused(tmp_path):
    """A cell of other letters is an error with its line."""
    file = tmp_path / "access_matrix.csv"
    file.write_text("model,role,own,other,shared,why\nembassy.x,portal,rx,-,-,\n")
    with pytest.raises(ValueError, match=":2: own is 'rx'"):
        permissions.rows(file)


def test_translations_are_complete():
    """be.po and ru.po leave nothing in English."""
    assert not [
        line for file in ADDONS.glob("*/i18n/*.po*") for line in translations.problems(file)
    ]
