"""Listings run in the page: a real Pyodide in a real Chromium prints and draws what the built page shows."""

import json
import re
import sys

import pytest
from accessibility import COLOURS, STRUCTURE, problems
from kit import LABS, LESSONS, Site
from listing import SAME, Listing
from playwright.sync_api import Browser, Page, expect
from reader import FIRST, KEY, NO_MEMORY, opened

from scripts.blocks.worker import MISSING

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
BUILT = """async (id) => { // the figure of a block, before any script had it
    const text = await (await fetch(location)).text()
    const page = new DOMParser().parseFromString(text, "text/html")
    return page.querySelector(`#${id} .plot`).outerHTML
}"""
DRAWN = 0.11  # of a figure's points: the last place of its numbers, which rounding may move


@pytest.fixture
def page(chromium: Browser, address: str):
    with opened(chromium, address, reduced_motion="reduce") as page:
        yield page


@pytest.fixture
def own(page) -> Listing:
    """A listing of a page that nobody has touched."""
    page.goto(FIRST)
    return Listing(page)


def drawing(svg: str) -> tuple[list[str], list[float]]:
    """A drawing apart from its names: what stands between its numbers, and these."""
    svg = re.sub(r'(id="|#|url\(#)(?:block|cell)-\d+-(run-\d+-)?', r"\1", svg)
    svg = re.sub(r' (aria-\w+|xmlns)="[^"]*"', "", svg.replace(" plot--live", ""))
    return NUMBER.split(svg), [float(number) for number in NUMBER.findall(svg)]


@pytest.mark.parametrize("url", [*LESSONS, *LABS])
def test_every_listing_prints_and_draws_in_the_page_what_was_built(page, site: Site, url: str):
    page.goto(url)
    wrong = []
    for built in site.pages[url].listings:
        listing = Listing(page, built.id)
        verdict = listing.run()
        if listing.printed != built.stdout + built.stderr:
            wrong.append(f"{built} printed {listing.printed!r}")
        elif not built.stderr and SAME not in verdict:
            wrong.append(f"{built}: {verdict}")
        if built.figure:
            live = page.locator(f"#{built.id} > .plot--live").evaluate("svg => svg.outerHTML")
            (texts, numbers), (wanted, exact) = map(drawing, (live, page.evaluate(BUILT, built.id)))
            moved = [abs(a - b) for a, b in zip(numbers, exact, strict=False)]
            if texts != wanted or max(moved) > DRAWN:
                wrong.append(f"{built} drew something else")
    assert not wrong


def test_nothing_of_the_runtime_is_asked_for_before_the_first_wish_and_the_next_page_has_it_ready(
    page, site: Site
):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(FIRST)
    page.wait_for_load_state("networkidle")  # a slow page is idle before it is loaded
    extra = re.compile(r"/assets/(python|run|editor)/|/javascripts/run/|run\.css")
    assert not [url for url in asked if extra.search(url)]
    listing = Listing(page)
    page.evaluate("""() => {
        window.waited = new Set()
        const look = () => waited.add(document.querySelector(".output__progress")?.textContent ?? "")
        new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true })
    }""")
    listing.run()
    waited = " | ".join(page.evaluate("[...waited]"))
    assert re.search(r"Fetching Python: \d\.\d of \d+\.\d MB", waited), waited
    assert [url for url in asked if "pyodide" in url]
    assert not [url for url in asked if re.search("matplotlib|pillow", url)]  # nothing drew
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {
        page.url.split("/")[2]
    }
    with page.expect_request(re.compile("pyodide.mjs")):
        page.goto(site.lessons[1].url)  # nothing is pressed there
    assert page.locator(".output--live").count() == 0  # and nothing runs


def test_a_changed_listing_runs_as_changed_and_says_so(shown):
    shown.write("print(6 * 7)\n")
    expect(shown.text("You changed this")).to_be_visible()
    shown.area.press("ControlOrMeta+Enter")
    assert shown.end().startswith("Ran in")
    assert shown.printed == "42\n"
    expect(shown.built).to_be_hidden()
    shown.text("Show the built output").click()
    expect(shown.live).to_be_hidden()
    expect(shown.built).to_be_visible()


def test_a_change_is_copied_kept_until_it_is_reset_and_a_reset_can_be_undone(page, own):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    built = own.code
    own.write("print(1)")
    own.press("Copy")
    own.box.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "print(1)"
    page.reload()
    expect(own.area).to_have_value("print(1)")
    own.press("Reset")
    expect(own.area).to_have_value(built)
    expect(own.text("You changed this")).to_be_hidden()
    own.press("Undo reset")
    expect(own.area).to_have_value("print(1)")
    own.press("Reset")
    page.reload()
    expect(own.find(".highlight")).to_be_visible()
    expect(own.area).to_have_count(0)


