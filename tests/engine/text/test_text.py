"""Every way to break a page's text, its front matter or its place stops the build, and says where."""

import re

import pytest
from kit import ALT, LESSON, NAV, PAGES, SECTION, Page, Project, changed, drawing, fence, sources
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import get_navigation
from mkdocs.utils.yaml import yaml_load
from shared import MODES, Break, Fault, breaks, shows, stopped

from scripts.text.course import Course

BREAKS = {
    "a list below a paragraph": Break(
        "These:\n- one\n- two", "a list, which has an empty", "- one"
    ),
    "a numbered list below a paragraph": Break("These:\n1. one", "a list, which has", "1. one"),
    "a table of unequal rows": Break("| a | b |\n|---|\n| c | d |", "a table, which", "| a"),
    "an attribute in words": Break("A {#place} in words.", "an attribute, which", "{#place}"),
    "stars that are not closed": Break("It is **bold.", "a pair of stars", "**bold"),
    "a link that never ends": Break("![see](here.md", "a link, a picture or", "![see]"),
    "a footnote that says nothing": Break("So it is.[^1]", "or a footnote was", "[^1]"),
    "braces over two lines": Break("It is {{3 +\n4}}.", "a pair of braces", "{{3"),
    "a merge conflict": Break("<<<<<<< HEAD\nOne\n=======\nTwo\n>>>>>>> b", "conflict", "<<<"),
    "a merge conflict's end": Break("One\n\n>>>>>>> branch", "conflict", ">>>"),
    "a merge conflict's middle": Break("One\n\n=======\n\nTwo", "merge conflict", "==="),
    "a merge conflict in a fence": Break("```text\n<<<<<<< HEAD\n```", "conflict", "<<<"),
    "an element that is not closed": Break("<div>\n\nOne", "<div> is not closed", "<div>"),
    "an element that is closed elsewhere": Break(
        "A <span>word\n\nand</span> another", "<span> is not closed where it", "<span>"
    ),
    "a name in angle brackets": Break("Of <batch_size> it is.", "<batch_size> is not closed", "<b"),
    "a sum in angle brackets": Break("Of <n+1> it is.", "no element is code, `<name>`", "<n"),
    "an end of no element": Break("One\n\n</div>", "</div> closes nothing", "</div>"),
    "a comment that never ends": Break("One\n\n<!-- Two", "a comment", "<!--"),
    "a second headline": Break("# Another\n\nOne", "its headline twice", "# Another"),
    "a second headline with a rule": Break("One\n\nAnother\n===", "headline twice", "Another"),
    "a misspelt language": Break('```pyhton exec="on"\n```', "did you mean 'python'", "pyhton"),
    "no language": Break("```\nx\n```", "language ''", "```"),
    "an unknown option": Break(fence("1", 'timeuot="3"'), "did you mean 'timeout'", "timeuot"),
    "an option without quotes": Break(fence("1", "width=x"), "'width=x' is not", "width=x"),
    "a limit beyond reason": Break(
        f"{fence('1', 'timeout=' + chr(34) + '9' * 20 + chr(34))}\n\n{fence('print(2)')}",
        "should be seconds, at most 999",
        "timeout",
    ),
    "a mark of the build": Break("<!--late x 99-->", "a mark of its own", "late"),
    "a bad option value": Break(fence("1", 'timeout="soon"'), "should be seconds", "soon"),
    "a bad option value on a line of its own": Break(
        fence("#| caption: It has\n#|   two lines.\n#| prints: many\n1"),
        "should be the non-finite",
        "many",
    ),
    "a line of options without its colon": Break(
        fence("#| timeout: 2\n#| alt A line\nprint(1)"),
        "an option is written #| name: words",
        "A line",
    ),
    "an option of markdown-exec": Break(fence("1", 'source="above"'), "option 'source'", "above"),
    "Python that is not run": Break("```python\n1\n```", 'write ```python exec="on"', "```"),
    "a badly indented fence": Break(
        '    ```python exec="on"\n    1\n    ```', "is not shown; is it indented", "exec="
    ),
    "code without a fence": Break("It is\n\n    x = 1\n", "code stands in a fence; this", "x = 1"),
    "a fence that is never closed": Break('```python exec="on"\n1', "is never closed", "```"),
    "an unknown term": Break("The [gradeint] of it.", "[gradeint] is no term", "gradeint"),
    "a duplicate id": Break('## One {#same}\n\n<span id="same">Two</span>', "the id same", "Two"),
    "two anchors of one name": Break(
        "## One {#same}\n\n## Two {#same}", "the id same stands on the page more than once", "Two"
    ),
    "a heading and an exercise of one anchor": Break(
        f"## Slope {{#slope}}\n\n/// exercise | Steep {{#slope}}\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "the id slope stands",
        "Steep",
    ),
    "a heading like a part of an exercise": Break(
        f"## Slope title\n\n/// exercise | Slope\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "the id slope-title stands",
        "Slope title",
    ),
    "a heading like a part of the page": Break("## Title", "the id title stands", "## Title"),
    "a heading without a letter": Break("## ???", "'???' has no letter to make", "???"),
    "an exercise's title without a letter": Break(
        "/// exercise | ???\nAsk.\n///", "a title without a letter is followed by an anchor", "???"
    ),
    "a list that would be flat": Break("- one\n  - two", "is indented by four spaces", "- two"),
    "a picture from elsewhere": Break(
        "![r](https://example.org/x.png)", "the policy of the pages lets no reader have", "![r]"
    ),
    "a frame from elsewhere": Break(
        '<iframe src="https://example.org/x"></iframe>', "the policy of the pages lets", "iframe"
    ),
    "an address in words": Break(
        "See it (at\nhttps://example.org/a).", "is a link in <…>", "https"
    ),
    "an address of mail": Break("Write to\nme@example.org.", "is a link in <…>", "me@"),
    "a link to nothing": Break("See [2][3].", "a link, a picture or a footnote", "[3]"),
    "a definition that nothing uses": Break(
        "See [it].\n\n[it]: https://example.org/\n[Hint]: there", "nothing links to [Hint]:", "Hint"
    ),
    "a sign that there is not": Break("So &alpha; is\n&alfa;.", "there is no such sign", "alfa"),
    "rows of which only the second is too long": Break(
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nAnd\n\n| c |\n|---|\n| 1 | 2 |\n| end |",
        "this row has 2 cells",
        "| 1 | 2 |",
        nth=2,
    ),
    "braces that are code above": Break(
        "`*a*{x=1}`\n\n*a*{x=1}", "would be no words", "x=1", nth=2
    ),
    "a second heading without a letter": Break(
        "## ??? {#why}\n\n## ???", "'???' has no letter", "???", nth=2
    ),
    "a second list that would be flat": Break(
        "- one\n  - two\n\nAnd\n\n- one\n  - two", "is indented by four spaces", "- two", times=2
    ),
    "code without a fence, as in one": Break(
        "- one\n\n    ```text\n    x\n    ```\n\nIt is\n\n    x",
        "code stands in a fence",
        "x",
        nth=3,
    ),
    "a table without its second row": Break(
        "It is\n\n| a | b |\n| c | d |", "a table, which", "a |"
    ),
    "code that never ends": Break("It is `code.", "code, which has as many marks", "`"),
    "a word that is not closed": Break("It is *bold.", "a pair of stars or", "*bold"),
    "what is to be done": Break("TODO: say more.", "a note of what is to be done", "TODO"),
    "a list without blanks": Break("-one", "an item of a list begins with -", "-one"),
    "a rule below words": Break("Some words\n---", "a rule has an empty line above it", "Some"),
    "a heading too deep": Break("#### Deep", "its parts with ###", "####"),
    "an arrow of signs": Break("So a -> b.", "an arrow is the sign itself", "->"),
    "a comment in a comment": Break("<!-- a <!-- b --> c -->", "a comment stands in no other", "a"),
    "a link without words": Break("See [](index.md).", "a link is [words](address)", "[]"),
    "a link to nowhere": Break("See [it]().", "a link is [words](address)", "[it]"),
    "a link to one's own machine": Break(
        "See [it](http://127.0.0.1:8000/).", "an address that every reader has", "[it]"
    ),
    "a link the other way round": Break(
        "See (it)[index.md].", "a link is [words](address)", "(it)"
    ),
    "a script": Break("<script>x()</script>", "scripts and styles stand in", "<script>"),
    "an act": Break('<a href="." onclick="x()">it</a>', "scripts and styles stand in", "<a"),
    "a word twice": Break("So is the\nthe slope.", "the word stands twice", "So is the"),
    **{
        f"a list with {text!r}": Break(text, says, at)
        for text, says, at in (
            ("1. a\n\n   - b", "is indented by four spaces", "- b"),
            ("- a\n    goes on\n\n  - b\n  - c", "is indented by four spaces", "- b"),
            ("> - a\n>\n>     1. c\n>\n>   - b", "is indented by four spaces", "- b"),
            ("1. a\n\n- b", "one more item of the list above", "- b"),
            ("- a\n\n    1. c\n\n    - b", "one more item of the list above", "- b"),
            ("-\xa0a", "an item of a list begins", "-"),
            ("1.\xa0a", "an item of a list begins", "1"),
            ("• a", "an item of a list begins", "• a"),
            ("→ a\n\n→ b", "an item of a list begins", "→ a"),
            ("a. a\nb. b", "an item of a list begins", "a. a"),
        )
    },
    "a box without its text": Break('!!! note "T"\n\nText.', "a box is !!!", "!!!"),
    "a fold without its text": Break('??? note "T"\n\n\n  Text.', "a box is !!!", "???"),
    "a box that is badly indented": Break(
        '- a\n\n   !!! note "T"\n       Text.', "a box is !!!", "!!!"
    ),
    "stars of a product": Break("So a*b*c it is.", "stars within words", "a*b"),
    "stars of two products": Break("So x*y and z*w.", "stars within words", "x*y"),
    "quotation marks of TeX": Break("A ``word'' here.", "quotation marks are the", "A"),
    "a dash of hyphens": Break("So---it is.", "a dash is the sign", "So"),
    "a sign with a backslash": Break("So 5\\% it is.", "the sign stands alone", "So"),
    "an id that a block has": Break('<span id="block-1">One</span>', "the id block-1", "One"),
}


