"""What people see without an account, and the volunteer's portal."""

import pytest
from conftest import PHONE, WIDE
from playwright.sync_api import expect

ACCESSIBLE = "/embassy", "/embassy/is", "/embassy/mt", "/embassy/nowhere", "/web/login"

# Everything that breaks a promise of WCAG 2.2 AA and can be seen in the page itself.
CHECK = """() => {
  const found = [];
  const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && e.getBoundingClientRect().width > 1;
  const name = e => e.outerHTML.slice(0, 90);
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");
  for (const e of document.querySelectorAll("img"))
    if (!e.hasAttribute("alt")) found.push("no alt: " + name(e));
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (shown(e) && !e.labels?.length && !e.ariaLabel && !e.getAttribute("aria-labelledby"))
      found.push("no label: " + name(e));
  for (const e of document.querySelectorAll("a[href], button"))
    if (shown(e) && !(e.innerText.trim() || e.ariaLabel || e.title || e.querySelector("img[alt]")))
      found.push("no words: " + name(e));
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
    found.push("id twice: " + id);
  let level = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!shown(e)) continue;
    if (+e.tagName[1] > level + 1) found.push(`heading ${e.tagName} after H${level}`);
    level = +e.tagName[1];
  }
  const parts = colour => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const light = rgb => rgb
    .map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.a === 1) return c.rgb;
    }
    return [255, 255, 255];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !shown(e)) continue;
    if (["STYLE", "SCRIPT", "NOSCRIPT"].includes(e.tagName)) continue;
    const css = getComputedStyle(e), colour = parts(css.color), back = behind(e);
    const rgb = colour.rgb.map((v, i) => v * colour.a + back[i] * (1 - colour.a));
    const [a, b] = [light(rgb), light(back)].sort((x, y) => y - x);
    const size = parseFloat(css.fontSize);
    const large = size >= 24 || (size >= 18.66 && css.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(1)}: ${name(e)}`);
  }
  return found;
}"""

# The next element that the keyboard reaches: whether it shows that it does.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const css = getComputedStyle(e);
  const seen = (css.outlineStyle !== "none" && parseFloat(css.outlineWidth) >= 1)
    || css.boxShadow !== "none";
  return [e.outerHTML.slice(0, 80), seen];
}"""


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_page_of_a_chapter(page, screens, language):
    """The page is there in each language, wide and on a phone, with all that it owes."""
    page.goto(f"/embassy/is?l={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text("People's Embassy in Iceland (demo)")
    expect(page.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    expect(page.get_by_role("heading", level=2)).to_have_count(6)
    expect(page.locator(".exit")).to_be_in_viewport()
    for size, name in ((WIDE, "wide"), (PHONE, "phone")):
        page.set_viewport_size(size)
        page.screenshot(path=screens / f"public-page-{language}-{name}.png", full_page=True)


def test_page_asks_for_nothing_and_keeps_nothing(page):
    """The page is one answer: no script, no picture from a server, no cookie."""
    asked = []
    page.on("request", lambda request: asked.append(request.url.split(":", 1)[0]))
    page.goto("/embassy/is")
    expect(page.locator("script")).to_have_count(0)
    assert asked.count("http") == 1, asked
    assert page.context.cookies() == []


def test_pages_work_without_javascript(browser, server):
    """Without JavaScript a person comes from the list to a chapter and opens its QR code."""
    context = browser.new_context(base_url=server, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/embassy")
    page.get_by_role("link", name="People's Embassy in Iceland (demo)").click()
    expect(page.get_by_role("heading", name="What we cannot do")).to_be_visible()
    page.get_by_text("QR code").first.click()
    expect(page.locator("details img").first).to_be_visible()
    context.close()


def test_information_point_sends_people_to_its_helper(page, screens):
    """Who looks at a chapter that takes no requests is led to the one that does."""
    page.goto("/embassy")
    page.screenshot(path=screens / "public-list.png")
    page.get_by_role("link", name="Information point in Malta (demo)").click()
    page.set_viewport_size(PHONE)
    page.screenshot(path=screens / "public-page-helper-phone.png", full_page=True)
    page.get_by_role("link", name="People's Embassy in Iceland (demo)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People's Embassy in Iceland (demo)")


def test_unknown_page_says_so(page, screens):
    """What is not there has a page of its own, and a way on."""
    assert page.goto("/embassy/nowhere").status == 404
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    page.screenshot(path=screens / "public-not-here.png")
    page.get_by_role("link", name="See all People's Embassies").click()
    expect(page.get_by_role("link", name="Iceland")).to_be_visible()
    page.complaints.clear()  # the browser notes the 404


@pytest.mark.parametrize("path", ACCESSIBLE)
def test_public_pages_are_accessible(page, path):
    """Names, labels, headings, contrast; nothing to scroll sideways at 200 % and at 320 px."""
    page.goto(path)
    if path == "/web/login":
        expect(page.get_by_label("Email")).to_be_visible()
    assert page.evaluate(CHECK) == []
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.complaints.clear()  # the browser notes a 404


@pytest.mark.parametrize("path", ["/embassy/is", "/web/login"])
def test_focus_is_seen(page, path):
    """Whoever goes by the keyboard sees where they are."""
    page.goto(path)
    if path == "/web/login":
        expect(page.get_by_label("Email")).to_be_visible()
    reached = []
    for _step in range(12):
        page.keyboard.press("Tab")
        if not (found := page.evaluate(FOCUS)):
            break
        reached.append(found)
    assert len(reached) > 3, reached
    assert [element for element, seen in reached if not seen] == []


def test_volunteer_has_the_portal_only(office):
    """The volunteer comes to the portal, which offers no tickets; the back office sends back."""
    office.log_in("volunteer")
    page = office.page
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    expect(page.get_by_text("Connection & Security")).to_be_visible()
    expect(page.get_by_text("Tickets")).to_have_count(0)
    # Pictures without alt, headings and a contrast of Odoo's own portal are not ours to mend here.
    theirs = ("no alt: ", "heading ", "contrast ")
    assert [found for found in page.evaluate(CHECK) if not found.startswith(theirs)] == []
    page.screenshot(path=office.screens / "portal.png")
    page.set_viewport_size(PHONE)
    page.screenshot(path=office.screens / "portal-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto("/odoo/cases")
    page.wait_for_url("**/my**")
