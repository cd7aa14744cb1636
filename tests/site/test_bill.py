"""Everything of others that is published is in the bill of materials, with its licence; programs can read the bill."""

import json
import shutil

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from kit import Project, Site, copy_python

from scripts.vendor import bill, runtime, thirdparty


@pytest.fixture(scope="module")
def listed(site: Site) -> dict:
    return json.loads(site.files[bill.SBOM])


def test_the_bill_is_as_cyclonedx_wants_it(site: Site):
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(site.files[bill.SBOM].decode()) is None
    wrong = json.loads(site.files[bill.SBOM])
    wrong["components"][0]["licenses"] = [{"license": {"id": "no such licence"}}]
    assert validator.validate_str(json.dumps(wrong)) is not None


def test_nothing_of_others_is_published_that_the_bill_does_not_name(site: Site):
    assert bill.problems(site.folder) == []


def test_the_bill_names_what_the_project_takes_from_registries(listed: dict):
    known = {part["name"].lower(): part.get("version") for part in listed["components"]}
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    assert known["katex"] == pins["katex"]["version"]
    assert known["pyodide"] == pins["pyodide"]["version"]
    assert known["prism code editor"] == pins["prism-code-editor"]["version"]
    for name, package in runtime.pinned("lock")["packages"].items():
        assert known[name] == package["version"], name


def test_the_page_names_each_part_with_a_link_to_the_text_of_its_licence(site: Site, listed: dict):
    page = site.pages["legal/third-party/"]
    items = {item.get_text(): item for item in page.soup.select("article li")}
    for part in listed["components"]:
        name = f"{part['name']} {part.get('version', '')}".strip()
        (item,) = (item for text, item in items.items() if text.startswith(f"{name},"))
        text = item.select("a")[-1]["href"].removeprefix("../../")
        assert len(site.files[text]) > 100, f"{name}: {text}"
    assert len(items) == len(listed["components"])


@pytest.fixture
def built(project: Project) -> Site:
    return Site(project.folder / "site")


def test_a_file_that_nobody_answers_for_is_named(project: Project):
    project.write("docs/assets/vendor/chart.min.js", "/* somebody's */")
    assert bill.problems(project.built().folder) == [
        "whose is assets/vendor/chart.min.js? Neither the bill nor `own` in scripts/vendor/parts.toml knows it"
    ]


def test_a_file_that_was_exchanged_is_named(built: Site):
    (name,) = (
        name
        for name in built.files
        if name.startswith("assets/javascripts/bundle.") and name.endswith(".js")
    )
    (built.folder / name).write_text("something else")
    assert bill.problems(built.folder) == [f"{name} is another file than the bill says"]


def test_a_licence_whose_text_is_missing_is_named(built: Site):
    (built.folder / "legal/licences/rxjs.txt").unlink()
    (wrong,) = bill.problems(built.folder)
    assert "the text of rxjs's licence is not published" in wrong


@pytest.mark.parametrize(
    ("name", "to", "said"),
    [
        (
            "[bundled.rxjs]",
            "[bundled.rx]",
            ["rxjs has no licence", "rxjs in the theme is another version"],
        ),
        ("5b9a7850b5be12ce", "0", ["tslib in the theme is another version"]),
    ],
)
def test_what_is_new_in_the_theme_is_named(project: Project, name: str, to: str, said: list[str]):
    project.edit("scripts/vendor/parts.toml", name, to)
    found = bill.problems(project.built().folder)
    assert [line.split(":")[0].split(" than")[0] for line in found] == said


def test_a_copy_for_a_folder_and_a_site_without_python_have_their_bills(
    project: Project, built: Site
):
    assert bill.problems(built.folder) == []
    assert b"Pyodide" not in built.files[bill.SBOM]
    assert bill.problems(project.built(OFFLINE="1").folder) == []


def test_with_python_its_files_are_in_the_bill(project: Project, tmp_path):
    shutil.copytree(copy_python(tmp_path / "kept"), project.folder / ".cache", dirs_exist_ok=True)
    site = project.built()
    assert bill.problems(site.folder) == []
    files = {
        file["name"]
        for part in json.loads(site.files[bill.SBOM])["components"]
        for file in part.get("components", ())
    }
    wheels = {name for name in site.files if name.endswith((".whl", ".wasm", ".zip", ".mjs"))}
    assert len(wheels) > 10
    assert wheels <= files
