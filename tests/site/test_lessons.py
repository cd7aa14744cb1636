"""What the lessons promise: the course's values, and a way through."""

import re

import pytest
from kit import Page, Site
from test_pages import resolve

TRACK = "tutorials/calculus-for-optimization/"
TIME = re.compile(r"(\d+) min to read · (\d+) min of exercises")
FIRST, SECOND = f"{TRACK}derivatives-and-gradients/", f"{TRACK}gradient-descent/"

# Values that an independent calculation gave, and the section whose blocks must print them.
FACTS = {
    (FIRST, "What is a derivative?"): "analytical: 6; numerical: 6.000000",
    (FIRST, "Common derivative rules"): "12; 300",
    (FIRST, "Partial derivatives"): "∂f/∂x; 13; 13.0000; ∂f/∂y; 12; 12.0000",
    (FIRST, "The gradient"): "25.0; [6. 8.]; 10.0000",
    (FIRST, "Gradients in machine learning"): "loss 2.7500; dw -9.4000; db -3.0000",
    (FIRST, "The chain rule in neural networks"): (
        "z 1.1000; a 0.7503; loss 0.0624; dL_dw -0.1872; dL_db -0.0936; dL_da; da_dz; dz_dw; dz_db"
    ),
    (FIRST, "Exercises"): "by rule: 27.1111; [-26.4 -8. ]; dL/dw 0.5623",
    (SECOND, "The update rule"): "3.486784; 0.060466; 61.917364",
    (SECOND, "The data set as a landscape"): "w 0.6000; b 2.2000; loss 0.4800",
    (SECOND, "Where the bet fails"): "0.338096; 23.661904; 69.9857; 0.0845",
    (SECOND, "The theory against the measurement"): (
        "0.01; 0.05; 1/12; 0.0846; formula holds: True"
    ),
    (SECOND, "Did it find the right line?"): "w 0.6000; b 2.2000; steps 136",
    (SECOND, "Exercises"): "w 0.97; b 1.15; loss 0.7574; 0.0223; counted: 257; predicted: 257",
}
SECTIONS = [section for _, section in FACTS]


def printed(page: Page) -> dict[str, str]:
    """What the blocks of each section print, spaces run together."""
    found, section = {}, ""
    for tag in page.soup.select("article h2, article .output samp"):
        if tag.name == "h2":
            section = tag.get_text().rstrip("#").strip()
        else:
            found[section] = found.get(section, "") + " " + " ".join(tag.get_text().split())
    return found


def stands_in(value: str, text: str) -> bool:
    """Whether `value` is in `text` as a whole: "12" is not in "12.5" or "312"."""
    return bool(re.search(rf"(?<![\w.]){re.escape(value)}(?![\w]|\.\d)", text))


@pytest.mark.parametrize(("where", "values"), FACTS.items(), ids=SECTIONS)
def test_a_section_prints_the_values_of_the_course(where, values: str, site: Site):
    page, section = where
    assert section in printed(site.pages[page]), "no such section, or it prints nothing"
    text = printed(site.pages[page])[section]
    missing = [value for value in values.split("; ") if not stands_in(value, text)]
    assert not missing, text


def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in page.soup.select(selector)]


def targets(page: Page, selector: str) -> list[str]:
    """The addresses, from the site's root, that the links lead to."""
    files = [resolve(page, tag["href"])[0] for tag in page.soup.select(selector)]
    return [file.removesuffix("index.html") for file in files]


@pytest.fixture(scope="module")
def order(site: Site) -> list[str]:
    """The lessons in the order of their track."""
    return targets(site.pages[TRACK], "article .lessons a")


def test_the_track_lists_each_lesson_with_its_time_and_a_line_of_its_own(
    site: Site, order: list[str]
):
    assert order[:2] == [FIRST, SECOND]
    assert sorted(order) == sorted(page.url for page in site.lessons)
    for url in ("tutorials/", TRACK):
        page = site.pages[url]
        assert targets(page, "article .lessons a") == order
        assert all(TIME.fullmatch(text) for text in texts(page, ".lessons__minutes"))
        lines = texts(page, ".lessons__line")
        assert len(lines) == len(set(lines)) == len(order)
        assert all(len(line.split()) >= 5 for line in lines)


def test_the_catalogue_leads_from_subject_to_course_to_track(site: Site):
    page = site.pages["tutorials/"]
    headings = texts(page, "article :is(h2, h3, h4)")
    wanted = ["Machine Learning", "Mathematics for Machine Learning", "Calculus for Optimization"]
    assert [heading.rstrip("#").strip() for heading in headings] == wanted
    assert TRACK in targets(page, "article h4 a")