@breaks(BREAKS)
def test_a_broken_page_stops_the_build_and_says_where(broken: Break, faults: list[Fault]):
    broken.check(faults)


TOGETHER = [
    Break(fence("1 / 0"), "", "1 / 0"),
    Break(fence(drawing()), "", "```"),
    BREAKS["an unknown term"],
    Break("$$\n\\frac{1}{2\n$$", "", "\\frac"),
    Break("[there](nowhere.md)", "", "[there]"),
    Break("[there](#nowhere)", "", "[there]"),
    BREAKS["an unknown option"],
    BREAKS["a misspelt language"],
    Break('See <a href="nowhere/">it</a>.', "", "See"),
    Break('<img src="no.png" alt="">', "", "img"),
    BREAKS["a duplicate id"],
    Break(fence('1\n--8<-- "cube.py"'), "", "--8<--"),
]


def test_all_faults_of_all_pages_are_said_at_once_and_in_order(project: Project):
    before = project.lesson("\n\n".join(part.text for part in TOGETHER))
    project.write("docs/index.md", "# Home\n\nA [gradeint],\n\n$\\fraq{1}{x}$.\n")
    wanted = [("index.md", 3), ("index.md", 5)]
    for part in TOGETHER:
        wanted.append((LESSON, before + part.line))
        before += part.text.count("\n") + 2
    said = stopped(project, "-q")
    found = re.findall(r"^(\S+\.md), line (\d+)", said, re.MULTILINE)
    assert [(page, int(line)) for page, line in found] == wanted


