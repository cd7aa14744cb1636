"""A learner types what he has in mind, and the lesson that explains it comes first."""

import pytest
from kit import LESSONS

TRACK = "tutorials/calculus-for-optimization/"
GRADIENTS, DESCENT = f"{TRACK}derivatives-and-gradients/", f"{TRACK}gradient-descent/"


@pytest.fixture(scope="module")
def search(chromium, address):
    """The addresses that a search shows, in their order."""
    with chromium.new_context(base_url=address, service_workers="block") as context:
        page = context.new_page()
        page.goto("about/")
        page.locator("[data-md-component=search-query]").click()

        def search(words: str) -> list[str]:
            box = page.locator("[data-md-component=search-query]")
            box.fill("")
            page.locator(".md-search-result__link").first.wait_for(state="detached")
            box.fill(words)  # at once: typed, each letter would have results of its own
            box.press("End")  # the theme listens to keys
            page.locator(".md-search-result__link").first.wait_for()
            items = page.locator(".md-search-result__item")
            found = items.evaluate_all("all => all.map((item) => item.querySelector('a').href)")
            return [
                link.removeprefix(address).partition("?")[0].partition("#")[0] for link in found
            ]

        yield search


@pytest.mark.parametrize(
    ("words", "lesson"),
    [
        ("gradient_descent", DESCENT),
        ("central_difference", GRADIENTS),
        ("mse_hessian", DESCENT),
        ("mean squared error", GRADIENTS),
        ("nabla", GRADIENTS),
        ("steepest descent", DESCENT),
        ("chain rule", GRADIENTS),
        ("back-propagation", GRADIENTS),
        ("sigmoid", GRADIENTS),
        ("gradient checking", "labs/gradient-checking/"),
        ("penguins", "labs/descent-on-penguins/"),
    ],
)
def test_search_shows_the_lesson_first(search, words: str, lesson: str):
    assert search(words)[0] == lesson


def test_search_shows_the_lessons_that_use_an_idea(search):
    for words in (
        "steepest descent",
        "learning rate",
    ):  # and perhaps the lab that has it in its title
        found = [page for page in search(words) if not page.startswith("labs/")]
        assert {GRADIENTS, DESCENT} <= set(found[: len(LESSONS)])


def test_search_shows_no_source_file(search):
    found = search("forward_difference")
    assert GRADIENTS in found
    assert not [link for link in found if link.startswith("code/")]
