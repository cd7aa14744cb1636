"""A lesson's Markdown as cells: what only this site knows becomes what every notebook shows."""

import contextlib
import io
import subprocess
from base64 import b64decode
from dataclasses import replace

import pytest
from kit import ROOT

from scripts.blocks.run import Result, Run, stop_workers
from scripts.downloads.cells import of_page, picture_of, sections
from scripts.downloads.files import notebook, picture, program, stream
from scripts.text.context import Page

BLOCK = """\
```python exec="on"
print(1)
```
"""
RAN = Run("lesson.md", 1, 1, 20.0, (), Result("print(1)\n", stdout="1\n"))


def cells(markdown: str, link=lambda target: "") -> list:
    blocks = markdown.count('exec="on"')
    return of_page(markdown, [RAN] * blocks, {}, link)


def prose(markdown: str, link=lambda target: "") -> str:
    return "\n\n".join(cell.source for cell in cells(markdown, link))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A [gradient] and [gradients][gradient].", "A gradient and gradients."),
        ("From [lesson 2](gradient-descent.md#start).", "From lesson 2."),
        ("See [there](https://example.org/a_b).", "See [there](https://example.org/a_b)."),
        ("A [source][s].\n\n[s]: https://example.org", "A [source](https://example.org)."),
        ('A <span class="loss">[loss]</span>.', "A loss."),
        ('<div class="x" markdown>\nIn.\n</div>', "In."),
        ("## A title {#short data-toc-label=T}", "## A title"),
        ("Drag it: [h = 1](#secant-to-tangent:h=1)\nand look.\n{ .push }\n\nThen.", "Then."),
        ("![A curve](curve.png)", "*A curve*"),
        ("Said.[^1]\n\n[^1]: By them.", "Said.<sup>1</sup>\n\n<sup>1</sup> By them."),
        (
            '!!! note "Mind"\n    The gap.\n\n    And this.\n\nOn.',
            "> **Mind**\n>\n> The gap.\n>\n> And this.\n\nOn.",
        ),
        ("!!! warning\n    Hot.\n", "> **Warning**\n>\n> Hot."),
        (
            '??? tip "More"\n    Here.\n',
            "<details>\n<summary>More</summary>\n\nHere.\n\n</details>",
        ),
    ],
)
def test_what_only_this_site_knows_is_written_otherwise(written: str, read: str):
    link = lambda target: target if target.startswith("https:") else ""  # noqa: E731
    assert prose(written, link) == read


