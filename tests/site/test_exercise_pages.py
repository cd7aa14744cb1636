"""What the pages give away of their exercises: the question, and the answer only on request."""

import re
from collections.abc import Iterator

from kit import Page, Site, unsealed

from scripts.claims import prose


def stands_in(number: str, text: str) -> bool:
    """Whether the number is told: 0.48 also as 0.4800, −3 also as 3."""
    digits = re.escape(number.lstrip("-"))
    zeros = "0*" if "." in number else ""
    return bool(re.search(rf"(?<![\w.]){digits}{zeros}(?![\w]|\.\d)", text))


def exercises(site: Site) -> Iterator[tuple[str, object, dict]]:
    """Where each exercise is, its element (a copy, to take things out of), and what it keeps sealed."""
    for lesson in site.lessons:
        for section in Page(lesson.url, lesson.html).soup.select("section.exercise"):
            yield f"{lesson.url}#{section['id']}", section, unsealed(section)


def test_every_solution_is_folded_and_was_executed(site: Site):
    found = list(exercises(site))
    assert len(found) >= 18
    for where, section, _ in found:
        (solution,) = section.select("details.exercise__solution")
        assert not solution.has_attr("open"), where
        assert solution.select(".output samp"), where
        for hints in section.select(".exercise__hints"):
            assert hints.parent.has_attr("hidden"), where


def test_an_answer_stands_neither_in_the_question_nor_in_an_attribute(site: Site):
    judged = 0
    for where, section, sealed in exercises(site):
        section.select_one(".exercise__solution").decompose()
        for hints in section.select(".exercise__hints"):
            hints.decompose()
        hidden = section.attrs.pop("data-sealed")
        assert not set(sealed) & set(re.findall(r"\w+", hidden)), f"{where}: it is sealed"
        attributes = [
            str(value) for tag in [section, *section.find_all()] for value in tag.attrs.values()
        ]
        open_text = " ".join([section.get_text(" "), *attributes])
        for value, _ in sealed.get("answer", []):
            number = f"{value:.6g}"
            if list(prose.numbers(number)):  # of two digits and more
                judged += 1
                for rounded in {number, f"{value:.4g}", f"{value:.3g}"}:
                    assert not stands_in(rounded, open_text), f"{where}: {rounded}"
        if "right" in sealed:
            judged += 1
            rows = {
                re.sub(r"value=\"\d\"|>.*<", "", str(tag.input))
                for tag in section.select(".exercise__choice")
            }
            assert len(rows) == 1, f"{where}: nothing may set the right choice apart"
        if "checks" in sealed:
            judged += 1
            assert "assert" not in open_text, where
    assert judged >= 15


def test_the_right_choice_is_not_always_at_one_place(site: Site):
    places = [sealed["right"] for _, _, sealed in exercises(site) if "right" in sealed]
    assert len(set(places)) == 3, "who reads the pages without a script sees the author's order"


def test_everything_has_a_label_and_a_description(site: Site):
    for where, section, _ in exercises(site):
        ids = {tag["id"] for tag in section.select("[id]")} | {section["id"]}
        for field in section.select("input:not([aria-label]), textarea"):
            assert field.find_parent("label") or section.select(f"label[for='{field['id']}']"), (
                where
            )
            assert set(field["aria-describedby"].split()) <= ids, where
        assert section["aria-labelledby"] in ids
        assert section.select_one("[role=status]").get_text() == ""


def test_search_finds_the_question_and_no_hint_or_solution(site: Site):
    text = " ".join(" ".join(entry["text"] for entry in site.search_index).split())
    for where, section, _ in exercises(site):
        assert section.strong.get_text() in text, where
        for hidden in section.select(
            ".exercise__hints li, .exercise__solution > p, .exercise__choice"
        ):
            for formula in hidden.select(".katex"):
                formula.replace_with("|")
            words = max((part.strip() for part in hidden.get_text().split("|")), key=len)
            assert len(words) < 20 or " ".join(words.split()) not in text, where