def test_faults_of_the_glossary_and_of_a_post_have_their_lines(project: Project):
    project.edit("mkdocs.yml", "Home: index.md\n", "Home: index.md\n  - Terms: glossary/index.md\n")
    head = "| Symbol | Name | In code | Meaning | Where |\n|---|---|---|---|---|\n"
    row = "| $x$ | slope {#slope} | | How steep. | nowhere |\n"
    row += "| | rate {#rate} | | | [Section](../index.md) |\n"
    project.write("docs/glossary/index.md", f"---\ntitle: Terms\n---\n\n# Terms\n\n{head}{row}")
    post = "---\ndate: 2026-01-02\n---\n\n# A post\n\nA [gradeint], a [slope].\n\n<!-- more -->\n"
    project.write("docs/blog/posts/a-post.md", f"{post}\n[There](nowhere.md).\n")
    said = stopped(project, "-q")
    found = re.findall(r"^(\S+\.md), line (\d+): (.{8})", said, re.MULTILINE)
    assert found == [
        ("blog/posts/a-post.md", "7", "[gradein"),
        ("blog/posts/a-post.md", "11", "it conta"),
        ("glossary/index.md", "9", "a row is"),
        ("glossary/index.md", "10", "a row is"),
    ]


TRACK = f"{SECTION}/index.md"
LACKING = [
    *((LESSON, field) for field in ("description", "able", "needs", "related")),
    *((TRACK, field) for field in ("description", "subject", "course")),
]


