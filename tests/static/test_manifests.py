"""House rule 27: what stands in a manifest, and what our addons never depend on."""

import re

import pytest

from launcher import addons
from launcher.paths import ADDONS, OURS

# They call home, or open a door that we keep shut.
FORBIDDEN = {
    "iap",
    "iap_mail",
    "iap_crm",
    "partner_autocomplete",
    "sms",
    "calendar_sms",
    "event_sms",
    "mass_mailing_sms",
    "snailmail",
    "web_unsplash",
    "google_gmail",
    "google_calendar",
    "google_recaptcha",
    "microsoft_outlook",
    "microsoft_calendar",
    "mail_bot",
    "rpc",
    "api_doc",
    "base_install_request",
    "base_import_module",
    "social_media",
    "session_db",
    "website",
}
ORDER = ("groups", "access", "rules", "data", "views", "menus", "templates", "report")


def place(file: str) -> str:
    """Return which part of the order a data file belongs to."""
    if file.endswith("_groups.xml"):
        return "groups"
    if file.endswith(".csv") and file.startswith("security/"):
        return "access"
    if file.startswith(("security/", "walls/")):
        return "rules"
    if file.startswith("data/"):
        return "data"
    if file.endswith("_menus.xml"):
        return "menus"
    if file.endswith("_templates.xml"):
        return "templates"
    return "report" if file.startswith("report/") else "views"


@pytest.mark.parametrize("name", OURS)
def test_manifest(name):
    """Version, licence, dependencies, and that each named file exists and each file is named."""
    manifest = addons.manifest(ADDONS / name)
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"])
    assert manifest["license"] == "AGPL-3"
    assert not FORBIDDEN.intersection(manifest["depends"])
    assert not manifest.get("auto_install")
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    assert len(named) == len(set(named)), "a file is named twice"
    missing = [file for file in named if not (ADDONS / name / file).is_file()]
    assert not missing
    have = {
        str(path.relative_to(ADDONS / name))
        for folder in ("data", "views", "walls", "wizards", "report", "security", "demo")
        for path in (ADDONS / name / folder).rglob("*.xml")
    }
    assert not have - set(named), "data files that no manifest names"
    assert all(file.startswith("demo/") for file in manifest.get("demo", []))


@pytest.mark.parametrize("name", OURS)
def test_order_of_data(name):
    """Groups, access, rules, seed data before views; menus, templates and reports after them."""
    places = [ORDER.index(place(file)) for file in addons.manifest(ADDONS / name).get("data", [])]
    assert places[:1] != [ORDER.index("views")], "groups come first"
    early = [index for index in places if index <= ORDER.index("data")]
    assert places[: len(early)] == early, "security and seed data come before views"


def test_walls_between_addons():
    """Core knows neither of the others, and they do not know each other."""
    for name in OURS:
        foreign = set(OURS) - {name} - ({"embassy_core"} if name != "embassy_core" else set())
        assert not foreign.intersection(addons.manifest(ADDONS / name)["depends"])
        for path in (ADDONS / name).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            assert not any(
                re.search(rf"(import|from) odoo\.addons\.{other}\b", code) for other in foreign
            ), path
