"""The bill of materials: whose work is published, which version, under which licence, in which files.

    python -m scripts.vendor.bill        look at the built site: nothing of others is in it that the bill does not name

It is made when the site is built, of what is there: thirdparty.json and runtime.json, the metadata of the theme and the
wheels, and the source maps of the theme's scripts, which name what is bundled in them. `legal/sbom.json` is for programs
(CycloneDX 1.6), the page `legal/third-party/` for people, and the licences' texts lie beside it.
"""

import html
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import Parser
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

from scripts.text.cache import ROOT
from scripts.text.context import SNIPPETS
from scripts.vendor import thirdparty

TEXTS = Path(__file__).with_name("licences")  # of what brings none with it
BUNDLED = Path(__file__).with_name(
    "bundled.json"
)  # what was found in the theme's scripts, and its licence
PAGE, SBOM, FOLDER = "legal/third-party/index.md", "legal/sbom.json", "legal/licences"
PACKED = r"assets/stylesheets/.*"  # one file of the theme's styles, KaTeX's and ours
# What a build writes of our own. A file that is neither here nor in the bill is somebody's, and the check asks whose.
OWN = re.compile(
    rf"(.*/)?[\w.-]*\.html|(feed|sitemap)\.xml|robots\.txt|sw\.js|\.built|javascripts/.*|search/.*|{SBOM}|{PACKED}"
    r"|(tutorials|labs)/.*\.(ipynb|py|json)|stylesheets/.*|assets/(run|cards)/.*|assets/javascripts/workers/later\.\w+\.min\.js"
)
# Wheels whose metadata names their licence in words, as SPDX writes it.
SPDX = {
    "contourpy": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "LicenseRef-Matplotlib",  # like Python's own
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "six": "MIT",
}
ROLES = {"numpy": "the arrays of the listings", "matplotlib": "the figures of the listings"}
ICONS = {  # of the theme's sets those that its pages use
    "material": ("Material Design Icons", "Apache-2.0", "https://pictogrammers.com/library/mdi/"),
    "fontawesome": ("Font Awesome Free", "CC-BY-4.0", "https://fontawesome.com/"),
    "octicons": ("Octicons", "MIT", "https://primer.style/octicons/"),
}


@dataclass
class Part:
    """Somebody's work."""

    name: str
    version: str
    licence: str  # as SPDX writes it
    source: str
    role: str
    group: str
    files: str  # a pattern of the published files that hold it
    text: str  # the address of the licence's text
    made: bytes | None = field(default=None, repr=False)  # that text, if the bill publishes it
    purl: str = ""

    @property
    def ref(self) -> str:
        return self.purl or f"part:{self.name.lower().replace(' ', '-')}"


EVERY, FORMULAS, DATA = "On every page", "The formulas", "Data"
RUN = "To run and edit code"
PENGUIN_FILES = r"labs/.*penguins.*\.(ipynb|py|json)|code/datasets/penguins\.csv"
PENGUINS = SNIPPETS / "datasets" / "penguins.txt"  # where they come from, and their licence


def parts(katex: Path, python=None) -> list[Part]:
    """All of them; `python` is what runtime.py publishes, if this build does."""
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    made = [*theme(), *formulas(pins["katex"], katex), *data()]
    return [*made, *(running(pins, python) if python else ())]


def theme() -> Iterator[Part]:
    name = "mkdocs-material"
    found = distribution(name)
    folder = Path(str(found.locate_file("material/templates")))
    files = r"assets/javascripts/(bundle|workers/search)\.\w+\.min\.js(\.map)?"
    yield text_of(
        Part(
            *("Material for MkDocs", found.version, found.metadata["License-Expression"]),
            *(
                "https://github.com/squidfunk/mkdocs-material",
                "the frame of the pages, and the search",
            ),
            *(EVERY, rf"{files}|assets/images/favicon\.png|{PACKED}", ""),
            purl=f"pkg:pypi/{name}@{found.version}",
        ),
        Path(str(found.locate_file(f"mkdocs_material-{found.version}.dist-info/licenses/LICENSE"))),
    )
    known = json.loads(BUNDLED.read_text("utf-8"))
    for package, (digest, where) in bundled(folder / "assets").items():
        told = known.get(package, {})
        same = digest == told.get("sha256")
        version = told.get("version", "") if same else ""
        part = Part(
            *(package, version, told.get("licence", ""), told.get("source", "")),
            *("bundled in the theme", EVERY, PACKED if where.startswith("style") else files, ""),
            purl=f"pkg:npm/{package}" + (f"@{version}" if version else ""),
        )
        yield text_of(part, TEXTS / f"{package}.txt")
    for name, (title, licence, source) in ICONS.items():
        (text,) = (folder / ".icons" / name).glob("LICENSE*")
        part = Part(title, "", licence, source, "some icons", EVERY, r".*\.html|" + PACKED, "")
        yield text_of(part, text)