def test_a_lesson_says_where_it_stands(site: Site, order: list[str]):
    for number, url in enumerate(order, 1):
        page = site.pages[url]
        title = texts(page, "h1")[0]
        path = ["Tutorials", "Machine Learning", "Mathematics for Machine Learning"]
        assert texts(page, ".crumbs li") == [*path, "Calculus for Optimization", title]
        assert targets(page, ".crumbs a")[0::3] == ["tutorials/", TRACK]
        assert texts(page, ".crumbs [aria-current=page]") == [title]
        assert targets(page, "a.lesson-head__back") == [TRACK]
        assert f"Lesson {number} of {len(order)}" in texts(page, ".lesson-head__facts span")


def test_a_lesson_says_how_long_it_takes_the_same_everywhere(site: Site, order: list[str]):
    listed = texts(site.pages[TRACK], ".lessons__minutes")
    for url, time in zip(order, listed, strict=True):
        assert time in texts(site.pages[url], ".lesson-head__facts a")
        assert listed == texts(site.pages[url], ".lesson-foot ol .lessons__minutes")
    times = [[*map(int, TIME.fullmatch(time).groups())] for time in listed]
    reading, doing = map(sum, zip(*times, strict=True))
    total = f"{reading} min to read · {doing} min of exercises"
    assert total in texts(site.pages[TRACK], ".lesson-head__facts a")
    assert listed[0] in texts(site.pages[""], ".home-head__first")[0]
    # a learner with school algebra, who does all there is to do, was asked how long the first lesson takes
    assert all(30 <= minutes <= 45 for minutes in times[0])


def test_a_lesson_says_what_it_gives_and_needs(site: Site, order: list[str]):
    for url in order:
        page = site.pages[url]
        headings = [text.rstrip("#").strip() for text in texts(page, "article h2")]
        assert {"You will be able to", "You need"} <= {*headings}, url
        assert min(len(section.select("li")) for section in page.soup.select("details.aims")) >= 1


def test_a_lesson_says_how_many_exercises_it_has(site: Site, order: list[str]):
    listed = site.pages["progress/"].soup.select(".exercises-of")
    for url, section in zip(order, listed, strict=True):
        own = site.pages[url].soup.select("section.exercise")
        keys = " ".join(tag["data-exercise"] for tag in own)
        for count in (
            site.pages[url].soup.select_one("exercise-count"),
            section.select_one("exercise-count"),
        ):
            assert count["data-exercises"] == keys
            assert count.get_text() == f"0 of {len(own)} exercises"
        assert [link.get_text() for link in section.select("li a")] == [
            tag.strong.get_text() for tag in own
        ]
        fragments = [link["href"].split("#")[1] for link in section.select("li a")]
        assert fragments == [tag["id"] for tag in own]
        assert targets(site.pages["progress/"], ".exercises-of li a").count(url) == len(own)


def test_a_lesson_shows_the_progress_of_its_track(site: Site, order: list[str]):
    keys = " ".join(url.removeprefix("tutorials/").rstrip("/") for url in order)
    for url in [*order, TRACK, "tutorials/"]:
        page = site.pages[url]
        assert page.soup.select_one("track-progress")["data-lessons"] == keys
        assert page.soup.select_one("track-progress progress")["max"] == str(len(order))
        (said,) = texts(page, ".progress__text")
        assert re.fullmatch(rf"0 of {len(order)} lessons.* 0 %", said)


def test_the_lessons_are_a_chain(site: Site, order: list[str]):
    for at, url in enumerate(order):
        before = order[at - 1] if at else TRACK
        after = order[at + 1] if at + 1 < len(order) else "tutorials/"
        assert targets(site.pages[url], ".beside a") == [before, after]
        for rel, other in (("prev", before), ("next", after)):
            assert targets(site.pages[url], f".beside a[rel={rel}]") == [other] * (other in order)


def test_a_lesson_names_related_lessons_and_lists_its_track(site: Site, order: list[str]):
    for url in order:
        page = site.pages[url]
        assert set(targets(page, ".related a")) <= set(order)
        assert targets(page, ".lesson-foot ol.lessons a") == order
        current = page.soup.select(".lesson-foot .lessons__item[aria-current=page] a")
        assert [link.get_text() for link in current] == texts(page, "h1")