def without(page: str, field: str) -> tuple[str, str]:
    kind = "track" if page == TRACK else "lesson"
    return kind, re.sub(rf"^{field}:.*\n", "", PAGES[page], flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("faults", "field"),
    [(without(*lacking), lacking[1]) for lacking in LACKING],
    ids=[f"{field} of {page}" for page, field in LACKING],
    indirect=["faults"],
)
def test_front_matter_that_lacks_a_field_stops_the_build(field: str, faults: list[Fault]):
    (fault,) = faults
    assert fault.says.startswith(f"its front matter lacks {field} (")


ABLE = "able: [do it]"
NO_YAML, IN_ABLE = "its front matter is no YAML: ", "in its front matter able should be a list"
ABOVE = "above its front matter nothing"
GIVEN = "what its front matter says is given are numbers, each with a reason"
# What stands in place of a line of the front matter, as a rule of that of `able`; the line that is named, and what is said.
FRONT = {
    "a colon without quotes": (
        "able: foo: bar",
        3,
        NO_YAML + "mapping values are not allowed here",
    ),
    "an open bracket": ("needs: [nothing", 5, NO_YAML, "needs: [nothing]"),
    "a number given without a reason": (f"{ABLE}\ngiven: [2027]", 4, GIVEN),
    "a number given that stands nowhere": (
        f"{ABLE}\ngiven: {{2027: the year}}",
        4,
        "its front matter says that 2027 is given, which its words do not name",
    ),
    "a misspelt field": (
        f"{ABLE}\nhidde: [toc]",
        4,
        "its front matter says 'hidde'; did you mean 'hide'?",
    ),
    "an empty list": ("able: []", 3, IN_ABLE),
    "markup in a list": ("able: ['do $x$']", 3, IN_ABLE),
    "a search without names": (
        f"{ABLE}\nsearch: 5",
        4,
        "in its front matter search should be names and values",
    ),
    "a field twice": (f"{ABLE}\nable: [do that]", 4, "its front matter says able twice"),
    "a date that is none": (f"{ABLE}\ndate: 2026-13-45", 1, NO_YAML + "month must be in 1..12"),
    "words for a list": (
        "able: do it",
        3,
        f"{IN_ABLE}: what the learner will be able to do; it is no list: 'do it'",
    ),
    "words with a colon in a list": (
        "able:\n  - words: with a colon",
        3,
        f"{IN_ABLE}: what the learner will be able to do; {{'words': 'with a colon'}} is no text: words with a colon",
    ),
    "a list for words": (
        "description: [A lesson]",
        2,
        "in its front matter description should be one line",
        "description: A lesson.",
    ),
    "a field that nothing reads": (
        f"{ABLE}\nlevel: hard",
        4,
        "its front matter says 'level', which nothing",
    ),
    "a draft in quotes": (
        'draft: "false"',
        6,
        "in its front matter draft should be true or false",
        "draft: true",
    ),
    "another title than that of nav": (
        f"{ABLE}\ntitle: Another",
        4,
        "its front matter says the title 'Another', and nav 'The ",
    ),
    "what cannot be hidden": (
        f"{ABLE}\nhide: [navigaton]",
        4,
        "in its front matter hide should be a list",
    ),
    "a list with one thing twice": (
        "able: [do it, do it]",
        3,
        "in its front matter able should be a list",
    ),
    "what is to be done": (
        "description: TODO",
        2,
        "in its front matter description should",
        "description: A lesson.",
    ),
    "a line above it": ("\n---\ndesc", 2, ABOVE, "---\ndesc"),
    "words above it": ("Words.\n\n---\ndesc", 3, ABOVE, "---\ndesc"),
    "another below it": ("---\nhide: [toc]\n---\n", 9, ABOVE, "The power"),
    "no end": ("draft: true", 1, "its front matter is never closed", "draft: true\n---"),
}


