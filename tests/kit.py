"""What the tests share: projects to break on purpose, and a way to read a built site."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bs4 import BeautifulSoup
from mkdocs.utils.yaml import yaml_load

from scripts.html.exercise import OPPOSITES
from scripts.text import reading
from scripts.text.cache import FOLDER
from scripts.vendor import runtime, thirdparty

ROOT = Path(__file__).parent.parent
PUBLISHED = "https://calculus.example/a/course/"
REPOSITORY = "https://code.example/a/course"
SECTION = "tutorials/calculus-for-optimization"
LIMIT = 300  # seconds for what a test waits for: ten times what the longest, a build of the whole site, takes
LESSON = f"{SECTION}/lesson.md"


def fence(code: str, options: str = "") -> str:
    return f'```python exec="on"{options and " " + options}\n{code}\n```'


ALT = 'alt="A line that climbs from one to two."'


def views_report(counts: list[tuple[str, str, int]], first: str, last: str) -> str:
    """A report as GoAccess writes it, as far as a build reads it: of each method and address how often it was asked for."""
    rows = [{"hits": {"count": n}, "method": method, "data": at} for method, at, n in counts]
    general = {"start_date": first, "end_date": last}
    return json.dumps({"general": general, "requests": {"data": rows}})


def drawing(colour: str = "C0", more: str = "") -> str:
    return (
        f"import matplotlib.pyplot as plt\nplt.plot([1, 2], color={colour!r})\n{more}\nplt.show()"
    )


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def sources(entry) -> list[str]:
    """The pages of an entry of `nav`, in its order."""
    if isinstance(entry, str):
        return [entry]
    return [
        path
        for part in (entry.values() if isinstance(entry, dict) else entry)
        for path in sources(part)
    ]


# The addresses of all lessons and labs, in the order of nav. A test that says "every" takes them from here or from `Site`.
with (ROOT / "mkdocs.yml").open(encoding="utf-8") as settings:
    URLS = [re.sub(r"\.\w+$", "/", path) for path in sources(yaml_load(settings)["nav"])]
LESSONS = [url for url in URLS if re.fullmatch(r"tutorials/[^/]+/(?!index/)[^/]+/", url)]
LABS = [url for url in URLS if re.fullmatch(r"labs/(?!index/)[^/]+/", url)]

# A build in a test is not told the settings of whoever runs the tests, and reaches no registry.
NO_NETWORK = {
    "PIP_NO_INDEX": "1",
    "PIP_FIND_LINKS": "",
    "npm_config_registry": "http://127.0.0.1:9",
    "npm_config_fetch_retries": "0",
    "https_proxy": "http://127.0.0.1:9",
}
SETTINGS = {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": "", "REPO_URL": "", "OFFLINE": ""} | NO_NETWORK

# The smallest site that has all parts: a home page, the catalogue, a track and a lesson.
NAV = f"""\
INHERIT: whole.yml
nav:
  - Home: index.md
  - Tutorials:
      - tutorials/index.md
      - A Track:
          - {SECTION}/index.md
          - A Lesson: {LESSON}
"""
PAGES = {
    "index.md": "# Home\n",
    "blog/index.md": "# Blog\n",
    "tutorials/index.md": "# Tutorials\n",
    f"{SECTION}/index.md": """\
---
description: A track.
subject: A Subject
course: A Course
---
""",
    LESSON: f"""\
---
description: A lesson.
able: [do it]
needs: [nothing]
related: [{LESSON}]
draft: true
---

The power $x^2$ grows.

## A section

