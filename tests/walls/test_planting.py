"""What the probes stand on: a row of every model in both chapters, a marker in each value."""

from fnmatch import fnmatch

from hits import table


def test_every_model_is_planted(world):
    """What a model added later needs by hand stands in values.py, or unplanted.csv says why not."""
    assert not world.a.failed
    assert not world.b.failed
    assert world.a.rows.keys() == world.b.rows.keys()


def test_what_is_not_planted_has_its_reason(world):
    """Each line names a model that is there, and says why no chapter has rows of it."""
    for row in table("unplanted.csv"):
        assert row["reason"].strip()
        assert any(fnmatch(name, row["model"]) for name in world.registry), row["model"]


def test_markers_stand_in_the_database(world):
    """Planting is no guess: the markers are read back from every table."""
    assert len(world.a.in_database) > 300
    assert len(world.b.in_database) > 300


def test_each_marker_is_found_again(world):
    """The finder knows its markers as they are, in lower case, packed and in base64."""
    import base64
    import gzip

    marks = world.a.marks
    word = f"{marks.stem}x0"
    for form in (
        word,
        word.lower(),
        {"a": [word]},
        base64.b64encode(f"-{word}-".encode()),
        base64.b64encode(f"--{word}-".encode()),
        base64.b64encode(f"---{word}-".encode()),
        gzip.compress(word.encode()),
    ):
        assert marks.found(form), form
    assert not marks.found(marks.stem)
    assert not marks.found(f"{world.b.marks.stem}x0")


def test_a_marker_in_print_is_found():
    """On a page of a PDF letters are numbers in a font: its text is read."""
    import io

    from marks import Marks
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(TTFont("Cut", "Vera.ttf", asciiReadable=False))
    file, marks = io.BytesIO(), Marks("A")
    page = canvas.Canvas(file, pageCompression=1)
    page.setFont("Cut", 8)
    page.drawString(20, 700, marks.new("a.page"))
    page.save()
    assert marks.stem.encode() not in file.getvalue()
    assert marks.found(file.getvalue()) == {"a.page"}
