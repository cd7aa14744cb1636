"""The bill of materials: whose work is published, which version, under which licence, in which files.

    python -m scripts.vendor.bill        look at the built site: nothing of others is in it that the bill does not name

It is made when the site is built, of parts.toml and what is there: thirdparty.json, the metadata of the theme and the wheels,
and the source maps of the theme's scripts, which name what is bundled in them. `legal/sbom.json` is for programs (CycloneDX
1.6), the page `legal/third-party/` for people, and the licences' texts lie beside it.
"""

import html
import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import Parser
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

from scripts.text.cache import ROOT
from scripts.vendor import thirdparty

HERE = Path(__file__).parent
KNOWN = tomllib.loads((HERE / "parts.toml").read_text("utf-8"))
PAGE, SBOM, FOLDER = "legal/third-party/index.md", "legal/sbom.json", "legal/licences"
SCRIPTS = r"assets/javascripts/(bundle|workers/search)\.\w+\.min\.js(\.map)?"  # the theme's
PACKED = r"assets/stylesheets/.*"  # one file of the theme's styles, KaTeX's and ours


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


def parts(katex: Path, python=None) -> list[Part]:
    """All of them; `python` is what runtime.py publishes, if this build does."""
    theme = distribution("mkdocs-material")
    text = theme.locate_file(f"mkdocs_material-{theme.version}.dist-info/licenses/LICENSE")
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    known = {name: pin["version"] for name, pin in pins.items()}
    known |= {"scripts": SCRIPTS, "packed": PACKED, "material-text": str(text)}
    known |= {"material": theme.version, "material-licence": theme.metadata["License-Expression"]}
    if python:
        info = json.loads(python.files["pyodide-lock.json"])["info"]
        known |= {"at": re.escape(python.address), "licences": f"{python.address}licences.txt"}
        known["python"] = info["python"]
        known["emscripten"] = info["platform"].removeprefix("emscripten_").replace("_", ".")
    several = {
        "bundled": lambda: packages(Path(str(theme.locate_file("material/templates/assets")))),
        "icons": lambda: icons(Path(str(theme.locate_file("material/templates/.icons")))),
        "wheels": lambda: wheels(python, known) if python else (),
    }
    made = []
    for entry in KNOWN["part"]:
        if "each" in entry:
            made += several[entry["each"]]()
        elif python or entry["group"] != RUN:
            fields = {
                field: re.sub(r"\{([a-z-]+)\}", lambda match: known[match[1]], text)
                for field, text in entry.items()
            }
            where = fields.pop("from", "")
            part = Part(**{"text": ""} | fields)
            if not where or (ROOT / where).is_file():
                made.append(text_of(part, ROOT / where) if where else part)
    return made


EVERY, RUN = "On every page", "To run and edit code"


def packages(assets: Path) -> Iterator[Part]:
    """What is bundled in the theme."""
    for name, (digest, where) in bundled(assets).items():
        told = KNOWN["bundled"].get(name, {})
        version = told.get("version", "") if digest == told.get("sha256") else ""
        files = PACKED if where.startswith("style") else SCRIPTS
        part = Part(
            *(name, version, told.get("licence", ""), told.get("source", "")),
            *("bundled in the theme", EVERY, files, ""),
            purl=f"pkg:npm/{name}" + (f"@{version}" if version else ""),
        )
        yield text_of(part, HERE / "licences" / f"{name}.txt")


def icons(folder: Path) -> Iterator[Part]:
    for name, told in KNOWN["icons"].items():
        (text,) = (folder / name).glob("LICENSE*")
        made = {"version": "", "role": "some icons", "group": EVERY, "text": ""}
        yield text_of(Part(**told | made, files=r".*\.html|" + PACKED), text)


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


def wheels(python, known: dict[str, str]) -> Iterator[Part]:
    # as they were shipped: ours are packed as Python 3.14 alone can read
    shipped = python.editor.parent / f"pyodide-{python.version}"
    for file in sorted(name for name in python.files if name.endswith(".whl")):
        yield from wheel(shipped / file, known["at"] + re.escape(file), known["licences"])


def wheel(path: Path, files: str, text: str) -> Iterator[Part]:
    """A wheel, and what is within it."""
    with zipfile.ZipFile(path) as archive:
        (listed,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(archive.read(listed).decode())
    name, version = told["Name"], told["Version"]
    links = dict(link.split(", ", 1) for link in told.get_all("Project-URL", ()))
    links = {key.lower(): link for key, link in links.items()}
    named = (links.get(key) for key in ("source", "source code", "repository", "homepage"))
    source = next(filter(None, named), told["Home-page"] or f"https://pypi.org/project/{name}/")
    licence = told["License-Expression"] or KNOWN["spdx"].get(name.lower(), "")
    role = KNOWN["roles"].get(name, "Matplotlib needs it")
    purl = f"pkg:pypi/{name.lower()}@{version}"
    yield Part(name, version, licence, source, role, RUN, files, text, purl=purl)
    for inner, (licence, source) in KNOWN["within"].get(name.lower(), {}).items():
        yield Part(inner, "", licence, source, f"in {name.title()}", RUN, files, text)


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
            found.append(f"{name} has no licence: scripts/vendor/parts.toml should know it")
        text = links["license"].removeprefix("../")
        if not text or not (site / text).is_file():
            found.append(f"the text of {name}'s licence is not published ({text or 'none'})")
        if part.get("purl", "").startswith("pkg:npm/") and "version" not in part:
            found.append(
                f"{name} in the theme is another version than scripts/vendor/parts.toml knows"
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
        elif not re.fullmatch("|".join(KNOWN["own"]), name) and f"../{name}" not in texts:
            found.append(
                f"whose is {name}? Neither the bill nor `own` in scripts/vendor/parts.toml knows it"
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
