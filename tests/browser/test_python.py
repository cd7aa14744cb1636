"""The Python that the site publishes does in a page what a lesson could ask of it, and is small."""

import gzip
import json

from kit import Site
from listing import Listing

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
plt.close("all")
"""
)


def test_a_page_runs_what_a_lesson_could(shown: Listing):
    told = ["svg True", "png True", "numpy's help: True", "29 3010", "2.4.3"]
    assert shown.tell(FIGURE).splitlines() == told


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