def in_front(new: str, line: int, says: str, old: str = ABLE) -> tuple:
    return ("lesson", changed(PAGES[LESSON], old, new)), line, says


# A page that is wrong as a whole, the line that is named, and what is said first.
WHOLE = {name: in_front(*row) for name, row in FRONT.items()} | {
    "a note": (
        ("lesson", "Note: the first lines.\n\n# Home\n"),
        1,
        "its first line would be taken for front matter",
    ),
    "a day that is still to come": (
        ("post", "---\ndate: 2999-01-02\n---\n\n# A post\n\nOne.\n\n<!-- more -->\n"),
        2,
        "its date 2999-01-02 is still to come",
    ),
    "a related lesson that is not there": (
        ("lesson", changed(PAGES[LESSON], f"[{LESSON}]", f"[{SECTION}/other.md]")),
        0,
        f"its front matter names '{SECTION}/other.md' as related",
    ),
}


@pytest.mark.parametrize(("faults", "line", "says"), WHOLE.values(), ids=WHOLE, indirect=["faults"])
def test_wrong_front_matter_stops_the_build(line: int, says: str, faults: list[Fault]):
    (fault,) = faults
    assert fault.line == line
    assert fault.says.startswith(says)


NAMED = changed(PAGES[LESSON], "able:", "given: {2027: a year}\nable:")


@pytest.mark.parametrize(
    "shown",
    [("lesson", changed(NAMED, "true\n---\n", "true\n...\n") + "\nIn 2027.\n")],
    indirect=True,
    ids=["dots"],
)
def test_front_matter_may_end_in_dots(shown: Page):
    assert "In 2027." in shown.soup.article.get_text()


ASK = f"/// exercise | γ\nAsk.\n\n- answer `x` exactly:\n\n/// solution\n{fence('x = 1')}\n///"


@shows(f"## α\n\n## β\n\n{ASK}\n\nSee [α](#α), [β](#β) and [γ](#γ).")
def test_headings_and_exercises_without_latin_letters_have_anchors_of_their_own(shown: Page):
    assert {"α", "β", "γ"} <= {tag["id"] for tag in shown.soup.select("article [id]")}


def post(slug: str, excerpt: str = "") -> tuple[str, str]:
    head = f"---\ndate: 2026-01-02\ndescription: One.\nslug: {slug}\n---\n"
    return "post", f"{head}\n# One\n\n{excerpt}\n\n<!-- more -->\n"


POSTS = {
    "a block in the excerpt": (post("a", fence("1")), 9, "a block belongs below"),
    "a figure in the excerpt": (
        post("b", fence(drawing(), ALT)),
        9,
        "a block belongs below <!-- more -->",
    ),
    "an exercise in the excerpt": (
        post("c", "Ask.\n\n/// exercise | Of it\n///"),
        11,
        "an exercise belongs below <!-- more -->",
    ),
    "no headline": (
        ("post", "---\ndate: 2026-01-02\nslug: d\n---\n\nWords.\n\n<!-- more -->\n"),
        6,
        "a post begins with",
    ),
    "a slug that leads out of the site": (
        post("../../x"),
        0,
        "its address blog/../../x/index.html",
    ),
    "a slug of another page": (post("../tutorials"), 0, "its address blog/../tutorials/index.html"),
}