KEPT = ["5", '"x"', "[]", "null", '{"half', json.dumps({f"/{FIRST}": 5})]
KEPT += [json.dumps({f"/{FIRST}": {"a": 1}, "/other/": {"b": "c"}})]


def test_whatever_the_browser_kept_a_change_is_kept_and_nothing_is_lost(page, own):
    for kept in KEPT:
        page.goto("404.html")
        page.evaluate(
            "([name, kept]) => { localStorage.clear(); localStorage.setItem(name, kept) }",
            [f"{KEY}:code", kept],
        )
        page.goto(FIRST)
        own.write("print(1)")
        expect(page.get_by_text("could not be read")).to_be_visible()
        assert kept in page.evaluate("Object.values(localStorage)")
        if "other" in kept:
            assert '"c"' in page.evaluate(f"localStorage.getItem('{KEY}:code')")
        page.reload()
        expect(own.area).to_have_value("print(1)")
        expect(page.get_by_text("could not be read")).to_have_count(0)


def test_an_error_shows_the_line_of_the_block_and_no_machinery(shown):
    said = shown.tell("def slope(run):\n    return 1 / run\n\n\nslope(0)\n")
    assert shown.end() == "It ended in an error in line 2."
    assert re.findall(r'File "([^"]+)", line (\d+)', said) == [("block.py", "5"), ("block.py", "2")]
    assert said.endswith("ZeroDivisionError: division by zero\n")
    expect(shown.find(".line-of-error")).to_have_text("    return 1 / run")
    assert "SyntaxError" in shown.tell("def slope(:\n")
    assert shown.end() == "It ended in an error in line 1."
    status = shown.box.get_by_role("status")
    expect(status.filter(has_text="SyntaxError: ")).to_have_count(1)
    shown.tell("input()")
    assert "There is no keyboard to ask here" in shown.end()


IMPORTS = "import builtins, os, sys, time, warnings\n"
DRAWS = "import matplotlib.pyplot as plt\n"
LEFT = [  # what a run does, and what holds for the next all the same
    ("left = 1", "assert 'left' not in globals() and __name__ == '__main__'"),
    (
        f"import numpy as np\n{DRAWS}np.set_printoptions(precision=2); np.seterr(all='raise'); np.pi = 3\n"
        "plt.rcParams['lines.linewidth'] = 9; plt.plot([1, 2])",
        f"import numpy as np\n{DRAWS}assert str(np.array([1 / 3])) == '[0.33333333]' and np.geterr()['divide'] == 'warn'\n"
        "assert np.pi > 3 and plt.rcParams['lines.linewidth'] == 2 and not plt.get_fignums()",
    ),
    ("open('left.txt', 'w').close()", "assert not os.listdir()"),
    ("sys.stdout = None", ""),
    ("warnings.simplefilter('ignore')", "assert len(warnings.filters) > 1"),
    ("sys.path.append('left')", "assert 'left' not in sys.path"),
    ("builtins.bin = builtins.print = builtins.__import__ = None", "import json; bin(2)"),
    ("import js; js.setTimeout(lambda: print('late'), 50)", "time.sleep(0.3)"),
    (
        "import asyncio\nasync def late(): await asyncio.sleep(0.05); print('late')\nt = asyncio.ensure_future(late())",
        "time.sleep(0.3)",
    ),
    (
        "import collections; collections.Counter.__repr__ = lambda self: 'late'",
        "import collections; assert repr(collections.Counter())[0] == 'C'",
    ),
    (  # a class of a module that the run imports first
        "import graphlib as g; g.TopologicalSorter.add = None",
        "import graphlib as g; assert g.TopologicalSorter.add",
    ),
    (
        "import graphlib as g, numpy as np; g.late = g.TopologicalSorter.late = np.late = np.poly1d.late = 1",
        "import graphlib as g, numpy as np\nfor at in (g, g.TopologicalSorter, np, np.poly1d): assert not hasattr(at, 'late')",
    ),
    ("sys.modules['json'] = None", "import json; json.loads('1')"),
    (
        "sys.path.append(''); open('late.py', 'w').close(); import late",
        "import importlib.util; assert importlib.util.find_spec('late') is None",
    ),
    (  # what a module prints
        "import this",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as said: import this\nassert said.tell() > 99",
    ),
    ("sys.setrecursionlimit(90)", "assert sys.getrecursionlimit() > 90"),
    ("sys.settrace(lambda *a: print('late'))", "def f(): pass\nf()"),
    ("sys.setprofile(lambda *a: print('late'))", "len([])"),
    ("import js; js.Object.late = 1", "import js; assert not hasattr(js.Object, 'late')"),
]  # fmt: skip


