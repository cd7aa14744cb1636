"""Takes pictures of pages as a reader sees them, at three widths, in light and in dark.

    .cache/venv/bin/python scripts/shots.py                             the home page
    .cache/venv/bin/python scripts/shots.py tutorials/ --width 360      this page, at this width

They land in .cache/shots/. It takes the built site from site/, or with --site another, and needs
the environment that scripts/check.py makes.
"""

import argparse
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts.check import ROOT, find_chromium

WIDTHS = (360, 768, 1280)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *args):
        pass  # the browser hung up: it had what it wanted


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", default=[""], help="addresses from the site's root")
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    parser.add_argument("--width", type=int, action="append", help="pixels; may be given again")
    options = parser.parse_args()

    serve = partial(Quiet, directory=options.site)
    server = Server(("127.0.0.1", 0), serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = ROOT / ".cache" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width in options.width or WIDTHS:
                window = {"width": width, "height": 900}
                page = browser.new_page(viewport=window, color_scheme=scheme)
                for url in options.pages:
                    page.goto(
                        f"http://127.0.0.1:{server.server_port}/{url}", wait_until="networkidle"
                    )
                    name = url.strip("/").replace("/", "-") or "home"
                    path = folder / f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=path, full_page=True)
                    print(path)
                page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
