"""What one can take along is there, and the page "Use this code" says all of it, for every function."""

import ast
import re

from kit import PUBLISHED, ROOT, Page, Project, Site
from test_pages import resolve

from scripts.html.reference import entries, entries_of
from scripts.text import reading

SNIPPETS = ROOT / "snippets"
LESSON = "tutorials/calculus-for-optimization/gradient-descent/"


def menu(page: Page):
    return page.soup.select_one(".lesson-head details.take")


def downloads(page: Page) -> dict[str, str]:
    """The files that the menu offers: their names on the site, and what the reader's are called."""
    links = menu(page).select("a[download]")
    return {resolve(page, link["href"])[0]: link["download"] for link in links}


def test_each_lesson_offers_its_notebook_its_program_and_every_listing(site: Site):
    for page in site.lessons:
        name = page.url.rstrip("/").rpartition("/")[2]
        wanted = [f"{name}.ipynb", f"{name}.py"]
        wanted += [f"{name}-{number:02}.py" for number in range(1, len(page.listings) + 1)]
        assert list(downloads(page).values()) == wanted
        assert list(downloads(page)) == [page.url + file for file in wanted]
        assert set(downloads(page)) <= set(site.files)


def test_a_listing_to_take_is_called_after_its_functions(site: Site):
    for page in site.lessons:
        for link, listing in zip(menu(page).select("ol a"), page.listings, strict=True):
            names = [
                a.get_text() for a in listing.tag.select(".listing__sources span > a:first-child")
            ]
            names = [name.removesuffix(".py") for name in names if name != "five_points.py"]
            assert link.get_text() == (", ".join(names) or "a few lines of its own")


def test_a_size_in_the_menu_is_that_of_the_file(site: Site):
    for page in site.lessons:
        for item in menu(page).select("ul > li"):
            file = resolve(page, item.a["href"])[0]
            size = round(len(site.files[file]) / 1000)
            assert f", {size} kB: " in item.get_text()


def test_without_a_repository_on_github_nothing_leads_to_another_host(site: Site, published: Site):
    for page in site.lessons + published.lessons:  # the latter's is elsewhere
        assert not menu(page).select('a[href^="http"]')


def test_with_one_the_notebook_opens_in_colab_and_binder_from_its_branch(project: Project):
    built = project.built(REPO_URL="https://github.com/you/course")
    (page,) = built.lessons
    path = f"{page.url}lesson.ipynb"
    assert path in built.files
    links = {link.get_text(): link["href"] for link in menu(page).select('a[href^="http"]')}
    assert links == {
        "Open in Colab": f"https://colab.research.google.com/github/you/course/blob/notebooks/{path}",
        "Open in Binder": "https://mybinder.org/v2/gh/you/course/notebooks?labpath="
        + path.replace("/", "%2F"),
    }


def test_a_notebook_names_its_source_where_there_is_one(site: Site, published: Site):
    for page in site.lessons:
        name = page.url + page.url.rstrip("/").rpartition("/")[2]
        for ending in (".ipynb", ".py", "-01.py"):
            assert PUBLISHED + page.url in published.files[name + ending].decode()
            assert "MIT licence" in site.files[name + ending].decode()
            assert "Copyright (c) 2026" in site.files[name + ending].decode()
            assert "calculus.example" not in site.files[name + ending].decode()
            assert not re.search(r"\]\((?!https://)", published.files[name + ending].decode())


def test_an_edit_changes_what_one_takes(project: Project):
    name = "tutorials/calculus-for-optimization/lesson/lesson.ipynb"
    before = project.built().files[name].decode()
    project.edit("snippets/differentiation/square.py", "return x**2", "return x**2 + 1")
    after = project.built().files[name].decode()
    assert "the square of 3 is 9.0" in before
    assert "the square of 3 is 10.0" in after
    assert "return x**2 + 1" in after


def test_the_copy_for_a_folder_has_the_files_too(project: Project):
    built = project.built(OFFLINE="1")
    (page,) = built.lessons
    assert len(downloads(page)) == 3
    assert set(downloads(page)) <= set(built.files)


# --- the list of functions --------------------------------------------------------------------------


