"""Every page keeps to its own policy, and the policy keeps other scripts out."""

import re

import pytest
from clock import rest
from kit import Site
from playwright.sync_api import Browser

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
HEAR = """
window.heard = []
addEventListener("securitypolicyviolation", (event) => heard.push(event.effectiveDirective))
"""
PLANTED = {
    "script-src-elem": "<script>window.planted = true</script>",
    "script-src-attr": '<img src="data:," alt="" onerror="window.planted = true">',
    "connect-src": '<script src="/javascripts/planted.js"></script>',
}
ASKS_ANOTHER_HOST = "fetch('http://127.0.0.1:1/').catch(() => {}); window.planted = true"


def test_every_page_has_one_policy_that_allows_no_unknown_script(site: Site):
    for url, page in site.pages.items():
        (policy,) = POLICY.findall(page.html)
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'", url
        assert re.fullmatch(
            r"'self' 'wasm-unsafe-eval'( 'sha256-[\w+/]{43}=')+", rules["script-src"]
        ), url
        assert page.html.index(policy) < page.html.index("<script"), url
        addresses = {source for rule in rules.values() for source in rule.split()}
        assert not {source for source in addresses if source[0] != "'"} - {"data:", "blob:"}, url


@pytest.mark.parametrize("directive", PLANTED)
def test_what_is_planted_in_a_page_is_blocked(
    directive: str, site: Site, address: str, chromium: Browser
):
    lesson = address + site.lessons[0].url
    html = site.lessons[0].html.replace("</main>", f"{PLANTED[directive]}</main>", 1)
    assert visit(chromium, lesson, POLICY.sub("", html)) == (True, []), "it could not run anyway"
    assert visit(chromium, lesson, html) == (directive == "connect-src", [directive])


def visit(chromium: Browser, address: str, html: str) -> tuple[bool, list[str]]:
    """Whether what is planted in the page runs, and which rules are broken."""
    with chromium.new_context(service_workers="block") as context:
        page = context.new_page()
        page.add_init_script(HEAR)
        answer(page, address, "text/html", html)
        answer(page, "**/planted.js", "text/javascript", ASKS_ANOTHER_HOST)
        page.goto(address, wait_until="load")
        rest(page, 200)  # a violation is told a little after it
        return page.evaluate("window.planted === true"), page.evaluate("heard")


def answer(page, address: str, kind: str, body: str) -> None:
    page.route(address, lambda route: route.fulfill(body=body, content_type=kind))
