"""The views that a page shows are those of readers: nginx serves the site and writes its log, and GoAccess counts."""

import os
import subprocess
import urllib.request
from contextlib import contextmanager
from socket import create_server

import pytest
from driver import Browser, until
from kit import LESSONS, Site

from scripts.proofs.machine import find_engine
from scripts.site.views import COMMAND, views

FIRST, SECOND, *_ = LESSONS
READER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SERVER = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/access.log combined;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}"""
KEEPS = """return caches.open("site " + location.origin + "/").then((cache) => cache.keys())
    .then((keys) => keys.length > 50 && Boolean(navigator.serviceWorker.controller))"""


@contextmanager
def nginx(folder, root):
    """Where nginx serves this folder; its log lies beside its settings."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(SERVER.format(folder=folder, user=user, port=port, root=root))
    server = subprocess.Popen(["nginx", "-p", folder, "-c", settings, "-e", folder / "error.log"])
    try:
        address = f"http://127.0.0.1:{port}/"
        until(lambda: (folder / "pid").exists() and (folder / "pid").read_text())
        yield address
    finally:
        server.terminate()
        server.wait()


def ask(url: str, agent: str, method: str = "GET") -> None:
    request = urllib.request.Request(url, headers={"User-Agent": agent}, method=method)
    urllib.request.urlopen(request).close()


def test_views_are_of_readers_and_not_of_what_their_browsers_keep_for_later(
    browser: Browser, site: Site, tmp_path
):
    if not find_engine("GoAccess"):
        pytest.skip(
            "NOT TRIED: there is no GoAccess with nginx; `python scripts/check.py engines` installs them"
        )
    with nginx(tmp_path, site.folder) as address:
        for _ in range(3):
            ask(address + SECOND, READER)
        ask(address + SECOND, CRAWLER)
        ask(address + SECOND, READER, "HEAD")
        browser.open(address + FIRST)
        until(lambda: browser.js(KEEPS))  # the whole site is kept, each page of it fetched
        browser.open("about:blank")
    subprocess.run(COMMAND.split(), cwd=tmp_path, check=True, capture_output=True)
    found = views(str(tmp_path / "report.json"), address)
    counted = {url: said.split(",")[0] for url, said in found.items() if url.endswith("/")}
    assert counted == {FIRST: "1 view", SECOND: "3 views"}
