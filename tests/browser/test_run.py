"""Listings run in the page: a real Pyodide in a real Chromium prints and draws what the built page shows."""

import re
import sys
from contextlib import contextmanager

import pytest
from accessibility import COLOURS, STRUCTURE, problems
from kit import LABS, LESSONS, Listing, Site
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.blocks.worker import MISSING

pytestmark = pytest.mark.mkdocs("its hooks publish the Python of the page")
LESSON = "tutorials/calculus-for-optimization/derivatives-and-gradients/"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
BUILT = """async (id) => { // the figure of a block, before any script had it
    const text = await (await fetch(location)).text()
    const page = new DOMParser().parseFromString(text, "text/html")
    return page.querySelector(`#${id} .plot`).outerHTML
}"""
DRAWN = 0.11  # of a figure's points: the last place of its numbers, which rounding may move


@contextmanager
def opened(chromium: Browser, address: str):
    """A page of its own; what goes wrong on it is a failure."""
    context = chromium.new_context(
        base_url=address,
        viewport={"width": 1280, "height": 900},
        service_workers="block",
        reduced_motion="reduce",
    )
    with context:
        page = context.new_page()
        page.wrong = []  # a violation of the policy would be among them
        page.on("pageerror", lambda error: page.wrong.append(error.stack or error.message))
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and page.wrong.append(said.text),
        )
        yield page
        ours = "Service Worker registration blocked by Playwright"
        assert not [text for text in page.wrong if text != ours]


@pytest.fixture
def page(chromium: Browser, address: str):
    with opened(chromium, address) as page:
        yield page


@pytest.fixture(scope="module")
def shown(chromium: Browser, address: str):
    """A listing whose page has Python ready, for tests that put a text of their own in it."""
    with opened(chromium, address) as page:
        page.goto(LESSON)
        yield listing(page, "block-2")


def listing(page: Page, ident: str) -> Locator:
    """The listing of a block, its fold opened if it has one."""
    found = page.locator(f".listing#{ident}, #{ident} .listing").filter(
        has=page.locator("run-code")
    )
    found.evaluate(
        "box => { for (let at = box; at; at = at.parentElement) if (at.localName === 'details') at.open = true }"
    )
    return found


def press(shown: Locator, name: str) -> None:
    shown.get_by_role("button", name=re.compile(rf"^{name}: ")).click()


def ended(shown: Locator) -> str:
    """Wait for the end of a run; what its output says of it."""
    shown.locator(".output--live[data-result]").wait_for()
    return shown.locator(".output__verdict").inner_text()


def run(shown: Locator) -> str:
    press(shown, "Run")
    return ended(shown)


def printed(shown: Locator) -> str:
    return shown.locator(".output--live samp").text_content()


def write(shown: Locator, text: str) -> None:
    """Put `text` in the place of the whole listing, as one types."""
    if shown.locator("textarea").count() == 0:
        press(shown, "Edit")
    area = shown.locator("textarea")
    area.press("ControlOrMeta+a")
    area.evaluate("(area, text) => document.execCommand('insertText', false, text)", text)
    expect(area).to_have_value(text)


def written(svg: str) -> tuple[list[str], list[float]]:
    """A drawing apart from its names: what stands between its numbers, and these."""
    svg = re.sub(r'(id="|#|url\(#)(?:block|cell)-\d+-(run-\d+-)?', r"\1", svg)
    svg = re.sub(r' (aria-\w+|xmlns)="[^"]*"', "", svg.replace(" plot--live", ""))
    return NUMBER.split(svg), [float(number) for number in NUMBER.findall(svg)]


@pytest.mark.parametrize("url", [*LESSONS, *LABS])
def test_every_listing_prints_and_draws_in_the_page_what_was_built(page, site: Site, url: str):
    built = site.pages[url]
    page.goto(url)
    wrong = []
    for known in built.listings:
        known: Listing
        shown = listing(page, known.id)
        verdict = run(shown)
        if printed(shown) != known.stdout + known.stderr:
            wrong.append(f"{known} printed {printed(shown)!r}")
        elif not known.stderr and ": the same as when the site was built." not in verdict:
            wrong.append(f"{known}: {verdict}")
        if known.figure:
            live = page.locator(f"#{known.id} > .plot--live")
            texts, numbers = written(live.evaluate("svg => svg.outerHTML"))
            wanted, exact = written(page.evaluate(BUILT, known.id))
            if (
                texts != wanted
                or max(abs(a - b) for a, b in zip(numbers, exact, strict=True)) > DRAWN
            ):
                wrong.append(f"{known} drew something else")
    assert not wrong


