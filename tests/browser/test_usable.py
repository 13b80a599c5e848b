"""The public pages under axe-core: nothing serious or critical, in each language and size."""

import pytest
from conftest import PHONE, WIDE
from test_request import two_keys_and_the_chapters

from launcher.jobs.lint import javascript_tools
from launcher.paths import ROOT

FOUND = """async () => (await axe.run()).violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => v.id + ': ' + v.nodes.map(n => n.target).join(', '))"""


@pytest.fixture(scope="module")
def axe():
    """The program of axe-core, as package-lock.json names it."""
    javascript_tools()
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def grave(page, axe):
    """What axe-core finds serious or critical on the open page (list of str)."""
    page.evaluate(axe)
    return page.evaluate(FOUND)


def takes_requests(browser, server):
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/embassy/is/help")
    found = page.locator("input[name=form]").count() > 0
    context.close()
    return found


def test_nothing_grave_on_public_pages(browser, server, axe, page, second, office, screens):
    if not takes_requests(browser, server):
        two_keys_and_the_chapters(page, second, office, screens)
    found = {}
    for language in ("be", "ru"):
        for size in (WIDE, PHONE):
            # The pages let no script in, not even this one.
            context = browser.new_context(base_url=server, viewport=size, bypass_csp=True)
            asker = context.new_page()

            def look(name, asker=asker, where=(language, size["width"])):
                if told := grave(asker, axe):
                    found[(name, *where)] = told

            asker.goto(f"/embassy/is?l={language}")
            look("chapter")
            asker.goto(f"/embassy/is/help?l={language}")
            look("form")
            asker.locator("button[type=submit]").first.click()
            look("form with errors")
            asker.locator("input[name=need]").first.check()
            asker.locator("input[name=urgency]").first.check()
            asker.locator("input[name=purpose]").first.check()
            asker.locator("textarea[name=story]").fill("Проба")
            asker.locator("button[type=submit]").first.click()
            digits = asker.locator(".digits").inner_text()
            look("number")
            asker.goto(f"/embassy/receipt?l={language}")
            look("receipt form")
            asker.locator("input[name=receipt]").fill(digits)
            asker.locator("button[type=submit]").first.click()
            asker.locator("textarea[name=answer]").wait_for()
            look("receipt")
            asker.evaluate("document.querySelector('textarea').removeAttribute('id')")
            assert grave(asker, axe), "a field without its name is found"
            context.close()
    assert not found
