"""What runs in the page stays in its frame: whatever code tries, no host is asked, nothing is kept, the page is not touched."""

import re

import pytest
from clock import rest
from kit import Site
from listing import SAME, Listing
from playwright.sync_api import Browser, expect
from reader import FIRST, opened
from server import Quiet, served

BEFORE = """\
import js
from pyodide.ffi import to_js

def options(**given):
    return to_js(given, dict_converter=js.Object.fromEntries)

def worker(code):
    made = "postMessage('made');" + code
    blob = js.Blob.new(to_js([made]), options(type="text/javascript"))
    js.Worker.new(js.URL.createObjectURL(blob))

"""
# Each way out; SITE and OTHER are addresses of servers that note what they are asked for.
WAYS = {
    "fetch": "js.fetch('SITE')",
    "fetch, POST": "js.fetch('SITE', options(method='POST', mode='no-cors', body='x'))",
    "fetch, another host": "js.fetch('OTHER')",
    "XMLHttpRequest": "r = js.XMLHttpRequest.new(); r.open('POST', 'SITE', False); r.send('x')",
    "XMLHttpRequest, another host": "r = js.XMLHttpRequest.new(); r.open('GET', 'OTHER', False); r.send()",
    "WebSocket": "js.WebSocket.new('SITE'.replace('http', 'ws'))",
    "EventSource": "js.EventSource.new('SITE')",
    "importScripts": "js.importScripts('SITE')",
    "a module": "import pyodide_js; pyodide_js._api.loadScript('SITE')",
    "a font": "js.FontFace.new('x', 'url(SITE)').load()",
    "a beacon": "js.navigator.sendBeacon('SITE')",
    "a package": "import pyodide_js; pyodide_js.loadPackage('SITE/x-1-py3-none-any.whl')",
    "pyodide.http": "import pyodide.http; pyodide.http.open_url('SITE')",
    "urllib": "import urllib.request; urllib.request.urlopen('SITE')",
    "a socket": "import socket; socket.create_connection(('127.0.0.1', PORT), 1).send(b'GET /escaped\\r\\n\\r\\n')",
    "a worker that asks": "worker('fetch(`SITE`)')",
    "a worker that asks another host": "worker('fetch(`OTHER`, {mode: `no-cors`})')",
    "a worker that imports": "worker('importScripts(`SITE`)')",
    "a worker's store": "worker('caches.open(`escaped`)')",
    "a worker's database": "worker('indexedDB.open(`escaped`)')",
    "caches": "js.caches.open('escaped')",
    "indexedDB": "js.indexedDB.open('escaped')",
    "files": "js.navigator.storage.getDirectory().then(lambda d: d.getFileHandle('escaped', options(create=True)))",
    "a channel": "js.BroadcastChannel.new('escaped').postMessage('escaped')",
    "a service worker": "js.navigator.serviceWorker.register('/sw.js?escaped')",
    "cookies": "js.cookieStore.set('escaped', '1')",
    "the page": "js.parent.localStorage.setItem('escaped', '1')",
    "a window": "js.open('SITE')",
    "its place": "js.location.href = 'SITE'",
}
KEPT = """async () => {
  const files = []
  for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name)
  const bases = (await indexedDB.databases()).map((base) => base.name)
  return [...await caches.keys(), ...bases, ...files, ...Object.keys(localStorage), document.cookie, ...window.heard]
    .filter((name) => name.includes("escaped"))
}"""
HEAR = """() => {
  window.heard = []
  new BroadcastChannel("escaped").onmessage = ({ data }) => heard.push(data)
}"""