def test_nothing_of_the_runtime_is_asked_for_before_the_first_wish(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(LESSON)
    page.wait_for_load_state("networkidle")  # a slow page is idle before it is loaded
    extra = re.compile(r"/assets/(python|run|editor)/|/javascripts/run/|run\.css")
    assert not [url for url in asked if extra.search(url)]
    run(listing(page, "block-2"))
    assert [url for url in asked if "pyodide" in url]
    assert not [url for url in asked if re.search("matplotlib|pillow", url)]  # nothing drew


def test_a_changed_listing_runs_as_changed_and_says_so(page):
    page.goto(LESSON)
    shown = listing(page, "block-2")
    write(shown, "print(6 * 7)\n")
    expect(shown.get_by_text("You changed this")).to_be_visible()
    shown.locator("textarea").press("ControlOrMeta+Enter")
    assert ended(shown).startswith("Ran in")
    assert printed(shown) == "42\n"
    expect(shown.locator(".output:not(.output--live)")).to_be_hidden()
    shown.get_by_text("Show the built output").click()
    expect(shown.locator(".output--live")).to_be_hidden()
    expect(shown.locator(".output:not(.output--live)")).to_be_visible()


def test_a_change_is_kept_until_it_is_reset_and_a_reset_can_be_undone(page):
    page.goto(LESSON)
    shown = listing(page, "block-2")
    built = "".join(shown.locator("pre > code").all_text_contents())
    write(shown, "print(1)")
    page.reload()
    area = shown.locator("textarea")
    expect(area).to_have_value("print(1)")
    press(shown, "Reset")
    expect(area).to_have_value(built)
    expect(shown.get_by_text("You changed this")).to_be_hidden()
    press(shown, "Undo reset")
    expect(area).to_have_value("print(1)")
    press(shown, "Reset")
    page.reload()
    expect(shown.locator(".highlight")).to_be_visible()
    expect(area).to_have_count(0)


KEPT = [
    "5",
    '"x"',
    "[]",
    "null",
    '{"half',
    '{"PAGE": 5}',
    '{"PAGE": {"a": 1}, "/other/": {"b": "c"}}',
]


@pytest.mark.parametrize("kept", KEPT)
def test_whatever_the_browser_kept_a_change_is_kept_and_nothing_is_lost(page, address, kept: str):
    kept = kept.replace("PAGE", f"/{LESSON}")
    place = "calculus-for-optimization:code"
    page.add_init_script(f"sessionStorage.seen ??= localStorage.setItem({place!r}, {kept!r}) ?? 1")
    page.goto(LESSON)
    shown = listing(page, "block-2")
    write(shown, "print(1)")
    expect(page.get_by_text("could not be read")).to_be_visible()
    assert kept in page.evaluate("Object.values(localStorage)")
    if "other" in kept:
        assert '"c"' in page.evaluate(f"localStorage.getItem({place!r})")
    page.reload()
    expect(shown.locator("textarea")).to_have_value("print(1)")
    expect(page.get_by_text("could not be read")).to_have_count(0)


def test_copy_takes_the_text_as_it_was_changed(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(LESSON)
    shown = listing(page, "block-2")
    write(shown, "print('mine')")
    press(shown, "Copy")
    shown.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "print('mine')"


def test_an_error_shows_the_line_of_the_block_and_no_machinery(shown):
    write(shown, "def slope(run):\n    return 1 / run\n\n\nslope(0)\n")
    assert run(shown) == "It ended in an error in line 2."
    said = printed(shown)
    assert re.findall(r'File "([^"]+)", line (\d+)', said) == [("block.py", "5"), ("block.py", "2")]
    assert said.endswith("ZeroDivisionError: division by zero\n")
    expect(shown.locator(".line-of-error")).to_have_text("    return 1 / run")
    write(shown, "def slope(:\n")
    assert run(shown) == "It ended in an error in line 1."
    assert "SyntaxError" in printed(shown)
    expect(shown.get_by_role("status").filter(has_text="SyntaxError: ")).to_have_count(1)
    write(shown, "input()")
    assert "There is no keyboard to ask here" in run(shown)


def test_each_run_starts_afresh(shown):
    first = [
        "import sys, warnings",
        "import numpy as np",
        "import matplotlib.pyplot as plt",
        "left = 1",
        "np.set_printoptions(precision=2)",
        "np.seterr(all='raise')",
        "plt.rcParams['lines.linewidth'] = 9",
        "plt.plot([1, 2])",
        "open('left.txt', 'w').close()",
        "sys.stdout = None",
        "warnings.simplefilter('ignore')",
        "sys.path.append('left'); np.pi = 3; import builtins; builtins.bin = None",
    ]
    write(shown, "\n".join(first))
    run(shown)
    expect(shown.locator(".plot--live")).to_have_count(1)
    write(shown, "print(1)")  # says nothing of figures
    run(shown)
    expect(shown.locator(".plot--live")).to_have_count(0)
    then = [
        "import os, sys, warnings",
        "import numpy as np",
        "import matplotlib.pyplot as plt",
        "print('left' in globals(), os.listdir(), plt.get_fignums(), plt.rcParams['lines.linewidth'])",
        "print(bin(2), np.pi > 3, 'left' in sys.path)",
        "print(np.array([1 / 3]), np.geterr()['divide'], __name__, len(warnings.filters) > 1)",
    ]
    write(shown, "\n".join(then))
    run(shown)
    assert printed(shown) == "False [] [] 2.0\n0b10 True False\n[0.33333333] warn __main__ True\n"
    expect(shown.locator(".plot--live")).to_have_count(0)


LEAKS = {  # what a run does, and what the next then asks
    "a timer": (
        "import js\njs.setTimeout(lambda: print('late'), 50)",
        "import time; time.sleep(0.3)",
    ),
    "a task": (
        "import asyncio\nasync def late():\n    await asyncio.sleep(0.05); print('late')\nt = asyncio.ensure_future(late())",
        "1",
    ),
    "an import": ("import builtins; builtins.__import__ = None", "import json"),
    "a builtin": ("import builtins; builtins.print = None", "1"),
    "a class": (
        "import collections; collections.Counter.__repr__ = lambda self: 'late'",
        "import collections; print(repr(collections.Counter())[:1])",
    ),
    "a class of a module that the run imports first": (
        "import graphlib as g; g.TopologicalSorter.add = None",
        "import graphlib as g; print(g.TopologicalSorter.add is None)",
    ),
    "what is added": (
        "import graphlib as g, numpy as np; g.late = g.TopologicalSorter.late = np.late = np.poly1d.late = 1",
        "import graphlib as g, numpy as np\nfor at in (g, g.TopologicalSorter, np, np.poly1d): assert not hasattr(at, 'late')",
    ),
    "a module in the place of another": (
        "import sys; sys.modules['json'] = None",
        "import json; json.loads('1')",
    ),
    "a module of the run's own": (
        "import sys; sys.path.append(''); open('late.py', 'w').close(); import late",
        "import importlib.util; print(importlib.util.find_spec('late'))",
    ),
    "what a module prints": (
        "import this",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as said: import this\nprint(said.tell() > 99)",
    ),
    "the recursion limit": (
        "import sys; sys.setrecursionlimit(90)",
        "import sys; print(sys.getrecursionlimit() > 90)",
    ),
    "a trace": ("import sys; sys.settrace(lambda *a: print('late'))", "def f(): pass\nf()"),
    "a profile": ("import sys; sys.setprofile(lambda *a: print('late'))", "len([])"),
    "the browser": (
        "import js; js.Object.late = 1",
        "import js; print(hasattr(js.Object, 'late'))",
    ),
}


def test_nothing_of_a_run_is_left_for_the_next(shown):
    left = {}
    for name, (first, then) in LEAKS.items():
        write(shown, first)
        run(shown)
        write(shown, f"{then}\nprint('done')")
        run(shown)
        left[name] = printed(shown)
    said = dict.fromkeys(LEAKS, "done\n")
    said |= {
        "a class": "C\ndone\n",
        "a class of a module that the run imports first": "False\ndone\n",
        "a module of the run's own": "None\ndone\n",
        "what a module prints": "True\ndone\n",
        "the recursion limit": "True\ndone\n",
        "the browser": "False\ndone\n",
    }
    assert left == said


TOO_MUCH = {  # and what is said of it
    "print('\\n' * 999_999)": "Stopped: it printed more than 20,000 lines.",
    "import matplotlib.pyplot as plt\nfor _ in range(10_000): plt.figure()": "line 2",
    "import matplotlib.pyplot as plt\nplt.figure(figsize=(1e5, 1e5))": "a figure is 100000 × 100000 inches: at most 50",
    "with open('a', 'wb') as f:\n    while True: f.write(bytes(10_000_000))": "No space left on device",
    "open('a', 'wb').truncate(2**31)": "No space left on device",
}


def test_too_much_of_anything_ends_in_a_clear_message_and_the_next_run_works(shown):
    for code, said in TOO_MUCH.items():
        write(shown, code)
        verdict = run(shown)
        assert said in verdict + printed(shown), code
        write(shown, "print('again')")
        run(shown)
        assert printed(shown) == "again\n", code


def test_an_endless_loop_can_be_stopped_and_the_next_run_works(shown):
    write(shown, "print('begun', flush=True)\nwhile True:\n    pass\n")
    press(shown, "Run")
    expect(shown.locator(".output--live")).to_contain_text("begun")
    press(shown, "Stop")
    assert ended(shown) == "Stopped."
    write(shown, "print('again')")
    run(shown)
    assert printed(shown) == "again\n"


def test_an_endless_print_ends_in_a_clear_message(shown):
    write(shown, "while True:\n    print('x' * 99)\n")
    assert run(shown) == "Stopped: it printed more than 1,000,000 characters."
    assert 900_000 < len(printed(shown)) <= 1_000_000


def test_what_eats_memory_ends_in_a_clear_message(shown):
    write(shown, "kept = []\nwhile True:\n    kept.append(bytearray(10_000_000))\n")
    assert run(shown) == "It wanted more memory than this page may take (1 GiB)."
    assert "MemoryError" in printed(shown)
    write(shown, "print('again')")
    run(shown)
    assert printed(shown) == "again\n"


def test_who_ran_code_on_one_page_finds_python_ready_on_the_next(page, site: Site):
    page.goto(LESSON)
    run(listing(page, "block-2"))
    with page.expect_request(re.compile("pyodide.mjs")):
        page.goto(site.lessons[1].url)  # nothing is pressed there
    assert page.locator(".output--live").count() == 0  # and nothing runs


def test_the_editor_indents_by_tab_and_lets_the_keyboard_go(page):
    page.goto(LESSON)
    shown = listing(page, "block-2")
    write(shown, "if True:")
    area = shown.locator("textarea")
    expect(area).to_be_focused()
    assert area.get_attribute("aria-label") == "Code of block 2"
    hint = page.locator(f"#{area.get_attribute('aria-describedby')}")
    expect(hint).to_be_visible()
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
    assert not shown.locator("textarea").evaluate("area => area === document.activeElement")


def test_a_reader_may_draw_in_any_colour(shown):
    write(shown, "import matplotlib.pyplot as plt\nplt.plot([1, 2], color='hotpink')\n")
    run(shown)
    assert "#ff69b4" in shown.locator(".plot--live").inner_html()


def test_a_server_without_the_runtime_is_said_and_can_be_tried_again(page):
    page.route("**/pyodide.asm.wasm", lambda route: route.fulfill(status=503))
    page.goto(LESSON)
    shown = listing(page, "block-2")
    run(shown)
    assert "Press Run to try once more" in printed(shown)
    page.wrong.clear()
    page.unroute("**/pyodide.asm.wasm")
    assert run(shown).endswith("the same as when the site was built.")


def test_without_storage_it_runs_all_the_same(page):
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new Error('denied') } })"
    )
    page.goto(LESSON)
    shown = listing(page, "block-2")
    page.wrong.clear()  # the theme's own scripts complain
    write(shown, "print(2)")
    run(shown)
    assert printed(shown) == "2\n"
    expect(shown.get_by_text("copy your code before you leave")).to_be_visible()
    page.wrong.clear()