def bundled(assets: Path) -> dict[str, tuple[str, str]]:
    """The packages in the theme's scripts and styles: a sum of what is there of each, and where."""
    found: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    for path in sorted(assets.rglob("*.map")):
        listed = json.loads(path.read_text("utf-8"))
        texts = listed.get("sourcesContent") or [""] * len(listed["sources"])
        for name, text in zip(listed["sources"], texts, strict=True):
            if match := re.search(r"node_modules/((?:@[^/]+/)?[^/]+)/", name):
                found.setdefault(match[1], []).append(f"{name}\0{text}")
                where[match[1]] = path.relative_to(assets).as_posix()
    return {
        package: (sha256("\0".join(sorted(texts)).encode()).hexdigest(), where[package])
        for package, texts in sorted(found.items())
    }


def formulas(pin: dict, folder: Path) -> Iterator[Part]:
    made = (
        "KaTeX",
        pin["version"],
        pin["licence"],
        "https://katex.org/",
        "sets the formulas; its style",
    )
    purl = f"pkg:npm/katex@{pin['version']}"
    at = "assets/katex/LICENSE"
    yield Part(*made, FORMULAS, rf"{at}|assets/katex/katex\.min\.css|{PACKED}", at, purl=purl)
    part = Part(
        *("KaTeX fonts", pin["version"], "OFL-1.1", "https://github.com/KaTeX/katex-fonts"),
        *("the letters of the formulas, without those that none uses", FORMULAS),
        *(r"assets/katex/fonts/.*", ""),
    )
    yield text_of(part, TEXTS / "katex-fonts.txt")


def data() -> Iterator[Part]:
    part = Part(
        *("Palmer penguins", "0.1.6", "CC0-1.0", "https://allisonhorst.github.io/palmerpenguins/"),
        *("the table of a lab", DATA, PENGUIN_FILES, ""),
        purl="pkg:pypi/palmerpenguins@0.1.6",
    )
    if PENGUINS.is_file():
        yield text_of(part, PENGUINS)


def running(pins: dict, python) -> Iterator[Part]:
    at = re.escape(python.address)
    text = f"{python.address}licences.txt"
    listed = json.loads(python.files["pyodide-lock.json"])["info"]
    shipped = (
        python.editor.parent / f"pyodide-{python.version}"
    )  # ours are packed as Python 3.14 alone can read
    core = rf"{at}(pyodide.*|licences\.txt)"
    yield Part(
        *("Pyodide", python.version, "MPL-2.0", "https://github.com/pyodide/pyodide"),
        *("Python for the browser", RUN, core, text),
        purl=f"pkg:npm/pyodide@{python.version}",
    )
    yield Part(
        *("Python", listed["python"], "PSF-2.0", "https://www.python.org/"),
        *("the language and its library, without parts that no page uses", RUN),
        *(rf"{at}(python_stdlib\.zip|pyodide\.asm\.wasm)", text),
        purl=f"pkg:generic/python@{listed['python']}",
    )
    version = listed["platform"].removeprefix("emscripten_").replace("_", ".")
    part = Part(
        *(
            "Emscripten",
            version,
            "MIT",
            "https://emscripten.org/",
            "lets Python run in a browser",
            RUN,
        ),
        *(rf"{at}pyodide\.asm\..*", ""),
        purl=f"pkg:generic/emscripten@{version}",
    )
    yield text_of(part, TEXTS / "emscripten.txt")
    for name in sorted(name for name in python.files if name.endswith(".whl")):
        yield from wheel(shipped / name, at, text)
    pin = pins["prism-code-editor"]
    yield Part(
        *(
            "Prism code editor",
            pin["version"],
            pin["licence"],
            "https://prism-code-editor.netlify.app/",
        ),
        *(
            "where a listing is edited; with parts of Prism",
            RUN,
            "assets/editor/.*",
            "assets/editor/LICENSE",
        ),
        purl=f"pkg:npm/prism-code-editor@{pin['version']}",
    )


