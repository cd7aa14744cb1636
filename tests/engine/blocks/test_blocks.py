"""Every way to break a block, its figure or its widget stops the build, and says where."""

import pytest
from kit import ALT, LESSON, PAGES, Page, Project, drawing, fence
from shared import Break, Fault, breaks, shows

from scripts.blocks.includes import segments_of, text_of
from scripts.blocks.run import Result
from scripts.claims import output
from scripts.text import context
from scripts.text.document import Document

WIDGET = f'{ALT} widget="secant-to-tangent"'
SECANT = fence(f"f, x, hs = (lambda x: x * x), 1, [1]\n{drawing()}", WIDGET)
SETS_H = fence("h = 0.1\nprint(h)")
MUTE = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(99)"
TWICE = "is not the same in a second run"
LAST_DIGITS = """\
import numpy as np
A = np.random.default_rng(0).normal(size=(50, 50))
print("sum", (A @ A @ np.exp(A)).sum())"""
NOISE = 'differs="It is only noise."'
SQUARE = "differentiation/square.py"
SHOW = "or a figure, which a program does not show; print it, or end a drawing with plt.show()"


def run(code: str, says: str, at: str = "```", options: str = "") -> Break:
    """A block that fails when it is run."""
    return Break(fence(code, options), says, at, block=2)