```python exec="on"
--8<-- "differentiation/square.py"
print("the square of 3 is", f(3.0))
```
""",
}

NO_WORKER = "from scripts.blocks import run\nrun.Worker.begin = None"  # a block that must run fails
ADDED = PAGES[LESSON].count("\n") + 2  # the line of the lesson at which a test adds something


@dataclass
class Project:
    """A copy of the checkout with the few pages of `PAGES`, where a test may change anything."""

    folder: Path

    def write(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def read(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, f"{path} has no {old!r} to change"
        self.write(path, text.replace(old, new))

    def lesson(self, addition: str) -> int:
        """Write the lesson with `addition` at its end; the number of lines before the addition."""
        self.write(f"docs/{LESSON}", PAGES[LESSON] + "\n" + addition + "\n")
        return PAGES[LESSON].count("\n") + 1

    def command(self, *arguments: str, before: str = "") -> list[str]:
        """`python -m mkdocs …`, with some Python run before it in the same process."""
        program = f"{before}\nfrom mkdocs.__main__ import cli\ncli()"
        how = ["-c", program] if before else ["-m", "mkdocs"]
        return [sys.executable, *how, *arguments]

    def build(
        self, *flags: str, before: str = "", **environment: str
    ) -> subprocess.CompletedProcess:
        """Build the site; its `stdout` holds all that the terminal shows."""
        return subprocess.run(
            self.command("build", *flags, before=before),
            cwd=self.folder,
            env=os.environ | SETTINGS | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
        )

    def built(self, *flags: str, **how: str) -> "Site":
        """Build the site, which must succeed."""
        done = self.build("-q", *flags, **how)
        assert done.returncode == 0, done.stdout
        return Site(self.folder / "site")

    def to_run(self, **environment: str) -> list[int]:
        """The blocks that a build of the project as it is has to run."""
        done = self.build("-q", before=NO_WORKER, **environment)
        needed = re.findall(r"block (\d+): the engine failed: TypeError", done.stdout)
        assert bool(needed) == bool(done.returncode), done.stdout
        return [int(block) for block in needed]


@dataclass
class Page:
    """A published page: its address from the site's root, and its HTML, as text and parsed."""

    url: str
    html: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")

    @cached_property
    def listings(self) -> list["Listing"]:
        found = self.soup.select(".listing:not(.exercise__editor)")  # which holds the reader's own
        return [Listing(self, tag) for tag in found]

    def code(self, tag) -> str:
        """The code within an element, with what a script takes from above."""

        def text(tag) -> str:
            if tag.name == "as-above":
                return self.soup.find(id=tag.a["href"][1:]).get_text().strip("\n")
            return tag if isinstance(tag, str) else "".join(map(text, tag.children))

        return "".join(map(text, tag.select("pre code")))

    @cached_property
    def outputs(self) -> str:
        """All that the blocks of the page print."""
        return "\n".join(tag.get_text() for tag in self.soup.select(".output samp"))


@dataclass
class Listing:
    """A listing as published: what the reader copies, and what the page says that it prints."""

    page: Page
    tag: object

    @property
    def id(self) -> str:
        return next(tag["id"] for tag in [self.tag, *self.tag.parents] if tag.get("id"))

    @property
    def text(self) -> str:
        return self.page.code(self.tag)

    @property
    def stdout(self) -> str:
        shown = self.tag.find_parent("figure") or self.tag  # a figure's numbers stand beside it
        return "".join(tag.get_text() for tag in shown.select(".output:not(.output--warning) samp"))

    @property
    def stderr(self) -> str:
        return "".join(tag.get_text() for tag in self.tag.select(".output--warning samp"))

    @property
    def figure(self):
        """The drawing that this listing is the code of, if it is."""
        figure = self.tag.find_parent("figure")
        return figure and figure.select_one("svg")

    def __str__(self) -> str:
        return f"{self.page.url}#{self.id}"


def unsealed(section) -> dict:
    """What the answer to an exercise is held against."""
    return json.loads(section["data-sealed"].translate(OPPOSITES))


@dataclass
class Site:
    """A built site."""

    folder: Path

    @cached_property
    def files(self) -> dict[str, bytes]:
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}

    @cached_property
    def search_index(self) -> list[dict]:
        """What search reads once one types."""
        (name,) = (
            name
            for name in self.files
            if re.fullmatch(r"search/search_index\.\w+\.min\.json", name)
        )
        return json.loads(self.files[name])["docs"]

    @cached_property
    def pages(self) -> dict[str, Page]:
        """The pages under their addresses: "" for the home page, "about/", "404.html"."""
        found = {}
        for name, content in self.files.items():
            if name.endswith(".html"):
                url = name.removesuffix("index.html")
                found[url] = Page(url, content.decode())
        return found

    @cached_property
    def lessons(self) -> list[Page]:
        """The lessons, those of the checkout in the order of its nav."""
        found = [url for url in self.pages if re.fullmatch(r"tutorials/[^/]+/[^/]+/", url)]
        return [self.pages[url] for url in sorted(found, key=place)]

    @cached_property
    def labs(self) -> list[Page]:
        """The labs, those of the checkout in the order of its nav."""
        found = [url for url in self.pages if re.fullmatch(r"labs/[^/]+/", url)]
        return [self.pages[url] for url in sorted(found, key=place)]


def place(url: str) -> int:
    return URLS.index(url) if url in URLS else len(URLS)


def copy_python(folder: Path) -> Path:
    """The kept files of the Python for the page, in a folder for them."""
    runtime.make()
    for path in FOLDER.iterdir():
        if path.name.startswith(("pyodide-", "python-licence-", "slim-", "prism-code-editor-")):
            shutil.copytree(path, folder / path.name)
    return folder


def copy_checkout(folder: Path) -> None:
    """All that a build reads."""
    for name in ("docs", "scripts", "snippets", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=reading.leftovers)
    for name in ("mkdocs.yml", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    katex = thirdparty.fetch("katex")
    shutil.copytree(katex, folder / ".cache" / katex.name)
