"""From every page one can get to its source, and say what is wrong with it."""

from kit import REPOSITORY, ROOT, Site


def test_every_page_links_to_its_source_where_there_is_a_repository(published: Site):
    for url, page in published.pages.items():
        foot = page.soup.select_one(".md-footer")
        edit = [link["href"] for link in foot.select("a[rel=edit]")]
        view = [link["href"] for link in foot("a", string="View source")]
        if url == "404.html":
            assert edit == view == []
            continue
        path = edit[0].removeprefix(f"{REPOSITORY}/edit/main/")
        assert (ROOT / path).is_file(), edit
        assert edit == [f"{REPOSITORY}/edit/main/{path}"]
        assert view == [f"{REPOSITORY}/blob/main/{path}"]
        assert b"api.github.com" not in published.files[f"{url}index.html"]
    of_a_snippet = published.pages["code/differentiation/square/"].soup.select_one("a[rel=edit]")
    assert of_a_snippet["href"].endswith("/snippets/differentiation/square.py")


def test_no_page_offers_a_repository_that_is_not_there(site: Site):
    for url, page in site.pages.items():
        assert not page.soup.select("a[rel=edit]"), url
        assert not page.soup("a", string="View source"), url


def test_a_mistake_can_be_reported_from_every_page(site: Site):
    for url, page in site.pages.items():
        (link,) = page.soup.select_one(".md-footer")("a", string="Report a mistake on this page")
        path, _, query = link["href"].partition("?")
        assert path.endswith("contact/" if url != "contact/" else "./"), url
        assert query == ("" if url in ("", "404.html") else f"page={url}"), url
