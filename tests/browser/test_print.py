"""A lesson as a PDF: the whole text with its figures and solutions, and nothing for the screen."""

import io
import unicodedata

import pytest
from kit import LESSONS
from pypdf import PdfReader


def printed(chromium, address: str, url: str, **kind) -> tuple[str, PdfReader]:
    """The words of a page's PDF, spaces made one, and the PDF."""
    with chromium.new_context(base_url=address, service_workers="block", **kind) as context:
        page = context.new_page()
        page.goto(url)
        reader = PdfReader(io.BytesIO(page.pdf(format="A4")))
        return " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split()), reader


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request, chromium, address, site):
    return site.pages[request.param], printed(chromium, address, request.param)[0]


def squeezed(text: str) -> str:
    """Without spaces, which a PDF sets as the lines need them, and with ﬂ as two letters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_the_folded_solutions_and_checks_are_printed(lesson):
    page, text = lesson
    folds = page.soup.select(".exercise__solution > p")
    plain = [fold.get_text() for fold in folds if not fold.select_one(".katex")]
    assert not [words for words in plain if squeezed(words) not in squeezed(text)]
    outputs = [tag.get_text() for tag in page.soup.select(".exercise__solution .output samp")]
    assert bool(outputs) == bool(page.soup.select(".exercise"))
    assert not [words for words in outputs if squeezed(words) not in squeezed(text)]


def test_nothing_for_the_screen_is_printed(lesson, site):
    page, text = lesson
    exercises = len(page.soup.select(".exercise"))
    for words in (
        "Search",
        "Skip to content",
        "related lessons",
        "Privacy",
        "Take this",
    ):
        assert words.lower() in page.soup.body.get_text(" ").lower()
        assert words not in text
    shown = " ".join(page.soup.body.get_text(" ") for page in site.lessons)
    for words in ("is near enough", "Commit my guess", "Run and check", "Code of this figure"):
        assert words in shown
        assert words not in text
    written_by_scripts = ("Copy", "Mark this lesson as done", "lessons · 0 %")
    for words in (*written_by_scripts, f"of {exercises} exercises"):
        assert words not in text


def test_the_address_and_the_licence_are_printed(lesson, address):
    page, text = lesson
    assert f"From {address}{page.url}" in text
    assert "Text under CC BY 4.0" in text


def test_a_dark_page_is_printed_in_light_colours(chromium, address, site):
    url = site.lessons[0].url
    with chromium.new_context(base_url=address, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(url)
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            """() => ["body", "pre code", ".plot text"]
                .map((selector) => getComputedStyle(document.querySelector(selector)))
                .map((style) => [style.color, style.fill])"""
        )
    assert "data-md-color-scheme" in site.pages[url].html
    ink = "rgb(27, 34, 48)"  # --ink of the light pages
    assert [colours[0][0], colours[1][0], colours[2][1]] == [ink] * 3


def test_nothing_is_cut_at_the_edge_of_small_paper(chromium, address, site):
    with chromium.new_context(base_url=address, viewport={"width": 440, "height": 600}) as context:
        page = context.new_page()
        page.emulate_media(media="print")
        for lesson in site.lessons:
            page.goto(lesson.url)
            cut = page.evaluate(
                """() => [...document.querySelectorAll("pre, code, samp, .formula, .figure, table")]
                    .filter((box) => box.checkVisibility())
                    .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth)
                    .map((box) => box.textContent.slice(0, 80))"""
            )
            assert not cut, lesson.url


def test_folds_open_where_the_style_sheet_cannot_open_them(chromium, address, site):
    with chromium.new_context(base_url=address, service_workers="block") as context:
        page = context.new_page()
        page.goto(site.lessons[0].url)
        opened = "document.querySelectorAll('article details[open]').length"
        before = page.evaluate(opened)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(opened) == len(site.lessons[0].soup.select("article details"))
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(opened) == before


def test_folds_are_printed_without_javascript(chromium, address, site):
    text, _ = printed(chromium, address, site.lessons[1].url, java_script_enabled=False)
    assert "counted: 257 predicted: 257" in text
