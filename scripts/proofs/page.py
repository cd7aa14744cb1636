"""Proves one page, while it is being written.

    python scripts/check.py page docs/labs/gradient-checking.py     its path, or what its address ends in: gradient-checking

The code that the page includes, and the tests of that, are formatted first. Then, at once: the site is built (what has
not changed is kept), the formulas of the page are held against its code, what common slips come to is held against its
answers and hints, and the tests of its snippets run.
"""

import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.text.cache import ROOT
from scripts.text.command import run

INCLUDE = re.compile(r'^--8<-- "([^":]+)|^from snippets\.([\w.]+) import ', re.MULTILINE)


def main(named: str = "") -> int:
    """Prove the page; 0 if nothing is wrong."""
    pages = sorted(path for path in (ROOT / "docs").rglob("*") if path.suffix in (".md", ".py"))
    stem = re.sub(r"\.\w+$|/$", "", named)
    found = [path for path in pages if f"/{path.with_suffix('')}".endswith(f"/{stem}")]
    if len(found) != 1:
        many = "more than one page" if found else "no page"
        print(f"{many} of docs/ has a path that ends in {stem!r}", *found, sep="\n")
        return 2
    page = found[0].relative_to(ROOT)
    code, tests = sorted(set(snippets(page))), sorted(set(tests_of(page)))
    own = [page] if page.suffix == ".py" else []
    mended = [prove("format", "ruff", "format", "-q", *own, *code, *tests)] if own or code else []
    proofs = {
        "lint": ("ruff", "check", "-q", *own, *code, *tests),
        "build": ("mkdocs", "build", "--strict", "-q"),
        "formulas": ("scripts.claims.formulas.check", page),
        **({"slips": ("scripts.claims.slips", page)} if page.suffix == ".md" else {}),
        **({"tests": ("pytest", *tests)} if tests else {}),
    }
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda item: prove(item[0], *item[1]), proofs.items()))
    return 0 if all(mended + done) else 1


def snippets(page: Path) -> Iterator[Path]:
    """The files of snippets/ that the page includes or imports."""
    for file, module in INCLUDE.findall((ROOT / page).read_text("utf-8")):
        path = Path("snippets", file or module.replace(".", "/") + ".py")
        if (ROOT / path).is_file():  # the build says what is missing
            yield path


def tests_of(page: Path) -> Iterator[Path]:
    for path in snippets(page):
        test = "tests" / path.with_name(f"test_{path.name}")
        if (ROOT / test).is_file():
            yield test


def prove(name: str, *command: object) -> bool:
    """Run one of the programs; what it says is printed if something is wrong."""
    started = time.monotonic()
    done = run(sys.executable, "-m", *command)
    ok = done.returncode == 0
    said = f"{'ok    ' if ok else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)"
    tells = not ok or name == "slips"  # advice, too
    print(f"{said}\n{done.stdout.strip()}\n" if tells else said, flush=True)
    return ok


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