BREAKS = {
    "an exception": run("x = 0\n1 / x", "ZeroDivisionError: division by zero", "1 / x"),
    "a number to its last digit": run(LAST_DIGITS, "These are last digits, and a reader's Python"),
    "a last digit in words": Break(
        fence(f"{LAST_DIGITS}\nz = (A @ A @ np.exp(A)).sum()", NOISE) + "\n\nA {{z}}.",
        f"what it prints {TWICE}:\n    -48287",
        "```",
        2,
    ),
    "a random number where last digits may differ": run(
        f"{LAST_DIGITS}\nprint(np.random.rand())", TWICE, options=NOISE
    ),
    "a thread": run(
        "import threading\nthreading.Thread(target=print).start()", "no threads", ".start()"
    ),
    "another process": run(
        "import subprocess\nsubprocess.run(['true'])", "no other processes", "run(["
    ),
    "an event loop": run(
        "import asyncio\nasyncio.run(asyncio.sleep(0))", "no network", "asyncio.run"
    ),
    "a package that no reader need have": run("import yaml", "no module yaml", "import"),
    "a module that the page has not got": run("import sqlite3", "no module sqlite3", "import"),
    "an exception in a snippet": run(
        f'--8<-- "{SQUARE}"\nf("3")', f"snippets/{SQUARE}, line 3: return x**2", "--8<--"
    ),
    "a syntax error": run("x = 1\ny = = 2", "SyntaxError: invalid syntax", "y = = 2"),
    "a fraction among whole numbers": run(
        "import numpy as np\nw = np.array([0, 0])\nw[:] = 3.0, 2.0\nfor i in range(2):\n    w[i] = 0.5",
        "TypeError: 0.5 is cut to fit among whole numbers: begin the array with floats",
        "w[i]",
    ),
    "a fraction added to whole numbers": run(
        "import numpy as np\nw = np.arange(3)\nw[1:] += np.array([1, 1.5])",
        "TypeError: [1.  1.5] is cut to fit among whole numbers",
        "+=",
    ),
    "sys.exit": run("import sys\nsys.exit(0)", "it called sys.exit(0)", "sys.exit(0)"),
    "sys.exit without a status": run("raise SystemExit", "it called sys.exit()", "raise"),
    "os._exit": run("import os\nos._exit(0)", "its process ended with status 0"),
    "a killed process": run("import os\nos.kill(os.getpid(), 11)", "ended with status -11"),
    "an endless loop": run("while True:\n    pass", "the limit is 1 s", options='timeout="1"'),
    "an endless sleep": run(MUTE, "the limit is 0.5 s", options='timeout="0.5"'),
    "an endless print": run("while True: print('x' * 9999)", "File too large", "print"),
    "a long print": run("print('x' * 2_000_000)", "it printed 2,000,001 bytes"),
    "progress on one line": run(
        "print('10 %', end='\\r')\nprint('20 %')", r"it printed '\r', which"
    ),
    "colours of a terminal": run(r"print('\x1b[31mred\x1b[0m')", r"it printed '\x1b', which"),
    "a character that turns the text": run(r"print('a\u202eb')", "it shows U+202E, a char"),
    "a blank that nobody sees": run(r"print('a\u200bb')", "it shows U+200B, a char"),
    "a figure's word that turns": run(
        drawing(more=r"plt.title('a\u202eb')"), "it shows U+202E, a char", options=ALT
    ),
    "a letter that no font has": run(
        drawing(more="plt.title('漢')"), "a UserWarning, which the fence does not", options=ALT
    ),
    "a NUL": run("print('a\\0b')", r"it printed '\x00', which"),
    "a backspace": run("print('a\\bb')", r"it printed '\x08', which"),
    "bytes that are no text": run(
        "import os\nos.write(1, b'\\xff\\n')", "it wrote to stdout what is no text in UTF-8"
    ),
    "a print to a closed stream": run(
        "import sys\nsys.stdout.close()\nprint(1)", "I/O operation on closed file", "print(1)"
    ),
    "a print to a closed file": run(
        "import os\nprint(1)\nos.close(1)", "what it printed cannot be written: [Errno 9]"
    ),
    "the end of all blocks": run(
        "import os\nos.kill(os.getppid(), 9)", "the process that runs the blocks ended with status"
    ),
    "a report of its own": run(
        "import os\nopen('../report.json', 'w').write('{}')\nos._exit(0)",
        "its process ended with status 0",
    ),
    "a block that ends what runs it and goes on": run(
        "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(999)",
        "the process that runs the blocks ended with status",
    ),
    "forks without end": run(
        "import os\nfor _ in range(3):  # if the first is not refused\n    os.fork()",
        "RuntimeError: the Python of the page has no other processes",
        "os.fork",
    ),
    "a failing import": run("import scipy_of_old", "No module named 'scipy_of_old'", "import"),
    "random numbers": run("import random\nprint(random.random())", TWICE),
    "NumPy's random numbers": run(
        "import numpy as np\nnp.random.seed(1)\nrng = np.random.default_rng()\nprint(rng.random())",
        "RuntimeError: it takes random numbers that no seed repeats",
        ".default_rng()",
    ),
    "random numbers that nobody sees": run(
        "import random\nprint(random.random() < 2)", f"the state of random numbers {TWICE}"
    ),
    "NumPy's random numbers that nobody sees": run(
        "import numpy as np\nprint(np.random.rand() < 2)", f"the state of random numbers {TWICE}"
    ),
    "a generator without a seed": run(
        "import random\nprint(random.Random().random() < 2)", "that no seed repeats", ".random()"
    ),
    "the system's random numbers": run(
        "import uuid\nprint(len(str(uuid.uuid4())))", "that no seed repeats", "uuid4"
    ),
    "memory that nobody has set": run("import numpy as np\nprint(np.empty(3))", TWICE),
    "a file of this machine": run(
        "print(open('/etc/passwd').read()[:1])",
        "the Python of the page has no /etc/passwd",
        "open",
    ),
    "a folder of this machine": run(
        "import os\nprint(len(os.listdir('/')) > 2)", "the Python of the page has no /", "listdir"
    ),
    "random numbers in a figure": run(
        drawing(more="import random\nplt.plot([random.random()], 'o')"),
        f"its figure {TWICE}",
        options=ALT,
    ),
    "a random number for a widget": run(
        f"import random\nx, hs = random.random(), [1]\n{drawing()}",
        f"what it computes {TWICE}:\n    x = 0.",
        options=WIDGET,
    ),
    "a failure by chance": run(
        "import os\nassert os.environ['PYTHONHASHSEED'] == '0'",
        f"how it ends {TWICE}:\n    without an error\n    AssertionError",
        "assert",
    ),
    "the time that it takes": run(
        "import time\nprint(f'{time.perf_counter():.9f} s')", f"what it prints {TWICE}"
    ),
    "a time that rounds to nothing": run(
        "from time import perf_counter\nt = perf_counter()\nprint(f'{perf_counter() - t:.1f} s')",
        f"what it prints {TWICE}:\n    0.0 s",
    ),
    "the hour": run("from datetime import datetime\nprint(datetime.now().hour)", TWICE),
    "the time of the day": run("import time\nprint(time.strftime('%H:%M'))", TWICE),
    "the number of processors": run("import os\nprint(os.cpu_count())", TWICE),
    "the system": run("import os, sys\nprint(sys.platform == 'linux', os.uname().sysname)", TWICE),
    "the version of Python": run("import platform\nprint(platform.python_version())", TWICE),
    "the version of NumPy": run("import numpy as np\nprint(np.__version__)", TWICE),
    "the user": run("import os\nprint(os.getuid())", TWICE),
    "the address of the network card": run("import uuid\nprint(uuid.getnode())", TWICE),
    "the size of an object": run("import sys\nprint(sys.getsizeof(1))", TWICE),
    "the date": run("import datetime\nprint(datetime.date.today())", TWICE),
    "the year": run("from datetime import datetime\nprint(datetime.now().year)", TWICE),
    "the year in words": run("import time\nprint(time.strftime('It is %Y'))", TWICE),
    "the folder": run("import os\nprint(os.getcwd())", TWICE),
    "the address of an object": run("print(object())", TWICE),
    "the order of a set of two": run("print({'a', 'b'})", TWICE),
    "the order of another set of two": run("print(set(['g', 'h']))", TWICE),
    "the order of a set": run("print({'a', 'b', 'c', 'd'})", TWICE),
    "a random number that words name": Break(
        f"{fence('import random' + chr(10) + 'slope = random.random()')}\n\nA {{{{slope:.9f}}}}.",
        f"what it prints {TWICE}",
        "```",
        2,
    ),
    "a random answer": Break(
        f"/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\n{fence('import random' + chr(10) + 'x = random.random()')}\n///",
        f"what it computes {TWICE}",
        "```",
        block=2,
    ),
    "a name of Python's that is another's in one program": Break(
        f"{fence('sum = 3')}\n\n{fence('print(sum([1, 2]))', 'timeout=' + chr(34) + '30' + chr(34))}",
        "one can take this page along as one program",
        "timeout",
        block=3,
    ),
    "an import of snippets": run("import snippets", "No module named 'snippets'", "import"),
    "an import of the engine": run("import blocks", "No module named 'blocks'", "import"),
    "a read from the keyboard": run("name = input()", "EOFError", "input"),
    "a missing include": run('1\n--8<-- "cube.py"', "there is no snippets/cube.py", "--8<--"),
    "an include from outside": run(
        '--8<-- "../scripts/text/cache.py"', "there is no snip", "--8<--"
    ),
    "an include by a detour": run(
        f'--8<-- "differentiation/../{SQUARE}"', "there is no snippets/diff", "--8<--"
    ),
    "a value that no print shows": run(
        "slope = 3\nslope + 1", "its last line leaves a value", "+ 1"
    ),
    "a value of a call": run("x = [2, 1]\nsorted(x)", "its last line leaves a value", "sorted"),
    "a drawing that is not shown": run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])", SHOW, "plt.plot", options=ALT
    ),
    "a drawing with a print and no show": run(
        drawing(more="print(1)").removesuffix("plt.show()"), SHOW, "print", options=ALT
    ),
    "a whole number of 64 bits": run(
        "import numpy as np\nprint(np.prod(np.arange(1, 14)))",
        "it printed 6227020800, but in the page",
    ),
    "such a number with commas": run(
        "import numpy as np\nprint(f'{np.prod(np.arange(1, 14)):,}')",
        "it printed 6,227,020,800, but in the page",
    ),
    "a type of this machine": run(
        "import numpy as np\nprint(np.arange(3).dtype)", "it printed int64, but in the page"
    ),
    "a number with its type": run(
        "import numpy as np\nprint([*np.array([1.5])])", "it printed np.float64(1.5)"
    ),
    "a comment alone": run("# nothing yet", "there is no code in this fence"),
    "an include in a comment": run(f'1\n# --8<-- "{SQUARE}"', "an include is written", "# --8<--"),
    "an alt to be written": Break(
        fence(drawing(), 'alt="TODO say what is to be seen."'), "should be a sentence", "TODO"
    ),
    "an empty block": run("", "there is no code in this fence"),
    "an empty line as a block": run("\n", "there is no code in this fence"),
    "a missing region": run(f'--8<-- "{SQUARE}:cube"', "has no region 'cube'", "--8<--"),
    "an include without quotes": run(f"--8<-- {SQUARE}", "an include is written", "--8<--"),
    "a Python warning": run("import warnings\nwarnings.warn('so')", "a UserWarning", "warn('so')"),
    "a warning of the compiler": run("x = 1\nx is 1", "a SyntaxWarning", "x is 1"),
    "a NumPy warning": run(
        "import numpy as np\nnp.array([1.0]) / 0.0", "divide by zero encountered", "/ 0.0"
    ),
    "a promised warning that does not come": run(
        "print(1)", "gave no such warning", options='warns="RuntimeWarning"'
    ),
    "a word on stderr": run("import os\nn = os.write(2, b'oops')", "it wrote to stderr:\n    oops"),
    "a printed NaN": run("print(float('nan'))", "it printed nan"),
    "a NaN in an array": run("import numpy as np\nprint(np.array([1, np.nan]))", "printed nan"),
    "a printed infinity": run("print(-float('inf'))", "it printed -inf"),
    "a path of this machine": run(
        "import sys\nprint('in', sys.prefix)", "which is of this machine alone"
    ),
    "a path of a library": run("import json\nprint(json.__file__)", "of this machine alone"),
    "a path in a figure": run(
        drawing(more="import sys\nplt.title(sys.prefix)"), "it shows the path /", options=ALT
    ),
    "an infinity where NaN is asked for": run(
        "print(float('inf'))", "it printed inf", options='prints="nan"'
    ),
    "a figure without alt": run(drawing(), "no text alternative"),
    "an alt without a figure": run("print(1)", "it left 0", options=ALT),
    "two figures in one block": run(drawing(more="plt.figure()"), "it left 2", options=ALT),
    "two figures, one after the other": run(
        drawing(more="plt.show()\nplt.plot([2, 1])"),
        "it left 2: give each a fence of its own, or draw them side by side with plt.subplots",
        options=ALT,
    ),
    "a figure that is closed": run(
        drawing(more="plt.close()"), "it left 0: end the drawing with plt.show()", options=ALT
    ),
    "a figure without axes": run(
        "import matplotlib.pyplot as plt\nplt.figure()\nplt.show()",
        "there is nothing: draw",
        options=ALT,
    ),
    "axes with nothing in them": run(
        "import matplotlib.pyplot as plt\nplt.title('A line')\nplt.show()",
        "there is nothing",
        options=ALT,
    ),
    "a line without a point": run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2], [float('nan')] * 2)\nplt.show()",
        "in its figure, there is nothing",
        options=ALT,
    ),
    "a colour outside the palette": run(drawing("purple"), "the colour #800080", options=ALT),
    "an alt that says nothing": Break(fence(drawing(), 'alt="A plot"'), "alt='A plot'", "A plot"),
    "a caption with a formula": Break(
        fence(drawing(), f'{ALT} caption="Where $x$ is."'),
        "without Markdown or formulas",
        "Where $x$",
    ),
    "a caption with Markdown": Break(
        fence(drawing(), f'{ALT} caption="Where **x** is."'), "without Markdown", "Where **x**"
    ),
    "an alt that is short": Break(
        fence(drawing(), 'alt="A plot"'), "20 characters or more", "A plot"
    ),
    "an unknown widget": Break(
        fence(drawing(), f'{ALT} widget="secant"'), "should be one of secant-to-tangent, ", "secant"
    ),
    "a widget without its variable": run(
        f"hs = [1]\n{drawing()}", "reads the variable x, which", options=WIDGET
    ),
    "a widget with a word for a number": run(
        f"x, hs = 1, 'two'\n{drawing()}", "reads the variable hs, which", options=WIDGET
    ),
    "a widget with an infinite number": run(
        f"x, hs = float('inf'), [1]\n{drawing()}", "reads the variable x, which", options=WIDGET
    ),
    "a widget without a figure": run(
        "f, x, hs = (lambda x: x * x), 1, [1]",
        "takes the place of a figure",
        options='widget="secant-to-tangent"',
    ),
    "a widget with a list for a number": run(
        f"x, hs = [1, 2], [3.0]\n{drawing()}",
        "reads the variable x as a number; it is of the shape (2,)",
        options=WIDGET,
    ),
    "a widget with a number for a list": run(
        f"x, hs = 1, 3.0\n{drawing()}",
        "reads the variable hs as a list of numbers; it is a number",
        options=WIDGET,
    ),
    "a widget with an empty list": run(
        f"x, hs = 1, []\n{drawing()}", "it is of the shape (0,)", options=WIDGET
    ),
    "a widget with too many numbers": run(
        f"X, y, x0, rates = [1, 2], [1, 2], [1, 2, 3], [1, 2]\n{drawing()}",
        "reads the variable x0 as a list of 2 numbers; it is of the shape (3,)",
        options=f'{ALT} widget="descent-path"',
    ),
    "a widget with lists that do not match": run(
        f"X, y, x0, rates = [1, 2], [1, 2, 3], [1, 2], [1, 2]\n{drawing()}",
        "reads as many y as X; they are 3 and 2",
        options=f'{ALT} widget="descent-path"',
    ),
    "a widget with triples for pairs": run(
        f"points = [[1, 2, 3]]\n{drawing()}",
        "reads the variable points as a list of pairs; it is of the shape (1, 3)",
        options=f'{ALT} widget="gradient-field"',
    ),
    "a widget over another function": run(
        f"f, x, hs = (lambda x: x**3), 1, [1]\n{drawing()}",
        "the widget secant-to-tangent draws what its script computes, and not this block: at its end",
        options=WIDGET,
    ),
    "a widget over no function": run(
        f"x, hs = 1, [1]\n{drawing()}", "for t in (x, x + 1, x + 2)) should be 0", options=WIDGET
    ),
    "a link to a state beyond the bounds": Break(
        f"{SECANT}\n\nSee [it](#secant-to-tangent:h=2.5).",
        "sets h to '2.5', not to a number from 1e-16 to 2",
        "[it]",
    ),
    "a link to a state beyond those of its function": Break(
        f"{SECANT}\n\nSee [it](#secant-to-tangent:x=-1,f=root).",
        "sets x to '-1', not to a number from 0.1 to 3",
        "[it]",
    ),
    "a link to an unknown function": Break(
        f"{SECANT}\n\nSee [it](#secant-to-tangent:x=1,f=sine).",
        "sets f to 'sine', not to one of square, cube, root, reciprocal",
        "[it]",
    ),
    "a link to an unknown part of a state": Break(
        f"{SECANT}\n\nSee [it](#secant-to-tangent:x=1,foo=1).",
        "sets 'foo'; the state of this figure is f, x, h",
        "[it]",
    ),
    "a link to a state that is no number": Break(
        f"{SECANT}\n\nSee [it](#secant-to-tangent:h=abc).",
        "sets h to 'abc', not to a number",
        "[it]",
    ),
    "a link to a number that no listing has": Break(
        f"{SETS_H}\n\nSee [it](#above:hs=1).",
        "no listing above the link #above:hs=1 sets hs to a number",
        "[it]",
    ),
    "a link to a number without a listing": Break(
        "See [it](#above:h=1).", "no listing above the link #above:h=1 sets h to a number", "[it]"
    ),
    "a link that sets a number to a word": Break(
        f"{SETS_H}\n\nSee [it](#above:h=small).",
        "the link #above:h=small sets h to 'small', not to a number",
        "[it]",
    ),
    "a link to a state of no figure": Break(
        "[see](#secant-to-tangent:h=1)", "#secant-to-tangent", "[see]"
    ),
}


