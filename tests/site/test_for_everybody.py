"""What a reader who cannot see a figure, or its colours, is told; and that the pages are valid HTML."""

import json
import re
import subprocess
from itertools import pairwise, product
from pathlib import Path

import pytest
from kit import ROOT, Site

from scripts.proofs.machine import NODE

CSS = (ROOT / "docs/stylesheets/extra.css").read_text("utf-8")
RULES = Path(__file__).with_name("html.cjs")
# What the theme alone breaks, and why it stays: a rule and where.
THEME = [
    # Browsers keep the state of a checkbox over a reload; this keeps a menu from standing open.
    ("valid-autocomplete", r"#__(drawer|search)"),
    # It searches while one types, and Enter opens the best result.
    ("wcag/h32", r".*header > nav > .*form"),
]

TEXT = ["ink", "ink-soft", "accent", "fn", "tangent", "gradient", "loss", "data", "other"]
VALIDATOR = NODE / "node_modules/html-validate/bin/html-validate.mjs"


def colours(selector: str) -> dict[str, str]:
    """The colours that the style sheet gives to `selector`."""
    rule = CSS[CSS.index(selector + " {") :].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rule))


LIGHT = colours(":root")
DARK = LIGHT | colours('[data-md-color-scheme="slate"]')


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_known_colours():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_every_colour_of_words_and_figures_stands_out():
    for scheme in (LIGHT, DARK):
        for name, ground in product(TEXT, ["paper", "tint"]):  # more than the 3 that a line needs
            assert contrast(scheme[name], scheme[ground]) >= 4.5, (name, ground, scheme)


def test_every_meaning_has_a_colour_in_both_schemes():
    assert {*TEXT, "paper", "tint", "line"} == set(LIGHT) == set(DARK)
    assert not [name for name in LIGHT if LIGHT[name] == DARK[name]]


def test_every_figure_says_what_is_to_be_seen_and_gives_its_numbers(site: Site):
    figures = [
        (page, figure) for page in site.pages.values() for figure in page.soup.select(".figure")
    ]
    assert len(figures) >= 9
    for page, figure in figures:
        image = figure.select_one("svg[role=img]")
        where = f"{page.url}#{figure['id']}"
        assert len(image["aria-label"]) > 60, where
        numbers = page.soup.find(id=image["aria-describedby"])
        assert figure in numbers.parents, where
        assert len(re.findall(r"\d", numbers.get_text())) >= 3, where
        assert len(numbers.get_text().splitlines()) <= 12, f"{where}: too long to listen to"


def test_headings_are_in_order_and_the_first_is_the_only_one_of_its_rank(site: Site):
    for page in site.pages.values():
        ranks = [int(tag.name[1]) for tag in page.soup.find_all(re.compile("^h[1-6]$"))]
        assert ranks[0] == 1, page.url
        assert ranks.count(1) == 1, page.url
        assert all(below <= above + 1 for above, below in pairwise(ranks)), (page.url, ranks)


def test_links_and_buttons_with_the_same_words_are_told_apart(site: Site):
    for page in site.pages.values():
        for link in page.soup.select(".listing__sources a"):
            assert link.get_text() != "test" or link["aria-label"].startswith("test of ")
        names = [button["data-name"] for button in page.soup.select("copy-code")]
        assert len(set(names)) == len(names), page.url


def test_every_page_is_valid_html(site: Site, tmp_path):
    assert VALIDATOR.exists(), "`python scripts/check.py pages` installs html-validate"
    report, pages = tmp_path / "report.json", site.folder.rglob("*.html")
    done = subprocess.run(
        ["node", VALIDATOR, "--config", RULES, "--formatter", f"json={report}", *pages],
        capture_output=True,
        text=True,
    )
    assert report.exists(), done.stderr
    found = [
        (
            Path(file["filePath"]).relative_to(site.folder).as_posix(),
            error["line"],
            error["message"],
        )
        for file in json.loads(report.read_text())
        for error in file["messages"]
        if not any(
            error["ruleId"] == rule and re.fullmatch(where, error["selector"] or "")
            for rule, where in THEME
        )
    ]
    assert not found
