"""The guide for authors shows each form as it is written in the guide itself."""

import re

from kit import ROOT, Site

GUIDE = "about/write-a-lesson"


def test_what_one_types_is_shown_above_what_becomes_of_it(site: Site):
    text = (ROOT / f"docs/{GUIDE}.md").read_text("utf-8")
    typed = re.findall(r"^<!--source-->\n+(.*?)\n+<!--/source-->$", text, re.DOTALL | re.MULTILINE)
    page = site.pages[f"{GUIDE}/"].soup
    assert [tag.get_text() for tag in page.select(".source code")] == typed
    assert len(typed) >= 5
    for tag in page.select(".source"):
        becomes = tag.find_next_sibling()
        assert becomes.name in ("figure", "section") or {"listing", "formula"} & {*becomes["class"]}
