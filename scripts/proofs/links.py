"""Asks for every address that the built site links to, and tells which are dead.

    python -m scripts.proofs.links [folder]           without a folder, of site/

A build never does this: another's server that is down for an hour is no fault of a page. `.github/workflows/links.yml`
does it each week. What stands on the screen is Markdown, for an issue. Links within the site are followed as well.
"""

import argparse
import csv
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts.text.cache import ROOT

TIMEOUT = 30  # seconds for an answer


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "site")
    folder = parser.parse_args().folder
    if not (folder / "index.html").is_file():
        print(f"{folder} holds no built site: `python -m mkdocs build` makes one", file=sys.stderr)
        return 2
    asked, dead = ask(folder)
    if not asked:
        print("LinkChecker has asked for nothing; what it says stands above", file=sys.stderr)
        return 2
    for address, page, reason in dead:
        print(f"- {address}\n    - linked from `{page}`\n    - {reason}")
    print(f"\n{len(dead)} of {asked} links are dead." if dead else f"All {asked} links are alive.")
    return 1 if dead else 0


def ask(folder: Path) -> tuple[int, list[tuple[str, str, str]]]:
    """The number of links that were tried; of each dead one the address, a page with it, and what is wrong."""
    command = [sys.executable, "-m", "linkcheck", "--check-extern", "--ignore-url", "^mailto:"]
    command += ["--timeout", str(TIMEOUT), "--no-status", "--verbose", "--output", "csv/utf-8"]
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_port}/"
        said = subprocess.run([*command, home], stdout=subprocess.PIPE, encoding="utf-8").stdout
        server.shutdown()
    rows = [line for line in said.splitlines() if not line.startswith("#")]
    links = list(csv.DictReader(rows, delimiter=";"))
    dead = {
        (link["url"], link["parentname"].removeprefix(home) or "the home page", link["result"])
        for link in links
        if link["valid"] == "False"
    }
    return len({link["url"] for link in links}), sorted(dead)


if __name__ == "__main__":
    sys.exit(main())