@pytest.mark.parametrize(("faults", "line", "says"), POSTS.values(), ids=POSTS, indirect=["faults"])
def test_a_post_that_the_blog_cannot_show_stops_the_build(line, says, faults: list[Fault]):
    assert faults[0].line == line
    assert faults[0].says.startswith(says)


def test_two_posts_of_one_address_stop_the_build(project: Project):
    for name, slug in (("one", "Two"), ("two", "two")):
        project.write(f"docs/blog/posts/{name}.md", post(slug, "Words and $x$.")[1])
    said = stopped(project, "-q")
    assert "blog/posts/one.md" in said
    assert "that of blog/posts/" in said


MISPLACED = {
    "too deep": (f"{SECTION}/more/deep.md", "          - Deep: {}\n"),
    "too deep, in a section": (
        f"{SECTION}/more/deep.md",
        "          - M:\n              - D: {}\n",
    ),
    "beside its track": ("tutorials/beside.md", "          - Beside: {}\n"),
    "beside its track in nav": (f"{SECTION}/beside.md", "      - Beside: {}\n"),
    "outside of tutorials": ("about/beside.md", "          - Beside: {}\n"),
    "a lab too deep": ("labs/more/deep.md", "      - Labs:\n          - Deep: {}\n"),
}


@pytest.mark.parametrize(("path", "nav"), MISPLACED.values(), ids=MISPLACED.keys())
def test_a_lesson_that_no_list_would_show_stops_the_build(path: str, nav: str):
    config, listed = MkDocsConfig(), yaml_load(NAV + nav.format(path))["nav"]
    config.load_dict({"site_name": "A Site", "nav": listed})
    pages = [File(name, "docs", "site", True) for name in sources(listed)]
    with pytest.raises(BuildError, match=f"^{path}: .*a lesson "):
        Course(get_navigation(Files(pages), config))


def test_a_lesson_that_nav_names_twice_or_the_settings_leave_out_stops_the_build(project: Project):
    nav = project.read("mkdocs.yml")
    project.write("mkdocs.yml", f"{nav}          - Again: {LESSON}\n")
    assert f"nav names {LESSON} more than once" in stopped(project, "-q")
    project.write("mkdocs.yml", f"{nav}exclude_docs: {LESSON}\n")
    assert f"nav names {LESSON}, which exclude_docs" in stopped(project, "-q")


SETTINGS = {
    "pages that are files": ("use_directory_urls: false\n", "take out use_directory_urls"),
    "without plugins": ("plugins: []\n", "the pages need the plugin material/search, "),
    "without extensions": (
        "markdown_extensions: [pymdownx.superfences]\n",
        "the pages need the Markdown extension admonition, ",
    ),
}


@pytest.mark.parametrize(("setting", "says"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting_that_the_pages_cannot_do_without_stops_the_build(
    setting: str, says: str, project: Project
):
    project.write("mkdocs.yml", project.read("mkdocs.yml") + setting)
    assert says in stopped(project, "-q")


def test_a_build_without_its_hooks_says_so(project: Project):
    project.write("mkdocs.yml", project.read("mkdocs.yml") + "hooks: []\n")
    done = project.build("-q")
    assert done.returncode != 0
    assert "mkdocs.yml: the pages need hooks: [scripts/hooks.py]" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_lesson_must_be_in_nav_and_in_docs(project: Project):
    (project.folder / "docs" / LESSON).rename(project.folder / f"docs/{SECTION}/forgotten.md")
    for flags in MODES:
        said = stopped(project, *flags)
        assert f"{SECTION}/forgotten.md" in said
        assert f"'{LESSON}' is included in the 'nav'" in said


def test_a_first_build_that_fails_publishes_nothing(project: Project):
    (project.folder / "site").rename(project.folder / "elsewhere")
    project.lesson(fence("1 / 0"))
    assert project.build("-q", "--no-strict").returncode != 0
    assert not (project.folder / "site").exists()