def test_nothing_of_a_run_is_left_for_the_next(shown):
    for first, then in LEFT:
        shown.tell(IMPORTS + first)
        assert shown.end().startswith("Ran in"), first
        assert shown.tell(f"{IMPORTS}{then}\nprint('done')") == "done\n", first


def test_a_reader_may_draw_in_any_colour_and_a_drawing_goes_with_its_code(shown):
    shown.tell(f"{DRAWS}plt.plot([1, 2], color='hotpink')\n")
    expect(shown.figures).to_have_count(1)
    assert "#ff69b4" in shown.figures.inner_html()
    shown.tell("print(1)")  # says nothing of figures
    expect(shown.figures).to_have_count(0)


TOO_MUCH = {  # and what is said of it
    "print('\\n' * 999_999)": ["Stopped: it printed more than 20,000 lines."],
    "while True: print('x' * 99)": [
        "Stopped: it printed more than 1,000,000 characters.",
        ("x" * 99 + "\n") * 9_000,
    ],
    f"{DRAWS}for _ in range(10_000): plt.figure()": ["line 2"],
    f"{DRAWS}plt.figure(figsize=(1e5, 1e5))": ["a figure is 100000 × 100000 inches: at most 50"],
    "with open('a', 'wb') as f:\n    while True: f.write(bytes(10_000_000))": ["No space left"],
    "open('a', 'wb').truncate(2**31)": ["No space left on device"],
    "kept = []\nwhile True: kept.append(bytearray(10_000_000))": [
        "It wanted more memory than this page may take (1 GiB).",
        "MemoryError",
    ],
}


def test_too_much_of_anything_ends_in_a_clear_message_and_the_next_run_works(shown):
    for code, words in TOO_MUCH.items():
        printed = shown.tell(code)
        assert not [said for said in words if said not in shown.end() + printed], code
        assert len(printed) <= 1_000_000
        assert shown.tell("print('again')") == "again\n", code


def test_an_endless_loop_can_be_stopped_which_ends_its_worker_and_the_next_run_works(shown):
    shown.write("print('begun', flush=True)\nwhile True:\n    pass\n")
    shown.press("Run")
    expect(shown.live).to_contain_text("begun")
    (worker,) = (worker for worker in shown.page.workers if worker.url.startswith("blob:"))
    with worker.expect_event("close"):
        shown.press("Stop")
        assert shown.end() == "Stopped."
    assert shown.tell("print('again')") == "again\n"


def test_who_waits_for_another_run_is_told_and_can_stop_and_a_run_shows_that_it_lives(shown):
    other = Listing(shown.page, "block-4")
    shown.write("while True: pass")
    shown.press("Run")
    seconds = shown.find(".output__verdict")
    expect(seconds).to_have_text(re.compile(r"^Running, [1-9]\d* s$"))
    other.press("Run")
    expect(other.find(".output__progress")).to_have_text(f"Waiting until {shown.name} ends")
    other.press("Stop")
    assert other.end() == "Stopped."
    expect(seconds).to_have_text(re.compile(r"^Running, "))  # that of the other goes on
    other.press("Run")  # one that was stopped while it waited is nothing to wait for
    expect(other.find(".output__progress")).to_have_text(f"Waiting until {shown.name} ends")
    shown.press("Stop")
    assert shown.end() == "Stopped."
    assert SAME in other.end()
    shown.press("Reset")


def test_the_editor_indents_by_tab_and_lets_the_keyboard_go(page, own):
    own.write("if True:")
    area = own.area
    expect(area).to_be_focused()
    expect(area).to_have_attribute("aria-label", "Code of block 2")
    expect(page.locator(f"#{area.get_attribute('aria-describedby')}")).to_be_visible()
    area.press("End")
    area.press("Enter")
    area.press_sequentially("x = 1")
    expect(area).to_have_value("if True:\n    x = 1")
    area.press("Tab")
    expect(area).to_be_focused()
    area.press("ControlOrMeta+z")
    area.press("Escape")
    expect(area).not_to_be_focused()
    page.keyboard.press("Tab")
    expect(area).not_to_be_focused()


def test_a_server_without_the_runtime_is_said_and_can_be_tried_again(page, own):
    page.route("**/pyodide.asm.wasm", lambda route: route.fulfill(status=503))
    own.run()
    assert "Press Run to try once more" in own.printed
    page.wrong.clear()
    page.unroute("**/pyodide.asm.wasm")
    assert own.run().endswith(SAME)


def test_without_storage_it_runs_all_the_same(page):
    page.add_init_script(NO_MEMORY)
    page.goto(FIRST)
    page.wrong.clear()  # the theme's own scripts complain
    listing = Listing(page)
    assert listing.tell("print(2)") == "2\n"
    expect(listing.text("copy your code before you leave")).to_be_visible()
    page.wrong.clear()