@breaks(BREAKS)
def test_a_broken_block_stops_the_build_and_says_where(broken: Break, faults: list[Fault]):
    broken.check(faults)


def test_two_snippets_with_one_name_in_a_block_are_told():
    code = '--8<-- "differentiation/square.py"\n\n--8<-- "multivariable/bowl.py"\nprint(f(1, 2))'
    page = context.Page()
    (block,) = Document(fence(code)).fences
    segments = segments_of(block, page)
    assert not output.check(Result(text_of(segments)), {}, segments, 1, page)
    (fault,) = page.faults
    assert fault.line == 4
    assert "f is multivariable.bowl.f here, and differentiation.square.f besides" in fault.message


def test_a_fault_of_the_engine_stops_the_build_and_says_where(project: Project):
    broken = "from scripts import extension\nextension.show = None"
    done = project.build("-q", before=broken, SITE_CACHE="off")
    line = PAGES[LESSON].split("```")[0].count("\n") + 1
    assert done.returncode != 0
    assert f"{LESSON}, line {line}, block 1: the engine failed: TypeError" in done.stdout


DIVIDED = "import numpy as np\nprint(np.float64(1) / 0, 'is the quotient')"


@shows(fence(DIVIDED, 'warns="RuntimeWarning" prints="inf"'))
def test_a_taught_warning_is_shown_and_not_mixed_into_the_output(shown: Page):
    assert shown.listings[-1].stdout == "inf is the quotient\n"
    assert "block.py:2: RuntimeWarning: divide by zero" in shown.listings[-1].stderr


