"""The fixtures of the browser tests: `server`, `logins`, `page`, `screens`, and `office`."""

import pytest
from playwright.sync_api import expect

from launcher import second_factor
from launcher.fixtures import *  # noqa: F403 - pytest finds fixtures by their names here

WIDE = {"width": 1366, "height": 850}
PHONE = {"width": 390, "height": 844}


# The first page of a fresh server builds the assets.
expect.set_options(timeout=20_000)


class Office:
    """The back office as a person uses it: by the login page, the menus and the labels."""

    def __init__(self, page, screens, people, log_in):
        self.page, self.screens, self.people, self._log_in = page, screens, people, log_in

    def log_in(self, role, chapter="IS"):
        """Log in by the login page."""
        self._log_in(self.page, *self.people[role, chapter])
        return self

    def apps(self):
        """Names in the apps menu (list of str); the menu closes again."""
        self.page.locator(".o_navbar_apps_menu button").click()
        found = self.page.locator(".o-dropdown--menu .o_app")
        expect(found.first).to_be_visible()
        names = found.all_inner_texts()
        self.page.keyboard.press("Escape")
        return names

    def menus(self):
        """Names of the sections of the open app (list of str)."""
        expect(self.page.locator(".o_menu_sections")).to_be_attached()
        return self.page.locator(".o_menu_sections > *").all_inner_texts()

    def go(self, app, *menus):
        """Open an app from the apps menu, and a menu of it by the names on the way to it."""
        page = self.page
        old = page.locator(".o_view_controller[data-old]")
        page.locator(".o_navbar_apps_menu button").click()
        page.locator(".o-dropdown--menu .o_app").get_by_text(app, exact=True).click()
        expect(page.locator(".o_menu_brand")).to_have_text(app)
        if menus:
            self.settled()
            page.evaluate("""() => document.querySelectorAll(".o_view_controller")
                .forEach(view => { view.dataset.old = "1"; })""")
        for depth, name in enumerate(menus):
            place = page.locator(".o-dropdown--menu" if depth else ".o_menu_sections")
            place.get_by_text(name, exact=True).click()
        if menus:
            fresh = page.locator("body").filter(has_not=old)
            expect(page.locator(".modal").or_(fresh).first).to_be_visible()
            self.settled()
        return self

    def settled(self):
        """Wait until a view stands there and nothing is on its way."""
        view = self.page.locator(".o_action_manager .o_view_controller, .modal .o_form_view")
        expect(view.first).to_be_visible()
        expect(self.page.locator(".o_loading_indicator, .o_blockUI")).to_have_count(0)

    def field(self, name, inside=None):
        """The field with this technical name that can be seen."""
        return (inside or self.page).locator(f".o_field_widget[name={name}]:visible").first

    def fill(self, name, text, inside=None):
        """Write into a field."""
        self.field(name, inside).locator("input, textarea").first.fill(text)

    def choose(self, name, text, inside=None):
        """Choose from what a field offers, by typing the beginning where it can be typed."""
        field = self.field(name, inside)
        control = field.locator("input, select").first
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(label=text)
            return
        control.click()
        if control.is_editable():
            control.fill(text)
        offered = self.page.locator(
            ".o-autocomplete--dropdown-item:visible:not(.o_m2o_dropdown_option),"
            " .o_select_menu_item:visible"
        ).filter(has_text=text)
        offered.first.click()
        # A search that was still on its way opens the list anew, over what comes next.
        self.page.wait_for_timeout(400)
        if offered.count():
            offered.first.click()

    def add_line(self, name):
        """Add a line to a list in the form and return the new row."""
        box = self.field(name)
        box.locator(".o_field_x2many_list_row_add a, .o_field_x2many_list_row_add button").click()
        row = box.locator(".o_selected_row")
        expect(row).to_be_visible()
        return row

    def tab(self, name):
        """Open a tab of the form."""
        self.page.locator(".o_notebook_headers").get_by_text(name, exact=True).click()

    def click(self, name):
        """Click the button with these words."""
        button = self.page.get_by_role("button", name=name, exact=True)
        button.filter(has_text=name).locator("visible=true").click()

    def save(self):
        """Save the form and see that it is saved."""
        self.page.locator(".o_form_button_save").locator("visible=true").click()
        expect(self.page.locator(".o_form_status_indicator_buttons.invisible")).to_have_count(1)

    def search(self, words):
        """Search by the first thing that the search box offers."""
        box = self.page.locator("input.o_searchview_input")
        box.press_sequentially(words)
        if box.input_value() != words:
            # A view that was still coming took away what was typed before.
            box.fill("")
            box.press_sequentially(words)
        expect(self.page.locator(".o_searchview_autocomplete")).to_contain_text(words)
        box.press("Enter")
        expect(self.page.locator(".o_searchview_facet").last).to_contain_text(words)
        self.settled()

    def rows(self):
        """The rows of the open list."""
        return self.page.locator(".o_list_view .o_data_row")

    def row(self, text):
        """The row of the open list, or of a list in the form, with these words."""
        return self.page.locator(".o_data_row", has_text=text)

    def finds_nothing_at(self, path):
        """Open an address by hand: it is refused, or there is an empty list."""
        self.page.goto(path)
        expect(self.page.locator(".o_view_nocontent, .modal").first).to_be_visible()
        expect(self.rows()).to_have_count(0)

    def status(self):
        """The step at which the status bar stands."""
        return self.page.locator(".o_statusbar_status .o_arrow_button_current")

    def shot(self, name, phone=False):
        """Keep what is seen as a picture; with `phone`, once more at the size of one."""
        self.settled()
        self.page.screenshot(path=self.screens / f"{name}.png", animations="disabled")
        if phone:
            # A page of its own: the client chooses layout and view when it starts.
            phone = self.page.context.new_page()
            phone.set_viewport_size(PHONE)
            phone.goto(self.page.url)
            Office(phone, self.screens, self.people, self._log_in).settled()
            # The cards of a board come after the board itself.
            phone.wait_for_timeout(1000)
            phone.screenshot(path=self.screens / f"{name}-phone.png", animations="disabled")
            phone.close()


@pytest.fixture(scope="session")
def people():
    """All demo people: (role, code of the chapter) -> (login, password)."""
    return {
        (person.role, person.chapter): (person.login, person.password)
        for person in second_factor.people()
    }


@pytest.fixture
def office(page, screens, people, log_in):
    """The back office, nobody logged in yet."""
    page.set_viewport_size(WIDE)
    return Office(page, screens, people, log_in)


@pytest.fixture
def second(second_page, screens, people, log_in):
    """The back office in the browser of a second person."""
    second_page.set_viewport_size(WIDE)
    return Office(second_page, screens, people, log_in)