def test_last_digits_that_may_differ_are_said_to_and_nothing_else_is(page, site: Site):
    page.goto(LESSON)
    shown = listing(page, "block-2")
    shown.locator(".output").evaluate("output => output.dataset.differs = ''")
    built = shown.locator(".output samp")
    built.evaluate("samp => samp.textContent = samp.textContent.replace(/\\d\\b/, '7e-17')")
    assert run(shown).endswith(": the same as when the site was built, but for last digits.")
    shown.locator(".output:not(.output--live) samp").evaluate("samp => samp.textContent += 'more'")
    assert run(shown).endswith(": not the same as when the site was built.")


def test_the_modules_that_a_build_does_without_are_those_that_the_page_has_not_got(shown):
    names = sorted(set(sys.stdlib_module_names) - {"antigravity", "idlelib", "this"})
    public = [name for name in names if name[0] != "_"]
    write(
        shown,
        "import importlib, warnings\nwarnings.simplefilter('ignore')\n"
        f"for name in {' '.join(public)!r}.split():\n"
        "    try:\n        importlib.import_module(name)\n"
        "    except ImportError:\n        print(name)",
    )
    run(shown)
    missing = set(MISSING.split())
    assert set(printed(shown).split()) == missing & set(public)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_nothing_sticks_out_while_one_edits_and_runs(
    shown, overflowing, width, scheme
):
    page = shown.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    write(shown, f"import numpy as np\n\nprint('{'x' * 200}')\nprint(1 / 0)  # an error\n")
    assert run(shown) == "It ended in an error in line 4."
    found = [*problems(page, COLOURS, STRUCTURE), *overflowing(page)]
    press(shown, "Reset")
    found += problems(page, COLOURS, STRUCTURE)
    found = [text for text in found if "#block-2" in text or " at " not in text]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not found