def public(tree: ast.Module) -> list[str]:
    """The names that a module offers, by a rule of its own."""
    names = [node.name for node in tree.body if hasattr(node, "name")]
    names += [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)]
    return sorted(name for name in names if name[0] != "_")


def test_every_function_and_constant_is_listed_with_its_source_tests_and_lessons(site: Site):
    page = site.pages["use/"]
    files = [path for path in reading.found(SNIPPETS, "**/*.py") if path.name != "__init__.py"]
    anchors = []
    for path in files:
        address = f"code/{path.relative_to(SNIPPETS).with_suffix('').as_posix()}/index.html"
        used = {
            lesson.url
            for lesson in [*site.lessons, *site.labs]
            if lesson.soup.select(
                f'.listing__sources a[href$="{address.removesuffix("index.html")}"]'
            )
        }
        for name in public(ast.parse(path.read_text("utf-8"))):
            anchors.append(f"{path.stem}.{name}")
            heading = page.soup.find(id=anchors[-1])
            assert heading, anchors[-1]
            links = [resolve(page, a["href"]) for a in heading.find_next_sibling().select("a")]
            assert links[:2] == [(address, ""), (address, "test")], anchors[-1]
            assert {file.removesuffix("index.html") for file, _ in links[2:]} == used, anchors[-1]
    assert sorted(tag["id"] for tag in page.soup.select("h4")) == sorted(anchors)
    assert len(anchors) > 40


def test_every_function_and_constant_says_what_it_is():
    silent = [
        f"snippets/{entry.file}, line {entry.line}: {entry.name} has no docstring; its first line is its formula"
        for entry in entries()
        if not entry.says
    ]
    assert not silent


def test_signatures_and_formulas_are_those_of_the_code(site: Site):
    page = site.pages["use/"]
    shown = {tag["id"]: tag for tag in page.soup.select("h4")}

    def words(tag) -> str:
        return " ".join(tag.get_text(" ").rstrip(" #").split())

    descent = shown["gradient_descent.gradient_descent"]
    assert words(descent) == "gradient_descent(grad, x0, lr, steps)"
    said = words(descent.find_next_sibling())
    assert said.startswith(
        "xₖ₊₁ = xₖ − lr·∇f(xₖ) x0 has shape (n,) and grad(x) returns shape (n,)."
    )
    assert "Raises: ValueError unless lr is positive and finite, steps" in said
    assert words(shown["bowl.f"]) == "bowl.f(x, y)"  # others are called f too
    stochastic = shown["stochastic_gradient_descent.stochastic_gradient_descent"]
    assert words(stochastic).endswith("(grad, x0, lr, data_size, batch_size, epochs, seed)")
    assert words(shown["five_points.y"].find_next_sibling()).startswith("Five points near a line")


def test_only_what_is_public_is_listed(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        "_n = 1\n# Two.\nn = m = 2\n\n\ndef _g():\n    pass\n\n\n"
        "def g(\n    a,\n    b=(1, 2),\n):\n    'A g.'\n\n\nclass C(dict):\n    'A C.'\n"
    )
    found = [(entry.name, entry.signature, entry.says) for entry in entries_of(path, "x/a.py")]
    constants = [("n", "n = m = 2", "Two."), ("m", "n = m = 2", "Two.")]
    assert found == [*constants, ("g", "g(a, b=(1, 2))", "A g."), ("C", "C(dict)", "A C.")]


def test_search_finds_a_function_by_its_name_and_by_what_it_says(site: Site):
    found = {entry["location"]: entry for entry in site.search_index}
    entry = found["use/#central_difference.central_difference"]
    assert entry["title"].startswith("central_difference(f, x, h=1e-5)")
    assert "0 on quadratics" in entry["text"]
    assert "its tests" not in entry["text"]


def test_citing_and_licences_are_said_once(site: Site):
    told = [url for url, page in site.pages.items() if "@misc{" in page.soup.get_text()]
    assert told == ["use/"]
    links = {
        resolve(site.pages["about/"], a["href"])
        for a in site.pages["about/"].soup.select("a[href]")
    }
    assert ("use/index.html", "cite") in links
