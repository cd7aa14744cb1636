"""Makes Pyodide's archives smaller and quicker to start. It runs in that same Pyodide, under Node (runtime.py starts it).

The modules that a listing with NumPy and a figure import are compiled, so that the reader's browser need not do it. All
others stay source, which is smaller. What no lesson can use is left out: what needs processes, sockets or a terminal, and
what is for those who build or test the library. Wheels are compressed with Zstandard, which Pyodide's Python unpacks
quicker than the usual; the standard library is imported from its archive, and must stay as it is. The result is the same
byte for byte on every machine, because interpreter, compiler and compression are all Pyodide's own.
"""

import importlib.util
import io
import json
import re
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

SOURCE, TARGET = Path("/shipped"), Path("/slim")
EPOCH = (1980, 1, 1, 0, 0, 0)
STDLIB = "python_stdlib"
FONTS = "matplotlib/fontlist.json"

# help() is for these. Matplotlib puts its docstrings together when it is imported, which takes long.
WITH_DOCSTRINGS = r"/(numpy|_?pyodide)/"

# By archive: what is left out.
DROPPED = {
    "*": r"\.(pyi|pxd|pyx|typed|c|h|a|js|css)$|(^|/)tests?/"
    r"|\.dist-info/(licenses/|LICENSE|RECORD|entry_points|top_level|zip-safe)",
    STDLIB: r"^(_pyrepl/(?!__init__|pager|trace|types|utils)"
    r"|(multiprocessing|wsgiref|xmlrpc|sqlite3|__phello__|http|xml/(dom|sax))/)"
    r"|^(_aix_support|_pydatetime|_pyio|antigravity|ftplib|imaplib|mailbox|modulefinder)\."
    r"|^(nturl2path|pickletools|poplib|pty|pyclbr|smtplib|socketserver|tabnanny|trace|tty|zipapp)\."
    r"|^(asyncio/(windows|proactor)|concurrent/futures/process|ctypes/(_aix|macholib)|logging/(config|handlers))"
    r"|^(pyodide/console|urllib/(request|robotparser))"
    r"|^encodings/(big5|cp(?!1252|437)|euc_|gb|hp_|hz|iso2022|iso8859_(?!1\.|15)|johab|koi8"
    r"|kz|mac_(?!roman\.)|palm|pt|shift|tis)",
    "numpy": r"/(f2py|include|lib/pkgconfig|_pyinstaller|_examples|doc)/|/lapack_lite"
    r"|^numpy/(conftest|ma/API|ma/README|typing/mypy)",
    "matplotlib": r"/(sphinxext|testing|sample_data|images|pdfcorefonts|afm|plot_directive)/|/kpsewhich"
    r"|/backends/(_backend_(gtk|tk|pdf)|_tkagg|qt_compat|backend_(cairo|gtk|macosx|nbagg|pdf|pgf|ps|pyodide|qt|tk|webagg|wx))",
    "pillow": r"/_(imagingft|webp|imagingcms|imagingtk|imagingmorph)\.|/(Image(Qt|Tk|Show|Grab)|_tkinter)",
    "packaging": r"/licenses/|/(pylock|direct_url|dependency_groups)\.",
    "pyparsing": r"/(ai|diagram)/",
    "python_dateutil": r"/zoneinfo/.*gz$|/tzwin\.",
}


def use() -> set[str]:
    """The files of the modules that lessons use."""
    rng = np.random.default_rng(0)
    fig, ax = plt.subplots()
    ax.contour(rng.normal(size=(3, 3)))
    ax.set_title("$x^2$")
    for kind in ("svg", "png"):
        fig.savefig(io.BytesIO(), format=kind)
    printed = io.StringIO()
    print(np.linspace(0, 1, 3), np.polyfit([0.0, 1.0], [0.0, 1.0], 1), file=printed)
    return {str(getattr(module, "__file__", "")) for module in list(sys.modules.values())}


def slim(archive: Path, used: set[str]) -> None:
    package = archive.name.split("-")[0].removesuffix(".zip")
    dropped = re.compile("|".join(filter(None, [DROPPED["*"], DROPPED.get(package)])))
    root = "/lib/python314.zip/" if package == STDLIB else "/lib/python3.14/site-packages/"
    how = (zipfile.ZIP_DEFLATED, 9) if package == STDLIB else (zipfile.ZIP_ZSTANDARD, 19)
    with zipfile.ZipFile(archive) as shipped, zipfile.ZipFile(TARGET / archive.name, "w") as made:
        kept = [name for name in shipped.namelist() if name[-1] != "/" and not dropped.search(name)]
        for name in sorted(kept):
            content = shipped.read(name)
            if name.endswith(".py") and root + name in used:
                content, name = compiled(content, root + name), name + "c"
            elif name == FONTS:
                content = with_fonts(json.loads(content), kept)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            made.writestr(entry, content, *how)


def compiled(source: bytes, path: str) -> bytes:
    """The bytecode, in the form that is used without looking at a source."""
    optimize = 0 if re.search(WITH_DOCSTRINGS, path) else 2
    code = compile(source, path, "exec", dont_inherit=True, optimize=optimize)
    return _code_to_hash_pyc(code, importlib.util.source_hash(source), False)


def with_fonts(known: dict, kept: list[str]) -> bytes:
    """Matplotlib's list of fonts, of those alone that are there."""
    for part in ("ttflist", "afmlist"):
        known[part] = [
            font for font in known[part] if f"matplotlib/mpl-data/{font['fname']}" in kept
        ]
    return json.dumps(known).encode()


used = use()
for path in sorted([*SOURCE.glob("*.zip"), *SOURCE.glob("*.whl")]):
    slim(path, used)
