"""A packed site has fewer files and fewer bytes, and nothing is missing from it."""

import io
import re

import pytest
from fontTools.ttLib import TTFont
from kit import LESSON, Project, Site

from scripts.site import pack
from scripts.site.offline import LATER
from scripts.site.unused import Names
from scripts.text.context import BuildError
from scripts.vendor.thirdparty import fetch

FONTS = sorted((fetch("katex") / "fonts").glob("*.woff2"))


def packed(site: Site, ending: str) -> list[bytes]:
    """Our style sheets or scripts, without those that a page asks for later."""
    later = "|".join(LATER.values())
    ours = rf"(javascripts|stylesheets|assets/stylesheets)/(?!(?:{later})\.)[^/]+\{ending}$"
    return [content for name, content in site.files.items() if re.match(ours, name)]


def pressed(code: str) -> str:
    """The words of a script, without comments and spaces."""
    return "\0".join(pack.words(code))


def letters(font: bytes) -> set[str]:
    return set(map(chr, TTFont(io.BytesIO(font)).getBestCmap()))


def fonts(site: Site) -> dict[str, bytes]:
    """The fonts of a site under the names that KaTeX gave them."""
    return {
        re.sub(r"\.\w+\.min", "", name.rpartition("/")[2]): content
        for name, content in site.files.items()
        if name.endswith(".woff2")
    }


def test_every_page_asks_for_one_style_sheet_and_one_script_of_ours(small_site: Site):
    for page in small_site.pages.values():
        (style,) = page.soup.select("link[rel=stylesheet]")
        (script,) = page.soup.select("script[type=module]")
        (theme,) = page.soup.select('script[src*="assets/javascripts/"]')
        assert re.search(r"assets/stylesheets/site\.[0-9a-f]{8}\.min\.css$", style["href"])
        assert re.search(r"javascripts/site\.[0-9a-f]{8}\.min\.js$", script["src"])
        assert theme.has_attr("defer"), "it would keep the page from being shown"
    assert len(packed(small_site, ".css")) == len(packed(small_site, ".js")) == 1


def test_a_script_that_would_lose_a_word_without_its_spaces_is_refused():
    plain = "const hint = `a  ${b}  c` // kept\nlet more = x / y\n"
    assert pressed(pack.closed_up(plain, "x.js")) == pressed(plain)
    assert "kept" not in pack.closed_up(plain, "x.js")
    with pytest.raises(BuildError, match=r"x\.js: without its spaces ' of ' would be 'of '"):
        pack.closed_up("a = `${k ? ` of ${k}` : 0}`\n", "x.js")


def test_the_packed_files_hold_all_in_its_order(project: Project):
    project.write("docs/stylesheets/home.css", ".first-mark { color: red } /* and a comment */\n")
    project.write("docs/stylesheets/print.css", ".print-mark { color: red }\n")
    site = project.built()
    (css,) = map(bytes.decode, packed(site, ".css"))
    marks = [
        ".md-header",
        "font-family:KaTeX_Main",
        "--paper: #fdfdfb",
        ".first-mark",
        ".report__row",
    ]
    assert [css.index(mark) for mark in marks] == sorted(css.index(mark) for mark in marks)
    assert "and a comment" not in css
    assert re.search(r"@media print\{\s*\.print-mark", css)
    (script,) = packed(site, ".js")
    for module in sorted((project.folder / "docs/javascripts").glob("*.js")):
        is_here = pressed(module.read_text("utf-8")) in pressed(script.decode())
        assert is_here != (module.stem in LATER.values()), module.name


def test_the_name_of_a_packed_file_changes_with_what_is_in_it(project: Project, small_site: Site):
    before = set(small_site.files)
    project.edit("docs/javascripts/print.js", "From ", "Printed from ")
    changed = before ^ set(project.built().files)
    assert {re.sub(r"\.\w{8}\.", ".", name) for name in changed} == {"javascripts/site.min.js"}


def test_an_address_in_a_style_sheet_still_leads_to_its_file(tmp_path):
    sheets = {
        "assets/katex/a.css": "a{src:url(fonts/a.woff2)}",
        "stylesheets/b.css": 'b { background: url("../assets/b.png"), url(data:x), url(#c) }',
    }
    for name, css in sheets.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(css)
    (tmp_path / pack.STYLES).mkdir()
    files = tuple((name, None) for name in sheets)
    name = pack.style(tmp_path, files, lambda css: css, Names([], []))
    found = re.findall(r"url\(([^)]+)\)", (tmp_path / name).read_text())
    assert found == ["../katex/fonts/a.woff2", "../b.png", "data:x", "#c"]


def test_a_rule_of_the_theme_comes_with_the_first_page_that_has_a_use_for_it(
    project: Project, small_site: Site
):
    def sheet(site: Site) -> str:
        return packed(site, ".css")[0].decode()

    before = sheet(small_site)
    assert ".md-typeset .bug>.admonition-title:before" not in before
    assert "--md-admonition-icon--bug" not in before
    project.lesson("!!! bug\n    A beetle.")
    after = sheet(project.built())
    assert ".md-typeset .bug>.admonition-title:before" in after
    assert "--md-admonition-icon--bug:url(" in after


def test_the_letters_of_a_formula_are_found_and_none_beside_it():
    formula = '<span class="katex-html" aria-hidden="true"><span>x<span>&lt;</span></span><b>√</b>y</span>'
    page = f"<p>Before {formula}</span> between {formula}</p> after"
    assert pack.letters_of(page) == set("x<√y")


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_a_font_keeps_the_letters_asked_for_as_they_are(font):
    wanted = "xfA1+−∇∂√∑()⎝⎛"
    whole, made = font.read_bytes(), pack.with_letters(font.read_bytes(), list(wanted))
    assert letters(made) == letters(whole) & set(wanted)
    assert made == pack.with_letters(whole, list(wanted)), "it is not the same on every build"
    assert len(made) < 0.6 * len(whole)
    before, after = TTFont(io.BytesIO(whole)), TTFont(io.BytesIO(made))
    for letter in letters(made):
        names = [face.getBestCmap()[ord(letter)] for face in (before, after)]
        widths = [face["hmtx"][name] for face, name in zip((before, after), names, strict=True)]
        assert widths[0] == widths[1], letter
    assert before["hhea"].ascent == after["hhea"].ascent


def test_a_new_formula_brings_its_letters_to_the_whole_site(project: Project, small_site: Site):
    before = fonts(small_site)
    assert letters(before["KaTeX_Math-Italic.woff2"]) >= {"x"}
    assert "λ" not in letters(before["KaTeX_Math-Italic.woff2"])
    project.edit(f"docs/{LESSON}", "$x^2$", r"$x^2 \lambda$")
    site = project.built()
    assert "\\lambda" in site.lessons[0].soup.select_one(".katex annotation").get_text()
    assert letters(fonts(site)["KaTeX_Math-Italic.woff2"]) >= {"x", "λ"}
    (css,) = map(bytes.decode, packed(site, ".css"))
    for name in re.findall(r"[\w.-]+\.woff2", css + site.lessons[0].html):
        assert f"assets/katex/fonts/{name}" in site.files


def test_a_copy_for_a_folder_is_not_packed(project: Project):
    site = project.built(OFFLINE="1")
    assert {"stylesheets/extra.css", "search/search_index.js"} <= set(site.files)
    assert {font.name for font in FONTS} == set(fonts(site))
    assert not [name for name in site.files if ".min.css" in name and "site" in name]
