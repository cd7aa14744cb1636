"""What a site says of itself to search engines, feed readers and link previews is true."""

import json
import re
import struct
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from kit import LABS, LESSON, LESSONS, PAGES, PUBLISHED, REPOSITORY, Page, Project, Site, changed

from scripts.site.published import feed as published_feed

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
TRACK = "tutorials/calculus-for-optimization/"


def pages(site: Site) -> dict[str, Page]:
    """The pages that have an address of their own."""
    return {url: page for url, page in site.pages.items() if url != "404.html"}


def content(page: Page, name: str) -> str | None:
    tag = page.soup.select_one(f'meta[property="{name}"], meta[name="{name}"]')
    return tag and tag["content"]


def data(page: Page) -> dict:
    return json.loads(page.soup.select_one('script[type="application/ld+json"]').get_text())


def xml(site: Site, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(site.files[name])


def test_a_page_names_its_own_address(published: Site):
    for url, page in pages(published).items():
        canonical = [tag["href"] for tag in page.soup.select('link[rel="canonical"]')]
        assert canonical == [PUBLISHED + url]
        assert content(page, "og:url") == PUBLISHED + url


def test_a_lesson_and_a_lab_say_how_often_they_were_viewed_if_the_owner_counts(published, site):
    for url in (*LESSONS, *LABS):
        facts, without = (
            built.pages[url].soup.select_one(".lesson-head__facts").get_text()
            for built in (published, site)
        )
        assert "1,234 views, 1–28 November 2026" in facts
        assert "view" not in without


def test_a_link_preview_has_the_title_the_description_and_a_picture_of_the_page(published: Site):
    for url, page in pages(published).items():
        title = page.soup.title.get_text().removesuffix(" - Calculus for Optimization")
        assert content(page, "og:title") == title, url
        assert content(page, "og:description") == content(page, "description"), url
        picture = content(page, "og:image").removeprefix(PUBLISHED)
        width, height = struct.unpack(">II", published.files[picture][16:24])
        assert published.files[picture].startswith(b"\x89PNG")
        assert (width, height) == (1200, 630)
        said = (content(page, "og:image:width"), content(page, "og:image:height"))
        assert said == ("1200", "630"), url
    used = {content(page, "og:image") for page in pages(published).values()}
    drawn = {name for name in published.files if name.startswith("assets/cards/")}
    assert used == {PUBLISHED + name for name in drawn}
    assert len({published.files[name] for name in drawn}) == len(published.lessons) + 1


def test_the_sitemap_lists_every_page_and_nothing_else(published: Site):
    listed = [tag.text for tag in xml(published, "sitemap.xml").iter(SITEMAP + "loc")]
    assert sorted(listed) == sorted(PUBLISHED + url for url in pages(published))
    assert len(listed) > 20


def test_robots_are_told_of_the_sitemap(published: Site):
    lines = published.files["robots.txt"].decode().split("\n")
    assert f"Sitemap: {PUBLISHED}sitemap.xml" in lines
    assert not [line for line in lines if line.startswith("Disallow")]


def test_the_feed_has_every_post_and_all_news_newest_first(published: Site):
    feed = xml(published, "feed.xml")
    links = [entry.find(ATOM + "link").get("href") for entry in feed.iter(ATOM + "entry")]
    posts = {url for url in published.pages if url.startswith("blog/") and url != "blog/"}
    news = {f"news/#{tag['id']}" for tag in published.pages["news/"].soup.select("article h2")}
    assert {link.removeprefix(PUBLISHED) for link in links} == posts | news
    assert posts
    assert news
    dates = [entry.find(ATOM + "updated").text for entry in feed.iter(ATOM + "entry")]
    assert dates == sorted(dates, reverse=True)
    assert feed.find(ATOM + "updated").text == dates[0]


def test_the_feed_has_what_atom_requires_and_only_whole_addresses(published: Site):
    feed = xml(published, "feed.xml")
    for element in [feed, *feed.iter(ATOM + "entry")]:
        for name in ("id", "title", "updated", "link"):
            assert element.find(ATOM + name) is not None, name
        assert element.find(ATOM + "id").text.startswith(PUBLISHED)
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == PUBLISHED + "feed.xml"
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    for entry in feed.iter(ATOM + "entry"):
        text = entry.findtext(ATOM + "content") or entry.findtext(ATOM + "summary")
        assert text.strip()
        for link in Page("", text).soup.select("a"):
            where = urlsplit(link["href"])
            assert where.scheme == "https"
            if link["href"].startswith(PUBLISHED):
                assert link["href"].removeprefix(PUBLISHED).partition("#")[0] in published.pages
    assert "<content" in published.files["feed.xml"].decode()


def test_news_become_entries_with_whole_addresses_the_newest_first():
    content = """<h1 id="news">News</h1>
        <h2 id="a">30 April 2026<a class="headerlink" href="#a">#</a></h2><p>Old</p>
        <h2 id="b">1 May 2026</h2><p><a href="../about/">New</a></p>"""
    page = SimpleNamespace(content=content, canonical_url=PUBLISHED + "news/")
    file = SimpleNamespace(src_uri="news/index.md", page=page)
    new, old = published_feed(SimpleNamespace(documentation_pages=lambda: [file]))
    assert (new["date"], new["url"]) == ("2026-05-01", PUBLISHED + "news/#b")
    assert (old["date"], old["title"]) == ("2026-04-30", "News of 30 April 2026")
    assert new["content"] == f'<p><a href="{PUBLISHED}about/">New</a></p>'


def test_every_page_leads_to_the_feed(published: Site):
    for url, page in pages(published).items():
        (link,) = page.soup.select('link[type="application/atom+xml"]')
        assert urljoin(PUBLISHED + url, link["href"]) == PUBLISHED + "feed.xml"


def test_a_lesson_is_described_as_a_part_of_its_course(published: Site):
    for number, page in enumerate(published.lessons, 1):
        about = data(page)
        assert about["@type"] == "LearningResource"
        assert about["name"] == page.soup.h1.get_text(strip=True)
        assert about["url"] == PUBLISHED + page.url
        assert about["position"] == number
        time = page.soup.select_one('.lesson-head__facts a[href$="#reading-time"]').get_text()
        minutes = sum(map(int, re.findall(r"(\d+) min", time)))
        assert about["timeRequired"] == f"PT{minutes}M"
        aims = page.soup.select_one("#aims").find_next("ul").select("li")
        assert about["teaches"] == [tag.get_text() for tag in aims]
        assert about["isPartOf"]["url"] == PUBLISHED + TRACK


def test_the_track_is_described_as_a_course_of_its_lessons(published: Site):
    about = data(published.pages[TRACK])
    assert about["@type"] == "Course"
    assert about["provider"] == {
        "@type": "Organization",
        "name": "Calculus for Optimization",
        "url": PUBLISHED,
    }
    named = [(part["name"], part["url"]) for part in about["hasPart"]]
    wanted = [(page.soup.h1.get_text(strip=True), page.url) for page in published.lessons]
    assert named == [(name, PUBLISHED + url) for name, url in wanted]


def test_a_page_that_is_not_there_links_to_what_is_from_any_depth(published: Site):
    page = published.pages["404.html"]
    links = [tag["href"] for tag in page.soup.select("[href]") if "#" not in tag["href"]]
    links += [tag["src"] for tag in page.soup.select("script[src]")]
    links = [link for link in links if not link.startswith(REPOSITORY)]
    for depth in ("x", "tutorials/x/y/z/"):
        for link in links:
            address = urljoin(PUBLISHED + depth, link).removeprefix(PUBLISHED).partition("?")[0]
            assert address in published.pages or address in published.files, link
    assert {PUBLISHED + lesson.url for lesson in published.lessons} <= {
        urljoin(PUBLISHED, link) for link in links
    }
    assert not page.soup.select('link[rel="canonical"], meta[property="og:url"]')


def test_a_site_without_an_address_claims_none(site: Site):
    for url, page in site.pages.items():
        assert not page.soup.select('link[rel="canonical"], [type="application/atom+xml"]'), url
        assert not page.soup.select('meta[property^="og:"], meta[name^="twitter:"]'), url
    assert not {"feed.xml", "sitemap.xml"} & set(site.files)
    assert b"Sitemap" not in site.files["robots.txt"]
    assert not [name for name in site.files if name.startswith("assets/cards/")]
    for page in site.lessons:
        assert data(page)["name"] == page.soup.h1.get_text(strip=True)
        assert "url" not in json.dumps(data(page))


HOSTILE = '</script><script>alert(1)</script> "x" & <b>'


@pytest.mark.parametrize(
    "shown",
    [("lesson", changed(PAGES[LESSON], "able: [do it]", f"able: ['{HOSTILE}']"))],
    ids=["hostile"],
    indirect=True,
)
def test_what_an_author_writes_does_not_end_the_description_of_a_lesson(shown: Page):
    assert data(shown)["teaches"] == [HOSTILE]


def test_a_heading_of_the_news_that_is_no_day_stops_the_build(project: Project):
    project.edit("mkdocs.yml", "  - Tutorials:", "  - News: news/index.md\n  - Tutorials:")
    project.write("docs/news/index.md", "# News\n\n## 22 November 2026\n\nNews.\n\n## Soon\n")
    done = project.build("-q", SITE_URL=PUBLISHED)
    assert done.returncode != 0
    assert "news/index.md: a heading is the day of the news" in done.stdout
    assert "'Soon'" in done.stdout


def test_in_a_folder_there_is_no_service_worker(project: Project):
    site = project.built(OFFLINE="1")
    assert "sw.js" not in site.files
    assert not [url for url, page in site.pages.items() if "offline.js" in page.html]
