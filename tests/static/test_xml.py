"""House rules 7, 8 and 13: names of XML records, and rules that hold."""

import re
import xml.etree.ElementTree as ET

from launcher import tree
from source import nothing

# model of the record -> what its id looks like (before `_demo`)
NAMES = {
    "ir.actions.act_window": r"\w+_action(_\w+)?",
    "ir.rule": r"\w+_rule_\w+",
    "res.groups": r"group_\w+",
    "ir.cron": r"(ir_)?cron_\w+|\w+_cron(_\w+)?",
    "res.groups.privilege": r"res_groups_privilege_\w+",
    "ir.ui.view": r"\w+_view_\w+|view_\w+",
}
HEADER = '<?xml version="1.0" encoding="UTF-8" ?>'


def check(text: str, demo: bool = False):
    """Yield what is wrong in a data file of an addon."""
    if not text.startswith(HEADER):
        yield f"does not begin with {HEADER}"
    root = ET.fromstring(text)  # noqa: S314 - our own files
    if root.tag == "odoo":  # the rest are templates of the web client
        yield from check_records(root, demo)
        yield from check_menus(root)
        yield from check_frozen(root)


def check_records(root: ET.Element, demo: bool):
    """Yield records with wrong names, and rules that say what they do not apply to."""
    for node in root.iter("record"):
        name, model = node.get("id", ""), node.get("model")
        if "." in name:
            continue  # another module's record
        if demo and not name.endswith("_demo"):
            yield f"{name}: ids of demo records end in _demo"
        if model in NAMES and not re.fullmatch(NAMES[model], name.removesuffix("_demo")):
            yield f"{name}: a {model} is named like {NAMES[model]}"
        if model == "ir.rule":
            for field in node.iter("field"):
                if field.get("name", "").startswith("perm_"):
                    yield f"{name}: a rule unticks no perm_*: it would widen, not narrow"
        if not re.fullmatch(r"[a-z0-9_]+", name):
            yield f"{name}: ids are lower case with underscores"


def check_menus(root: ET.Element):
    """Yield menus with wrong names."""
    for node in root.iter("menuitem"):
        name = node.get("id", "")
        if "." not in name and not re.fullmatch(r"\w+_menu(_\w+)?", name):
            yield f"{name}: a menu is named <model>_menu"


def check_frozen(root: ET.Element):
    """Yield where groups or rules are loaded only once."""
    for node in [root, *root.iter("data")]:
        models = {record.get("model") for record in node.iter("record")}
        if node.get("noupdate") in ("1", "True") and models & {"ir.rule", "res.groups"}:
            yield "groups and rules are not noupdate, so that a fix reaches installed databases"


def test_xml_of_the_addons():
    """Each record is found by guessing its name, and no rule is weaker than it looks."""
    wrong = [
        f"{path}: {words}"
        for path in tree.files(".xml", below="addons")
        for words in check(path.read_text(encoding="utf-8"), "demo" in path.parts)
    ]
    nothing(wrong)


def test_the_check_can_fail():
    """Wrong names, an unticked right and a frozen rule are found."""
    bad = (
        '<odoo noupdate="1"><record id="Rule1" model="ir.rule"><field name="perm_read"/>'
        '</record><menuitem id="x"/></odoo>'
    )
    assert len(list(check(bad))) == 6
    good = '<odoo><record id="embassy_service_rule_chapter" model="ir.rule"/></odoo>'
    assert not list(check(f"{HEADER}\n{good}"))
