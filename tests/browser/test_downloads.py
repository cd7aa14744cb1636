"""A lesson taken along, as a reader does it: by the menu, and by keyboard alone."""

from pathlib import Path

from kit import Site
from playwright.sync_api import Browser, expect

LESSON = "tutorials/calculus-for-optimization/gradient-descent/"


def test_the_menu_gives_the_files_by_keyboard_and_asks_for_nothing_before(
    site: Site, address: str, chromium: Browser
):
    page = chromium.new_page(service_workers="block")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + LESSON, wait_until="networkidle")
    menu = page.locator("details.take > summary")
    expect(page.get_by_role("link", name="Notebook")).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Notebook")).to_be_focused()
    assert not [url for url in asked if url.endswith((".ipynb", ".py")) and "assets/" not in url]
    for name in ("gradient-descent.ipynb", "gradient-descent.py"):
        with page.expect_download() as taken:
            page.keyboard.press("Enter")
        assert taken.value.suggested_filename == name
        assert Path(taken.value.path()).read_bytes() == site.files[LESSON + name]
        page.keyboard.press("Tab")
    page.get_by_text("Each listing as a file").click()
    with page.expect_download() as taken:
        page.locator(".take__listings a").nth(4).click()
    assert taken.value.suggested_filename == "gradient-descent-05.py"
    page.close()