def test_last_digits_that_may_differ_are_said_to_and_nothing_else_is(own):
    own.built.evaluate("output => output.dataset.differs = ''")
    samp = own.built.locator("samp")
    samp.evaluate("samp => samp.textContent = samp.textContent.replace(/\\d\\b/, '7e-17')")
    assert own.run().endswith(SAME.replace(".", ", but for last digits."))
    samp.evaluate("samp => samp.textContent += 'more'")
    assert own.run().endswith(f": not {SAME}")


def test_the_modules_that_a_build_does_without_are_those_that_the_page_has_not_got(shown):
    names = set(sys.stdlib_module_names) - {"antigravity", "idlelib", "this"}
    public = {name for name in names if name[0] != "_"}
    missing = shown.tell(
        "import importlib, warnings\nwarnings.simplefilter('ignore')\n"
        f"for name in {' '.join(sorted(public))!r}.split():\n"
        "    try:\n        importlib.import_module(name)\n"
        "    except ImportError:\n        print(name)",
    )
    assert set(missing.split()) == set(MISSING.split()) & public


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_nothing_sticks_out_while_one_edits_and_runs(
    shown, overflowing, width, scheme
):
    page = shown.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    shown.tell(f"import numpy as np\n\nprint('{'x' * 200}')\nprint(1 / 0)  # an error\n")
    assert shown.end() == "It ended in an error in line 4."
    found = [*problems(page, COLOURS, STRUCTURE), *overflowing(page)]
    shown.press("Reset")
    found += problems(page, COLOURS, STRUCTURE)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not [text for text in found if "#block-2" in text or " at " not in text]


def test_what_comes_over_a_slow_line_is_said_to_come(page):
    page.goto(FIRST)
    listing, note, held = Listing(page), page.locator("run-code .run-code__note"), []
    for slow in ("**/run/listing.js", "**/editor/index.js"):
        page.route(slow, lambda route: held.append(route))
    listing.press("Edit")
    for _ in range(2):
        expect(note).to_have_text("Loading …")
        while not held:
            page.wait_for_timeout(50)
        held.pop().continue_()
    expect(note).to_have_text("")
    expect(listing.area).to_be_focused()


def test_a_button_that_could_not_be_loaded_says_so(page):
    page.route("**/run/listing.js", lambda route: route.abort())
    page.goto(FIRST)
    listing = Listing(page)
    listing.press("Run")
    expect(listing.text("Reload the page")).to_be_visible()
    page.wrong.clear()


# --- the cells of a lab -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(chromium: Browser, address: str) -> Page:
    with opened(chromium, address) as page:
        page.goto("labs/gradient-checking/")
        yield page


@pytest.fixture
def cells(lab):
    """The first two, as they are built."""
    lab.evaluate("localStorage.clear()")
    lab.goto("labs/gradient-checking/")
    return Listing(lab, "block-1"), Listing(lab, "block-2")


def test_a_cell_runs_after_the_cells_above_as_the_reader_left_them(cells):
    first, second = cells
    text, asks = first.code, "print(A.shape, verdict(right.max()))"
    first.write(text.replace("def report", "print('heard in this cell alone')\n\n\ndef report"))
    assert second.tell(asks) == "(20, 3) right\n"
    assert second.end().endswith("s.")
    first.write(text.replace("size=(20, 3)", "size=(7, 3)").replace("size=20", "size=7"))
    assert second.tell(asks) == "(7, 3) right\n"
    first.press("Reset")
    assert second.tell(asks) == "(20, 3) right\n"
    second.press("Reset")
    second.write(second.code.replace("return A.T", "return 2 * A.T"))  # the fault that it is about
    second.run()
    assert second.printed.count("right") == 3


def test_an_error_above_is_told_with_the_number_of_its_cell(lab, cells):
    first, second = cells
    expect(second.find(".listing__language")).to_have_text("Python · cell 2")
    first.write("x = 1\nx / 0")
    assert "It ended in an error." in second.run()
    said = "in cell 1, line 2, which runs before it: ZeroDivisionError: division by zero\n"
    assert second.printed == said
    lab.set_viewport_size({"width": 360, "height": 740})
    assert second.live.locator("pre").evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    lab.set_viewport_size({"width": 1280, "height": 720})
    first.write("def slope(:\n")
    second.run()
    assert second.printed.startswith("in cell 1, line 1, which runs before it: ")
    first.press("Reset")
    assert SAME in second.run()


def test_a_lesson_knows_nothing_of_a_lab(lab, cells):
    assert SAME in cells[0].run()
    lab.goto(FIRST)
    assert "No module named 'snippets'" in Listing(lab).tell("import snippets")