@shows(fence(f'#| alt: A line "up",\n#|   and no other.\n{drawing()}'))
def test_options_on_lines_of_their_own_are_taken_and_not_shown(shown: Page):
    listing = shown.listings[-1]
    assert listing.figure["aria-label"] == 'A line "up", and no other.'
    assert listing.text == drawing() + "\n"


@shows(fence(LAST_DIGITS, 'differs="They are where rounding shows."'))
def test_last_digits_are_published_with_the_reason_why_they_are_shown(shown: Page):
    output = shown.soup.select(".output")[-1]
    assert output.has_attr("data-differs")
    assert "others: They are where rounding shows." in output.select_one("p").get_text()


PRINTED = {
    "numbers that are asked for": (
        fence("print(float('nan'), -float('inf'))", 'prints="nan inf"'),
        "nan -inf\n",
    ),
    "large numbers that are the same anywhere": (
        fence(
            "import numpy as np\n"
            "print(np.arange(14, dtype=np.int64)[1:].prod(), np.iinfo(np.int32).max, '6227020800.5')"
        ),
        "6227020800 2147483647 6227020800.5\n",
    ),
    "a number without NumPy": (fence("print(13**13)"), "302875106592253\n"),
    "words that only begin like them": (
        fence("print('nancy infers information')"),
        "nancy infers information\n",
    ),
    "what comes within a longer limit": (
        fence("import time\ntime.sleep(1)\nprint('done')", 'timeout="99"'),
        "done\n",
    ),
}


@pytest.mark.parametrize(("shown", "text"), PRINTED.values(), ids=PRINTED, indirect=["shown"])
def test_what_a_block_may_print_is_published(text: str, shown: Page):
    assert shown.listings[-1].stdout == text
