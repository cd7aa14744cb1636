"""The site in Chromium: what is copied is what ran, and every page works at every width."""

import pytest
from kit import Listing, Page, Site
from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("browser")  # one browser, whichever process runs it

# The contrast of each word of the figures with what lies behind it, by the formula of WCAG 2.
CONTRASTS = """() => {
    const canvas = document.createElement("canvas").getContext("2d")
    const rgb = (colour) => {
        canvas.clearRect(0, 0, 1, 1)
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
        return [...canvas.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (colour) => {
        const [r, g, b] = colour.map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element) => {
        for (let box = element.closest("svg"); box; box = box.parentElement) {
            const colour = rgb(getComputedStyle(box).backgroundColor)
            if (colour[3] === 255) return colour
        }
        return [255, 255, 255, 255]
    }
    return [...document.querySelectorAll("svg.plot text")].map((text) => {
        const style = getComputedStyle(text)
        const both = [luminance(rgb(style.fill)), luminance(behind(text))]
        const [dark, light] = both.sort((a, b) => a - b)
        const contrast = style.opacity === "1" ? (light + 0.05) / (dark + 0.05) : 0
        return [text.textContent, Math.round(contrast * 100) / 100]
    })
}"""


def test_no_page_reports_an_error(visits):
    assert not [(visit.url, visit.errors) for visit in visits if visit.errors]


def test_every_request_is_answered(visits):
    assert not [(visit.url, visit.failed) for visit in visits if visit.failed]


def test_no_page_asks_another_origin_for_anything(visits):
    assert not [(visit.url, visit.foreign) for visit in visits if visit.foreign]


def test_no_page_is_wider_than_its_window(visits):
    assert not [(visit.url, visit.overflowing) for visit in visits if visit.overflowing]


def listings_of(site: Site) -> list[tuple[Page, list[Listing]]]:
    return [(page, page.listings) for page in site.pages.values() if page.listings]


def test_the_copy_button_of_every_listing_yields_its_text(
    site: Site, address: str, chromium: Browser
):
    lessons_seen = 0
    with chromium.new_context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
        page = context.new_page()
        for published, listings in listings_of(site):
            page.goto(address + published.url)
            page.evaluate(
                "document.querySelectorAll('details').forEach((fold) => (fold.open = true))"
            )
            buttons = page.locator(".listing copy-code button")
            assert buttons.count() == len(listings), published.url
            for at, listing in enumerate(listings):
                page.evaluate("navigator.clipboard.writeText('nothing yet')")
                buttons.nth(at).click()
                page.wait_for_function(
                    "async () => await navigator.clipboard.readText() !== 'nothing yet'"
                )
                assert page.evaluate("navigator.clipboard.readText()") == listing.text, str(listing)
            lessons_seen += published.url in {lesson.url for lesson in site.lessons}
    assert lessons_seen == len(site.lessons)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_every_figure_stand_out(
    scheme: str, site: Site, address: str, chromium: Browser
):
    backgrounds = set()
    with chromium.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        for lesson in site.lessons:
            page.goto(address + lesson.url)
            words = page.evaluate(CONTRASTS)
            assert len(words) > 50
            assert not [(text, contrast) for text, contrast in words if contrast < 4.5]
            backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    (background,) = backgrounds
    lightest = max(int(part) for part in background.removeprefix("rgb(").rstrip(")").split(","))
    assert (lightest > 128) == (scheme == "light"), "the page is not in the scheme asked for"
