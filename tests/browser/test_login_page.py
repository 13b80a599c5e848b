"""The door itself."""


def test_login_page_opens(page, screens):
    """The login page of a fresh embassy opens without an error and asks nobody else."""
    page.goto("/web/login")
    page.wait_for_selector("input[name=login]")
    page.screenshot(path=screens / "login.png")
