"""The Python that the site publishes runs in a page: as the page's policy wants it, and without a network."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from kit import LIMIT, Site
from playwright.sync_api import Browser, BrowserContext, Page
from server import served

from scripts.site import offline

pytestmark = pytest.mark.mkdocs("the Python is published by a hook")

WORKER = """
addEventListener("message", async ({ data: { root, packages, code } }) => {
  try {
    const { loadPyodide } = await import(root + "pyodide.mjs")
    const said = []
    const say = (line) => said.push(line)
    const python = await loadPyodide({ env: { MPLBACKEND: "svg" }, stdout: say, stderr: say })
    await python.loadPackage(packages, { messageCallback() {} })
    python.runPython(code)
    postMessage(said)
  } catch (error) {
    postMessage([`failed: ${error}`])
  }
})
"""
RUN = """([packages, code]) => new Promise((resolve) => {
  const root = new URL(document.querySelector("meta[name=python-runtime]").content, document.baseURI).href
  const worker = new Worker("/worker.js", { type: "module" })
  worker.onmessage = (event) => { worker.terminate(); resolve(event.data) }
  worker.onerror = (event) => resolve([`failed: ${event.message}`])
  worker.postMessage({ root, packages, code })
})"""
# What a page does when the reader agrees to keep Python.
AGREE = "async () => { const { scope } = await navigator.serviceWorker.ready; await caches.open(`python ${scope}`) }"
KEPT = """async () => {
  const { scope } = await navigator.serviceWorker.ready
  if (!await caches.has(`python ${scope}`)) return []
  const cache = await caches.open(`python ${scope}`)
  return (await cache.keys()).map((request) => request.url.split("/").pop()).sort()
}"""

NUMPY = "import numpy as np\nprint(np.linspace(0, 1, 3) ** 2)"
# What a lesson or an exercise could import.
IMPORTS = """
argparse array bisect calendar cmath collections configparser contextlib copy csv dataclasses
datetime decimal doctest enum fractions functools glob gzip hashlib heapq importlib.metadata
inspect io itertools json keyword linecache logging math numbers operator os pathlib pickle
pprint pydoc queue random re secrets shutil statistics string struct sys tempfile textwrap
threading time timeit tracemalloc types typing unittest.mock urllib.parse uuid warnings weakref
xml.etree.ElementTree zipfile zlib numpy.fft numpy.linalg numpy.ma numpy.polynomial numpy.random
numpy.testing numpy.typing matplotlib.animation matplotlib.tri matplotlib.widgets
mpl_toolkits.axes_grid1 mpl_toolkits.mplot3d
"""
FIGURE = (
    f"IMPORTS = '''{IMPORTS}'''.split()"
    + """
import datetime, importlib.metadata, io, warnings
warnings.simplefilter("error")
import matplotlib.pyplot as plt
import numpy as np

fig, ax = plt.subplots()
ax.plot([1, 2], [1, 4], label="$x^2$")
ax.contour(np.eye(4))
ax.legend()
for kind, start in (("svg", b"<?xml"), ("png", b"\\x89PNG")):
    picture = io.BytesIO()
    fig.savefig(picture, format=kind)
    print(kind, picture.getvalue().startswith(start))
plt.figure().add_subplot(projection="3d").plot_surface(*np.meshgrid([0.0, 1.0], [0.0, 1.0]), np.eye(2))
plt.rcParams["font.family"] = "serif"
plt.savefig(io.BytesIO(), format="svg")
print("numpy's help:", "arithmetic mean" in np.mean.__doc__)
for name in IMPORTS:
    importlib.import_module(name)
print(datetime.datetime.strptime("2024-02-29", "%Y-%m-%d").day, len(str(2**9999)))
print(importlib.metadata.version("numpy"))
"""
)


@pytest.fixture
def copy(site: Site, tmp_path: Path) -> Path:
    folder = shutil.copytree(site.folder, tmp_path / "site")
    (folder / "worker.js").write_text(WORKER, "utf-8")
    return folder


@pytest.fixture
def reader(copy: Path, chromium: Browser) -> BrowserContext:
    with served(copy) as address, chromium.new_context(base_url=address) as context:
        yield context


def run(page: Page, package: str, code: str) -> list[str]:
    return page.evaluate(RUN, [[package], code])


def test_a_lesson_s_page_runs_what_a_lesson_could_from_files_of_its_own_site(
    reader: BrowserContext, site: Site
):
    page = reader.new_page()
    answers = []
    reader.on("response", lambda answer: answers.append(answer))
    page.goto(site.lessons[0].url)
    assert run(page, "matplotlib", FIGURE) == [
        "svg True", "png True", "numpy's help: True", "29 3010", "2.4.3",
    ]  # fmt: skip
    assert {answer.url.split("/")[2] for answer in answers} == {page.url.split("/")[2]}
    kinds = {answer.url.split(".")[-1]: answer.headers["content-type"] for answer in answers}
    assert kinds["wasm"] == "application/wasm"


def test_python_is_kept_once_the_reader_agrees_and_runs_without_a_network(
    reader: BrowserContext, site: Site, copy: Path
):
    page = reader.new_page()
    page.goto(site.lessons[0].url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller?.state === 'activated'")
    assert run(page, "numpy", NUMPY) == ["[0.   0.25 1.  ]"]
    assert page.evaluate(KEPT) == [], "it was kept without being asked"
    page.evaluate(AGREE)
    assert run(page, "numpy", NUMPY) == ["[0.   0.25 1.  ]"]
    kept = page.evaluate(KEPT)
    assert len(kept) == 6, kept  # the four of Pyodide, its list of packages, NumPy
    reader.set_offline(True)
    page.context.route(
        "**/worker.js", lambda route: route.fulfill(body=WORKER, content_type="text/javascript")
    )
    assert run(page, "numpy", NUMPY) == ["[0.   0.25 1.  ]"]

    reader.set_offline(False)  # a new version of the site has another Python: the old one goes
    (copy / "sw.js").write_text(offline.worker(copy, "assets/python/other/"), "utf-8")
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    for _ in range(10 * LIMIT):
        if not page.evaluate(KEPT):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == []


def on_the_wire(files: dict[str, bytes], packages: list[str]) -> int:
    """How many bytes of `files` a page loads for these packages, from a server that compresses."""
    listed = json.loads(files["pyodide-lock.json"])["packages"]
    wanted, names = list(packages), set()
    for package in wanted:
        wanted += listed[package]["depends"]
        names.add(listed[package]["file_name"])
    names |= {name for name in files if name.startswith(("pyodide", "python_stdlib"))}
    sent = (
        gzip.compress(files[name], 6)
        if name.endswith((".mjs", ".js", ".json", ".wasm"))
        else files[name]
        for name in names
    )
    return sum(map(len, sent))


def test_what_is_published_is_small(site: Site):
    """As sent by a server that compresses .mjs and .wasm: at most 8 MB for NumPy and 15 MB for a figure."""
    files = {
        name.rsplit("/", 1)[1]: content
        for name, content in site.files.items()
        if name.startswith("assets/python/")
    }
    assert json.loads(files["pyodide-lock.json"])["packages"].keys() >= {"numpy", "matplotlib"}
    assert on_the_wire(files, ["numpy"]) < 8e6
    assert on_the_wire(files, ["matplotlib"]) < 15e6
    assert b"Mozilla Public License Version 2.0" in files["licences.txt"]