@pytest.mark.parametrize(
    "text",
    [
        "Between $[0, 1]$ and $x_{.5}$ it costs \\[5].",
        "$$\nA = \\begin{pmatrix} x_1 & 1 \\end{pmatrix} [gradient](a.md)\n$$",
        "Write `[gradient](a.md){ .x }` or ``a`[loss]``.",
        "```text\n# no title\n[gradient] $x\n\n\n\n<span>\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
def test_formulas_code_and_tables_stay_as_they_are(text: str):
    assert prose(text) == text


def test_links_and_terms_lead_to_the_published_site():
    link = lambda target: f"https://example.org/{target}"  # noqa: E731
    text = prose("A [gradient], as in [lesson 1](a.md).", link)
    assert "[gradient](https://example.org//glossary/index.md#gradient)" in text
    assert "[lesson 1](https://example.org/a.md)" in text


def test_an_exercise_is_a_question_with_a_folded_solution():
    found = cells(
        "/// exercise | The slope {#slope}\nWhat is it?\n\n- answer `s` within 0.5 %: Slope\n"
        "- slip `2 * s`: Half of that.\n\n/// solution\nDivide.\n\n"
        + BLOCK
        + "\nSo it is.\n///\nOn.\n"
    )
    assert [cell.source for cell in found] == [
        "**Exercise 1. The slope**\n\nWhat is it?\n\n- Slope (within 0.5 %)",
        "Divide.",
        "print(1)",
        "So it is.",
        "On.",
    ]
    folds = ["", "Solution", "Solution", "Solution, after its code", ""]
    assert [cell.fold for cell in found] == folds
    assert found[2].outputs == []  # it would be seen before one has thought


def test_a_choice_is_explained_in_the_solution():
    found = cells(
        "/// predict | Up or down\nWhich?\n\n- choice `a`: Up\n  No, it\n  falls.\n- choice `b`: Down\n  Yes.\n\n"
        "/// solution\n" + BLOCK + "///\n"
    )
    assert found[0].source.endswith("Which?\n\n- Up\n- Down")
    assert found[1].source == "- *Up*\n  No, it\n  falls.\n- *Down*\n  Yes."
    assert (found[1].fold, found[2].fold) == ("What happens", "What happens")


def test_code_to_complete_and_its_checks_are_cells_that_no_program_runs():
    found = cells(
        '/// exercise | Do it\nComplete.\n\n```python exercise="start"\ndef f(x):\n    return ...\n```\n\n'
        '```python exercise="checks"\nlong = """a\nb"""\nassert f(1) == 2, "No." + long\n```\n\n/// solution\n'
        + BLOCK
        + "///\n"
    )
    start, checks = found[1:3]
    assert start.source == "def f(x):\n    return ..."
    assert [cell.source for cell in found][3:] == ["**Solution**", "print(1)"]
    assert start.open
    assert checks.open
    assert checks.fold, "the checks tell much of the answer"
    assert "#     return ..." in program(found)
    assert "#     assert f(1) == 2" in program(found)
    assert "assert f(1)" in notebook(found)
    for code, said in ((start.source, "Not yet: No.a\nb\n"), ("f = lambda x: 2", "Right.\n")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(f"{code}\n{checks.source}", {})
        assert printed.getvalue() == said


def test_a_figure_folds_its_code_and_has_its_caption_below_it():
    drawn = picture("aGk=", "A dot.")
    found = of_page(BLOCK, [replace(RAN, options={"caption": "It bends."})], {1: drawn}, str)
    assert [cell.source for cell in found] == ["print(1)", "*It bends.*"]
    assert found[0].outputs == [drawn, stream("1\n")]
    assert found[0].fold


IMPORTED_OTHERWISE = """\
import atexit
from matplotlib.pyplot import show, subplots
atexit.register(print, "late")
subplots()[1].plot([1, 2])
show()
print = None
"""


def test_a_figure_is_drawn_whatever_its_code_calls_what_draws():
    ran = replace(RAN, options={"alt": "A line."})
    drawn = picture_of(ran, IMPORTED_OTHERWISE, Page())
    stop_workers()
    assert b64decode(drawn["data"]["image/png"]).startswith(b"\x89PNG")


def test_a_figure_that_cannot_be_drawn_again_is_a_fault_of_its_block():
    ran, page = replace(RAN, line=7, options={"alt": "A line."}), Page(source="lesson.md", offset=2)
    picture_of(ran, "1 / 0\n", page)
    stop_workers()
    (fault,) = page.faults
    assert fault.message.startswith("lesson.md, line 7, block 1: its figure could not be drawn")


def test_a_listing_knows_the_heading_above_it():
    assert sections(f"{BLOCK}\n## One {{#one}}\n\n{BLOCK}\n### Two\n{BLOCK}") == [
        (1, ""),
        (2, "One"),
        (3, "Two"),
    ]


def test_the_branch_holds_the_notebooks_and_what_they_need(tmp_path):
    site, repository = tmp_path / "site", tmp_path / "repository.git"
    (site / "tutorials/a/b").mkdir(parents=True)
    (site / "index.html").write_text("no")

    def git(*words: object) -> str:
        command = ["git", *map(str, words)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "-q", "--bare", repository)
    for version in "12":  # the second time there is a branch already
        (site / "tutorials/a/b/b.ipynb").write_text(version)
        subprocess.run([ROOT / ".ci/notebooks", site, repository], check=True)
    names = git("--git-dir", repository, "ls-tree", "-r", "--name-only", "notebooks").split()
    assert names == ["README.md", "requirements.txt", "runtime.txt", "tutorials/a/b/b.ipynb"]
    needed = git("--git-dir", repository, "show", "notebooks:requirements.txt").split()
    assert [line.partition("==")[0] for line in needed] == ["matplotlib", "numpy"]
    assert set(needed) <= set((ROOT / "requirements.txt").read_text("utf-8").split())
    assert git("--git-dir", repository, "rev-list", "--count", "notebooks") == "1\n"