def wheel(path: Path, at: str, text: str) -> Iterator[Part]:
    with zipfile.ZipFile(path) as archive:
        (listed,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(archive.read(listed).decode())
    name, version = told["Name"], told["Version"]
    links = dict(link.split(", ", 1) for link in told.get_all("Project-URL", ()))
    links = {key.lower(): link for key, link in links.items()}
    named = ("source", "source code", "repository", "homepage")
    source = next(
        filter(None, map(links.get, named)),
        told["Home-page"] or f"https://pypi.org/project/{name}/",
    )
    licence = told["License-Expression"] or SPDX.get(name.lower(), "")
    part = Part(
        name,
        version,
        licence,
        source,
        ROLES.get(name, "Matplotlib needs it"),
        RUN,
        at + re.escape(path.name),
        text,
    )
    part.purl = f"pkg:pypi/{name.lower()}@{version}"
    yield part
    if name.lower() == "matplotlib":
        for font, licence, source in (
            ("DejaVu fonts", "Bitstream-Vera", "https://dejavu-fonts.github.io/"),
            ("STIX fonts", "LicenseRef-STIX", "https://www.stixfonts.org/"),
        ):
            yield Part(font, "", licence, source, "in Matplotlib", RUN, part.files, text)


def text_of(part: Part, path: Path) -> Part:
    """The part with the text of its licence, if it is there."""
    if path.is_file():
        part.text = f"{FOLDER}/{part.name.lower().replace(' ', '-')}.txt"
        part.made = path.read_bytes().replace(b"\r\n", b"\n")
    return part


# --- what is published ----------------------------------------------------------------------------


def pages(parts: list[Part]) -> Iterator[tuple[str, bytes]]:
    """The page for people, and the licences' texts."""
    yield PAGE, page(parts).encode()
    yield from ((part.text, part.made) for part in parts if part.made)


def page(parts: list[Part]) -> str:
    lines = [
        "---\ntitle: Other people's work\ndescription: Whose work this site publishes, in which version, under which licence.",
        "hide: [navigation]\n---\n",
        "# Other people's work\n",
        "This list was made when the site was built, of what is in it. "
        'For programs it is a <a href="../sbom.json">bill of materials</a> (CycloneDX 1.6), '
        "with each file and its SHA-256. What is not listed is our own.\n",
    ]
    for group in dict.fromkeys(part.group for part in parts):
        lines += [f"## {group}\n"]
        for part in (part for part in parts if part.group == group):
            name = html.escape(f"{part.name} {part.version}".strip())
            licence = part.licence.replace("LicenseRef-", "").replace("-", "‑")
            lines.append(
                f'- <a href="{part.source}">{name}</a>, {part.role}. '
                f'Licence: <a href="../../{part.text}">{html.escape(licence)}</a>'
            )
        lines.append("")
    return "\n".join(lines)


def sbom(parts: list[Part], site: Path, name: str) -> str:
    """The bill as CycloneDX has it; nothing in it is of the hour or by chance."""
    files = {
        path.relative_to(site).as_posix(): path
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
    components = []
    for part in parts:
        pattern = re.compile(part.files)
        held = [file for file in files if not file.endswith(".html") and pattern.fullmatch(file)]
        component = {
            "type": "library",
            "bom-ref": part.ref,
            "name": part.name,
            "version": part.version,
            "description": part.role,
            "licenses": [licence(part.licence)],
            "purl": part.purl,
            "externalReferences": [
                {"type": "website", "url": part.source},
                {"type": "license", "url": f"../{part.text}"},
            ],
            "components": [
                {
                    "type": "file",
                    "bom-ref": f"{part.ref}#{file}",
                    "name": file,
                    "hashes": [
                        {"alg": "SHA-256", "content": sha256(files[file].read_bytes()).hexdigest()}
                    ],
                }
                for file in held
            ],
        }
        components.append({key: value for key, value in component.items() if value})
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "site", "name": name}},
        "components": components,
        "dependencies": [{"ref": "site", "dependsOn": [part.ref for part in parts]}],
    }
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def licence(expression: str) -> dict:
    return {"expression": expression} if " " in expression else {"license": {
        "name" if expression.startswith("LicenseRef-") else "id": expression.removeprefix("LicenseRef-")
    }}  # fmt: skip


# --- looked at ------------------------------------------------------------------------------------


def problems(site: Path) -> list[str]:
    """What is published and not in the bill, and what the bill does not know of what it names."""
    bill = json.loads((site / SBOM).read_text("utf-8"))
    claimed, found = {}, []
    for part in bill["components"]:
        name, links = (
            part["name"],
            {link["type"]: link["url"] for link in part["externalReferences"]},
        )
        if not any(part["licenses"][0].get("license", part["licenses"][0]).values()):
            found.append(
                f"{name} has no licence: scripts/vendor/bundled.json or bill.py should know it"
            )
        text = links["license"].removeprefix("../")
        if not text or not (site / text).is_file():
            found.append(f"the text of {name}'s licence is not published ({text or 'none'})")
        if part.get("purl", "").startswith("pkg:npm/") and "version" not in part:
            found.append(
                f"{name} in the theme is another version than scripts/vendor/bundled.json knows"
            )
        claimed |= {
            file["name"]: file["hashes"][0]["content"] for file in part.get("components", ())
        }
    texts = {link["url"] for part in bill["components"] for link in part["externalReferences"]}
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        if name in claimed:
            if sha256(path.read_bytes()).hexdigest() != claimed[name]:
                found.append(f"{name} is another file than the bill says")
        elif not OWN.fullmatch(name) and f"../{name}" not in texts:
            found.append(
                f"whose is {name}? Neither the bill nor OWN in scripts/vendor/bill.py knows it"
            )
    return found


def main() -> int:
    site = ROOT / "site"
    if not (site / SBOM).is_file():
        print("there is no site/ with a bill: run python -m mkdocs build")
        return 1
    found = problems(site)
    print("\n".join(found) or "every published file has its bill, every part its licence")
    listed = json.loads((site / SBOM).read_text("utf-8"))["components"]
    files = (ROOT / "requirements.txt", *(ROOT / "tests").glob("**/*.txt"))
    pins = "".join(path.read_text("utf-8") for path in files)
    pinned = set(re.findall(r"^[\w.-]+(?=.*==)", pins, re.MULTILINE))
    said = f"{len(pinned)} packages pinned by version and hash; {len(listed)} published works with licence, "
    said += f"{sum(len(part.get('components', ())) for part in listed)} of their files by hash"
    print(said)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
