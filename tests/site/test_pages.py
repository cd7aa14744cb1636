"""What must be true of every published page; more is held by html-validate (test_for_everybody.py) and in the browser."""

import posixpath
import re
from itertools import accumulate
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import Tag
from kit import Page, Site

FETCHING = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "embed": "src",
    "audio": "src",
    "video": "src",
    "object": "data",
    "use": "href",
    "image": "href",
    "form": "action",
}
# Markdown, templates and includes that were published as they are written.
LEFTOVERS = re.compile(
    r"```|~~~|--8<--|Traceback \(most|\{\{|\}\}|\{%|\\[()\[\]]|\$[^$]*\\\w|\*\*|\[\^|<!--"
    r"|^\s*(?:\?\?\?|!!!)\s",
    re.MULTILINE,
)


def every(site: Site, selector: str) -> list[tuple[Page, Tag]]:
    """The elements that match, with their pages."""
    return [(page, tag) for page in site.pages.values() for tag in page.soup.select(selector)]


def resolve(page: Page, address: str) -> tuple[str, str]:
    """The file of the site and the id that an address on a page leads to."""
    parts = urlsplit(address)
    path = posixpath.join("/", posixpath.dirname(page.url), unquote(parts.path))
    if not parts.path:
        path = "/" + page.url
    folder = path.endswith(("/", "/.", "/..")) or path == "/"
    depth = list(
        accumulate(-1 if part == ".." else part not in ("", ".") for part in path.split("/"))
    )
    assert min(depth) >= 0, f"{page.url}: {address} leaves the site"
    path = posixpath.normpath(path).lstrip("/")
    return posixpath.join(path, "index.html").removeprefix("./") if folder else path, unquote(
        parts.fragment
    )


def is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)


@pytest.mark.parametrize("address", ["../../x/", "../..", "/../x", "../b/../../../a/"])
def test_a_link_that_leaves_the_site_is_not_resolved(address: str):
    with pytest.raises(AssertionError, match="leaves the site"):
        resolve(Page("a/", ""), address)
    assert resolve(Page("a/b/", ""), "../../c/./d/../#e") == ("c/index.html", "e")


def test_the_site_has_its_pages(site: Site):
    wanted = {"", "tutorials/", "blog/", "news/", "about/", "contact/", "404.html"}
    wanted |= {"use/", "legal/privacy/", "legal/terms/", "legal/disclaimer/"}
    assert wanted <= set(site.pages)
    assert len(site.lessons) >= 2


def test_every_page_has_a_title_of_its_own_a_language_and_one_main_heading(site: Site):
    titles = [page.soup.title.get_text(strip=True) for page in site.pages.values()]
    assert sorted(titles) == sorted(set(titles))
    for url, page in site.pages.items():
        assert page.soup.html["lang"] == "en", url
        assert len(page.soup.select("h1")) == 1, url
        assert page.soup.h1.get_text(strip=True), url


def test_what_labels_and_scripts_refer_to_is_on_the_page(site: Site):
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for page, tag in every(site, f"article [{attribute}]"):
            for ident in str(tag[attribute]).split():
                assert page.soup.find(id=ident), f"{page.url}: {attribute}={ident}"


def test_nothing_of_the_markup_is_left_in_the_text(site: Site):
    for url, page in site.pages.items():
        body = Page(url, page.html).soup.body
        for code in body.select("pre, code, samp, textarea, script, style, math, .katex-html"):
            code.extract()
        assert not (left := LEFTOVERS.search(body.get_text())), f"{url}: {left[0]!r}"
        assert 'class="arithmatex"' not in page.html, url
        assert "katex-error" not in page.html, url


def test_no_output_is_a_traceback_and_no_listing_holds_an_include(site: Site):
    for page in site.pages.values():
        assert "Traceback (most recent" not in page.outputs
        for listing in page.listings:
            assert page.url.startswith("code/") or "--8<--" not in listing.text


def test_every_link_leads_to_a_page_and_an_id_that_exist(site: Site):
    dead, links = [], 0
    for page, link in every(site, "a[href], area[href]"):
        if is_elsewhere(link["href"]):
            assert urlsplit(link["href"]).scheme in ("https", "mailto"), (
                f"{page.url}: {link['href']}"
            )
            continue
        links += 1
        file, ident = resolve(page, link["href"])
        if file not in site.files:
            dead.append(f"{page.url}: {link['href']}")
        elif ident and not site.pages[file.removesuffix("index.html")].soup.find(id=ident):
            dead.append(f"{page.url}: {link['href']} (no such id)")
    assert not dead
    assert links > 10 * len(site.pages)


def test_every_asset_comes_from_this_site_and_is_there(site: Site):
    wanted = [
        (page, tag[FETCHING[tag.name]])
        for page, tag in every(site, ", ".join(FETCHING))
        if FETCHING[tag.name] in tag.attrs
    ]
    wanted += [(page, tag["href"]) for page, tag in every(site, "link[href]")]
    for page, tag in every(site, "[srcset]"):
        wanted += [(page, part.split()[0]) for part in tag["srcset"].split(",")]
    wanted = [(page, address) for page, address in wanted if not address.startswith("data:")]
    assert not [(page.url, address) for page, address in wanted if is_elsewhere(address)]
    assert not [
        (p.url, address) for p, address in wanted if resolve(p, address)[0] not in site.files
    ]
    assert len(wanted) > 4 * len(site.pages)


@pytest.mark.parametrize("where", ["files", "pages"])
def test_every_address_in_a_style_is_of_this_site_and_is_there(site: Site, where: str):
    if where == "files":
        styles = [
            (Page(n, ""), text.decode()) for n, text in site.files.items() if n.endswith(".css")
        ]
        assert len(styles) >= 1
    else:
        styles = [(page, tag.get_text()) for page, tag in every(site, "style")]
        styles += [(page, tag["style"]) for page, tag in every(site, "[style]")]
    for page, text in styles:
        assert "@import" not in text, page.url
        for address in re.findall(r"""url\(\s*["']?([^"')]+)""", text):
            if address.startswith(("data:", "#")):
                continue
            assert not is_elsewhere(address), f"{page.url}: {address}"
            assert resolve(page, address)[0] in site.files, f"{page.url}: {address}"


def test_every_plot_takes_its_colours_from_the_theme(site: Site):
    plots = every(site, "svg.plot")
    assert len(plots) >= 4
    for page, plot in plots:
        assert plot.get("role") == "img", page.url
        for tag in plot.select("*"):
            for name in ("fill", "stroke", "color", "style"):
                assert tag.get(name) in (None, "none"), f"{page.url}: {tag}"
        assert not re.search(
            r"#[0-9a-fA-F]{3,8}\b(?!\))|rgba?\(", re.sub(r'"#\S+"', "", str(plot))
        ), page.url
