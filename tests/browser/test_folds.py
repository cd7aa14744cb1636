"""Lines that a listing folds: a chip stands in their place, and what one takes of the listing is whole."""

import re

import pytest
from kit import LESSONS
from playwright.sync_api import expect

FIRST = ".md-content__inner > .listing:has(.fold)"
SHOWN = """(folded) => { const box = folded.getBoundingClientRect(); return box.height > 20 && box.width > 20 }"""


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def listing(request, chromium, address):
    with chromium.new_context(
        base_url=address, java_script_enabled=request.param, service_workers="block"
    ) as context:
        page = context.new_page()
        page.goto(LESSONS[0])
        yield page.locator(FIRST).first


def test_a_chip_opens_by_key_and_by_click_and_has_a_name(listing):
    fold, folded = listing.locator(".fold").first, listing.locator(".fold + .folded").first
    name = fold.get_attribute("aria-label")
    assert name.startswith(fold.get_attribute("value"))
    expect(listing.get_by_role("checkbox", name=name)).to_have_count(1)
    assert not folded.evaluate(SHOWN)
    height = listing.bounding_box()["height"]
    fold.press("Space")
    assert folded.evaluate(SHOWN)
    assert listing.bounding_box()["height"] > height
    fold.click()
    assert not folded.evaluate(SHOWN)
    assert listing.bounding_box()["height"] == height


def test_the_text_is_whole_to_a_screen_reader_a_selection_and_paper(listing, site):
    text = "".join(listing.locator("pre > code").all_text_contents())
    assert '"""' in text
    tree = listing.aria_snapshot()
    raised = re.findall(r"raise \w+", text)
    assert raised
    assert all(line in tree for line in raised)
    listing.page.emulate_media(media="print")
    assert all(listing.locator(".fold + .folded").evaluate_all(f"all => all.map({SHOWN})"))
    assert not listing.locator(".fold").first.is_visible()


@pytest.mark.parametrize("lesson", LESSONS)
def test_code_that_was_shown_before_is_taken_from_there(chromium, address, site, lesson):
    published = site.pages[lesson]
    assert published.soup.select("as-above > a")
    with chromium.new_context(base_url=address, service_workers="block") as context:
        page = context.new_page()
        page.goto(lesson)
        shown = page.locator(".listing:has(run-code)").evaluate_all(
            "all => all.map(one => [...one.querySelectorAll('pre > code')].map(code => code.textContent).join(''))"
        )
        assert shown == [listing.text for listing in published.listings]
        again = page.locator("as-above")
        assert again.locator("a, input, .folded").count() == 0
        page.locator("details:has(as-above)").evaluate_all(
            "all => all.forEach(it => it.open = true)"
        )
        expect(again.first).to_be_visible()