def test_no_way_leads_out_of_the_frame(chromium: Browser, site: Site):
    asked = []

    class Noting(Quiet):
        def do_GET(self):
            if "escaped" in self.path:
                asked.append(self.path)
            super().do_GET()

        do_POST = do_GET

    with served(site.folder, Noting) as address, served(site.folder, Noting) as another:
        port = address.rstrip("/").rpartition(":")[2]
        with opened(chromium, address) as page:
            page.goto(FIRST)
            page.evaluate(HEAR)
            code = BEFORE
            for number, way in enumerate(WAYS.values()):
                way = way.replace("SITE", f"{address}escaped/{number}")
                way = way.replace("OTHER", f"{another}escaped/{number}")
                code += f"try: exec({way.replace('PORT', port)!r})\n"
                code += "except BaseException: pass\n"
            assert Listing(page).tell(f"{code}print('tried')") == "tried\n"
            page.evaluate("fetch('/index.html').then((answer) => answer.text())")
            rest(page, 1000)
            found = asked.copy() + page.evaluate(KEPT)
            asked.clear()
            page.evaluate("fetch('/escaped').then(() => caches.open('escaped'))")
            assert asked, "the server must note what is asked for"
            assert page.evaluate(KEPT), "what is kept must be found"
            page.wrong.clear()  # the server has no such file
    assert found == []


FORGED = """\
import matplotlib.pyplot as plt

plt.figure()
SVG = '''<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"
  onload="document.title = 'escaped'" class="md-overlay"><path id="block-2" d="M0 0h9" class="s-c0 md-header"/>
  <script>document.title = 'escaped'</script>
  <h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x" onerror="document.title = 'escaped'"/>
  <foreignObject><h:form xmlns:h="http://www.w3.org/1999/xhtml"><h:input name="password"/></h:form></foreignObject>
  <animate attributeName="href" to="javascript:alert(1)"/><a xlink:href="javascript:alert(1)"><text>press</text></a>
  <image xlink:href="/escaped/image.png"/><rect fill="url(/escaped/fill.svg)" tabindex="0" width="9"/>
  </svg>'''
plt.Figure.savefig = lambda self, file, **how: file.write(SVG)
"""


def test_a_forged_drawing_loses_what_acts_or_asks_or_passes_for_the_page(shown):
    asked = []
    shown.page.on("request", lambda request: asked.append(request.url))
    shown.tell(FORGED)
    expect(shown.figures).to_have_count(1)
    html = shown.figures.evaluate("svg => svg.outerHTML")
    assert re.findall(r"<(\w+)", html) == ["svg", "path", "image", "rect"]
    assert not re.search(r" on\w+=|href|url\(|md-| id=|tabindex", html)
    assert shown.page.title() != "escaped"
    assert not [url for url in asked if "escaped" in url]
    shown.page.wrong.clear()  # the browser refuses the event handler too, and says so


@pytest.fixture
def own(chromium: Browser, address: str) -> Listing:
    """A listing of a page that has fetched no Python yet."""
    with opened(chromium, address) as page:
        page.goto(FIRST)
        yield Listing(page)


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "pyodide-lock.json", "numpy-*.whl"])
def test_a_wrong_byte_in_the_runtime_is_said_with_the_name_of_the_file(own, site: Site, name: str):
    (path,) = site.folder.glob(f"assets/python/*/{name}")
    wrong = path.read_bytes()[:-1] + b"?"
    own.page.route(f"**/{path.name}", lambda route: route.fulfill(body=wrong))
    own.run()
    assert f"{path.name} did not arrive as it was published" in own.printed
    assert "Press Run to try once more" in own.printed
    own.page.unroute(f"**/{path.name}")
    assert own.run().endswith(SAME)


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "in_page.py", "pyodide-lock.json"])
def test_stop_ends_what_is_fetched_before_there_is_a_worker(own, name: str):
    page, held = own.page, f"**/{name}"
    page.route(held, lambda route: None)  # it never comes
    with page.expect_request(held):
        own.press("Run")
    with page.expect_event("requestfailed", lambda request: request.url.endswith(name)):
        own.press("Stop")
        expect(own.find(".output__verdict")).to_have_text("Stopped.")
    page.unroute(held)
    assert own.run().endswith(SAME)