def test_stop_ends_the_worker(page):
    page.goto(LESSON)
    shown = listing(page, "block-2")
    write(shown, "print('begun', flush=True)\nwhile True:\n    pass\n")
    ours = lambda worker: worker.url.startswith("blob:")  # noqa: E731
    with page.expect_worker(ours) as begun:
        press(shown, "Run")
    expect(shown.locator(".output--live")).to_contain_text("begun")
    with begun.value.expect_event("close"):
        press(shown, "Stop")
        assert ended(shown) == "Stopped."


def test_a_button_that_could_not_be_loaded_says_so(page):
    page.route("**/run/listing.js", lambda route: route.abort())
    page.goto(LESSON)
    shown = listing(page, "block-2")
    press(shown, "Run")
    expect(shown.get_by_text("Reload the page")).to_be_visible()
    page.wrong.clear()


# --- the cells of a lab -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(chromium: Browser, address: str):
    with opened(chromium, address) as page:
        page.goto("labs/gradient-checking/")
        yield page


def test_a_cell_runs_after_the_cells_above_as_the_reader_left_them(lab):
    first, second = listing(lab, "block-1"), listing(lab, "block-2")
    text = "".join(first.locator("pre > code").all_text_contents())
    write(first, text.replace("def report", "print('heard in this cell alone')\n\n\ndef report"))
    write(second, "print(A.shape, verdict(right.max()))")
    assert run(second).endswith("s.")
    assert printed(second) == "(20, 3) right\n"
    write(first, text.replace("size=(20, 3)", "size=(7, 3)").replace("size=20", "size=7"))
    run(second)
    assert printed(second) == "(7, 3) right\n"
    press(first, "Reset")
    run(second)
    assert printed(second) == "(20, 3) right\n"
    press(second, "Reset")


