"""What must hold on every page: it works, at every width, in light and dark, for everybody."""

import re
import shutil

import pytest
from kit import Page, Site
from playwright.sync_api import Browser
from server import served
from sweep import SCHEMES, Visit, sweep


@pytest.fixture(scope="module")
def visits(site: Site, address: str, chromium: Browser) -> list[Visit]:
    return sweep(chromium, address, site.pages.values())


def pale(visit: Visit) -> list:
    """The words of figures that do not stand out."""
    words = [(scheme, word) for scheme, words in visit.words.items() for word in words]
    return [(scheme, text, contrast) for scheme, (text, contrast) in words if contrast < 4.5]


def copied_otherwise(visit: Visit) -> list[str]:
    """The listings whose button copies something else than their text."""
    texts = [listing.text for listing in visit.published.listings]
    assert len(texts) == len(visit.copied), f"{visit.url} has another number of buttons"
    pairs = zip(visit.published.listings, visit.copied, strict=True)
    return [str(listing) for listing, copied in pairs if listing.text != copied]


WRONG = {
    "an error is reported, as is a broken policy": lambda visit: visit.errors,
    "a request is not answered": lambda visit: visit.failed,
    "another origin is asked": lambda visit: visit.foreign,
    "something is wider than the window": lambda visit: visit.overflowing,
    "axe-core finds something": lambda visit: visit.axe,
    "the words of a figure are pale": pale,
    "a button copies another text": copied_otherwise,
}


@pytest.mark.parametrize("what", WRONG)
def test_on_no_page(visits: list[Visit], what: str):
    assert not {visit.url: wrong for visit in visits if (wrong := WRONG[what](visit))}


def test_all_is_looked_at(visits: list[Visit], site: Site):
    seen = {visit.url: visit for visit in visits}
    assert list(seen) == list(site.pages)
    for lesson in site.lessons:
        assert len(seen[lesson.url].copied) > 5
        assert all(len(seen[lesson.url].words[scheme]) > 50 for scheme in SCHEMES)
    assert all(visit.whole for visit in visits if not visit.url.startswith("code/"))
    assert 0 < sum(visit.whole for visit in visits if visit.url.startswith("code/")) < 10
    for visit in visits:
        light, dark = (
            max(map(int, re.findall(r"\d+", visit.backgrounds[scheme]))) for scheme in SCHEMES
        )
        assert dark < 128 < light, f"{visit.url} was not in the scheme asked for"


PLANTED = """
<script>missing()</script>
<p style="width: 2000px">Too wide.</p>
<p style="color: #aaa">Too pale.</p>
<img src="/missing.png">
<img src="http://127.0.0.1:1/elsewhere.png" alt="">
<svg class="plot" role="img" aria-label="A word"><text style="fill: #aaa">Pale</text></svg>
<div class="listing" id="nested"><pre><b><code>1</code></b></pre><copy-code></copy-code></div>
"""
NOTICED = [
    "missing is not defined",
    "/missing.png: 404",
    "127.0.0.1:1/elsewhere.png",
    "1280px: <p style",
    "#aaaaaa",
    "image-alt",
    "Pale",
    "#nested",
]


def test_what_is_wrong_on_a_page_is_noticed(site: Site, chromium: Browser, tmp_path):
    folder = shutil.copytree(site.folder, tmp_path / "site")
    html = site.pages[""].html.replace("Content-Security-Policy", "none")  # which would forbid it
    html = html.replace("</article>", f"{PLANTED}</article>", 1)
    (folder / "index.html").write_text(html, "utf-8")
    with served(folder) as address:
        (visit,) = sweep(chromium, address, [Page("", html)])
    wrong = {what: str(find(visit)) for what, find in WRONG.items()}
    assert "[]" not in wrong.values(), wrong
    assert not [part for part in NOTICED if part not in str(wrong)], wrong