def test_an_error_above_is_told_with_the_number_of_its_cell(lab):
    first, second = listing(lab, "block-1"), listing(lab, "block-2")
    expect(second.locator(".listing__language")).to_have_text("Python · cell 2")
    write(first, "x = 1\nx / 0")
    verdict = run(second)
    assert "It ended in an error." in verdict
    said = "in cell 1, line 2, which runs before it: "
    assert printed(second) == said + "ZeroDivisionError: division by zero\n"
    lab.set_viewport_size({"width": 360, "height": 740})
    shown = second.locator(".output--live pre")
    assert shown.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    lab.set_viewport_size({"width": 1280, "height": 720})
    write(first, "def slope(:\n")
    run(second)
    assert printed(second).startswith("in cell 1, line 1, which runs before it: ")
    press(first, "Reset")
    assert "the same as when the site was built" in run(second)


def test_a_lesson_knows_nothing_of_a_lab(lab):
    assert "the same as" in run(listing(lab, "block-1"))
    lab.goto(LESSON)
    shown = listing(lab, "block-2")
    write(shown, "import snippets")
    run(shown)
    assert "No module named 'snippets'" in printed(shown)
    press(shown, "Reset")


def test_a_mended_fault_is_right_in_the_page(lab):
    lab.goto("labs/gradient-checking/")
    cell = listing(lab, "block-2")
    text = "".join(cell.locator("pre > code").all_text_contents())
    write(cell, text.replace("return A.T", "return 2 * A.T"))
    run(cell)
    assert printed(cell).count("right") == 3
    press(cell, "Reset")
