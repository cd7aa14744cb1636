"""Every way to break a page stops the build, says where, and leaves the site as it was."""

import re
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass

import pytest
from kit import LESSON, LIMIT, PAGES, SECTION, Project


def fence(code: str, options: str = "") -> str:
    return f'```python exec="on"{options and " " + options}\n{code}\n```'


@dataclass
class Break:
    """Something wrong at the end of the lesson, and what the message must say of it."""

    text: str
    says: str
    at: str  # a line of the text that holds this is the line that the message must name
    block: int = 0  # the number of the block that it must name
    times: int = 1  # at how many places it is wrong


def run(code: str, says: str, at: str = "```", options: str = "") -> Break:
    """A block that fails when it is run."""
    return Break(fence(code, options), says, at, block=2)


def draw(colour: str = "C0") -> str:
    return f"import matplotlib.pyplot as plt\nplt.plot([1, 2], color={colour!r})"


ALT = 'alt="A line that climbs from one to two."'
WIDGET = f'{ALT} widget="secant-to-tangent"'
SECANT = fence(f"x, hs = 1, [1]\n{draw()}", WIDGET)
MUTE = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(99)"
TWICE = "is not the same in a second run"
LAST_DIGITS = """\
import numpy as np
A = np.random.default_rng(0).normal(size=(50, 50))
print("sum", (A @ A @ np.exp(A)).sum())"""
NOISE = 'differs="It is only noise."'
SQUARE = "differentiation/square.py"

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
        rf"{draw()}{chr(10)}plt.title('a\u202eb')", "it shows U+202E, a char", options=ALT
    ),
    "a letter that no font has": run(
        f"{draw()}\nplt.title('漢')", "a UserWarning, which the fence does not", options=ALT
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
    "a process that it does not wait for": run(
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])",
        "it ended before a process that it had started",
    ),
    "a fork that goes on": run(
        "import os, time\nif os.fork() == 0:\n    time.sleep(99)",
        "it ran without an end (the limit is 2 s)",
        options='timeout="2"',
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
        f"import random\n{draw()}\nplt.plot([random.random()], 'o')",
        f"its figure {TWICE}",
        options=ALT,
    ),
    "a random number for a widget": run(
        f"import random\nx, hs = random.random(), [1]\n{draw()}",
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
    "a word on stderr": run("import os\nos.write(2, b'oops')", "it wrote to stderr:\n    oops"),
    "a printed NaN": run("print(float('nan'))", "it printed nan"),
    "a NaN in an array": run("import numpy as np\nprint(np.array([1, np.nan]))", "printed nan"),
    "a printed infinity": run("print(-float('inf'))", "it printed -inf"),
    "a path of this machine": run(
        "import sys\nprint('in', sys.prefix)", "which is of this machine alone"
    ),
    "a path of a library": run("import json\nprint(json.__file__)", "of this machine alone"),
    "a path in a figure": run(
        f"{draw()}\nimport sys\nplt.title(sys.prefix)", "it shows the path /", options=ALT
    ),
    "an infinity where NaN is asked for": run(
        "print(float('inf'))", "it printed inf", options='prints="nan"'
    ),
    "a figure without alt": run(draw(), "no text alternative"),
    "an alt without a figure": run("print(1)", "it left 0", options=ALT),
    "two figures in one block": run(draw() + "\nplt.figure()", "it left 2", options=ALT),
    "two figures, one after the other": run(
        f"{draw()}\nplt.show()\nplt.plot([2, 1])\nplt.show()",
        "it left 2: give each a fence of its own, or draw them side by side with plt.subplots",
        options=ALT,
    ),
    "a figure that is closed": run(
        f"{draw()}\nplt.close()", "it left 0: end the drawing with plt.show()", options=ALT
    ),
    "a figure without axes": run(
        "import matplotlib.pyplot as plt\nplt.figure()", "there is nothing: draw", options=ALT
    ),
    "axes with nothing in them": run(
        "import matplotlib.pyplot as plt\nplt.title('A line')", "there is nothing", options=ALT
    ),
    "a line without a point": run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2], [float('nan')] * 2)",
        "in its figure, there is nothing",
        options=ALT,
    ),
    "a colour outside the palette": run(draw("purple"), "the colour #800080", options=ALT),
    "an alt that says nothing": Break(fence(draw(), 'alt="A plot"'), "alt='A plot'", "A plot"),
    "a caption with a formula": Break(
        fence(draw(), f'{ALT} caption="Where $x$ is."'), "without Markdown or formulas", "Where $x$"
    ),
    "a caption with Markdown": Break(
        fence(draw(), f'{ALT} caption="Where **x** is."'), "without Markdown", "Where **x**"
    ),
    "an alt that is short": Break(fence(draw(), 'alt="A plot"'), "20 characters or more", "A plot"),
    "an unknown widget": Break(
        fence(draw(), f'{ALT} widget="secant"'), "should be one of secant-to-tangent, ", "secant"
    ),
    "a widget without its variable": run(
        f"hs = [1]\n{draw()}", "reads the variable x, which", options=WIDGET
    ),
    "a widget with a word for a number": run(
        f"x, hs = 1, 'two'\n{draw()}", "reads the variable hs, which", options=WIDGET
    ),
    "a widget with an infinite number": run(
        f"x, hs = float('inf'), [1]\n{draw()}", "reads the variable x, which", options=WIDGET
    ),
    "a widget without a figure": run(
        "x, hs = 1, [1]", "takes the place of a figure", options='widget="secant-to-tangent"'
    ),
    "a widget with a list for a number": run(
        f"x, hs = [1, 2], [3.0]\n{draw()}",
        "reads the variable x as a number; it is of the shape (2,)",
        options=WIDGET,
    ),
    "a widget with a number for a list": run(
        f"x, hs = 1, 3.0\n{draw()}",
        "reads the variable hs as a list of numbers; it is a number",
        options=WIDGET,
    ),
    "a widget with an empty list": run(
        f"x, hs = 1, []\n{draw()}", "it is of the shape (0,)", options=WIDGET
    ),
    "a widget with too many numbers": run(
        f"X, y, x0 = [1, 2], [1, 2], [1, 2, 3]\n{draw()}",
        "reads the variable x0 as a list of 2 numbers; it is of the shape (3,)",
        options=f'{ALT} widget="descent-path"',
    ),
    "a widget with lists that do not match": run(
        f"X, y, x0 = [1, 2], [1, 2, 3], [1, 2]\n{draw()}",
        "reads as many y as X; they are 3 and 2",
        options=f'{ALT} widget="descent-path"',
    ),
    "a widget with triples for pairs": run(
        f"points = [[1, 2, 3]]\n{draw()}",
        "reads the variable points as a list of pairs; it is of the shape (1, 3)",
        options=f'{ALT} widget="gradient-field"',
    ),
    "a number that nothing prints": Break("It is 12.7 here.", "the number 12.7 (the near", "12.7"),
    "a wrong number in a formula": Break("$$\nx_1 =\n12.7\n$$", "the number 12.7", "12.7"),
    "a wrong number in a caption": Break(
        fence(draw(), f'{ALT} caption="It ends at 12.7."'), "the number 12.7", "12.7"
    ),
    "a wrong number in a text alternative": Break(
        fence(draw(), 'alt="A line that climbs to 12.7."'), "the number 12.7", "12.7"
    ),
    "a wrong number in a hint": Break(
        f"/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n- slip `x + 1`: No,\n  it is 12.7.\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "the number 12.7",
        "12.7",
    ),
    "a number computed from an unknown name": Break(
        f"{fence('slope = 1')}\n\nA {{{{slop:.2f}}}}.", "name 'slop' is not defined", "{{slop", 2
    ),
    "a number computed with an unknown format": Break(
        f"{fence('slope = 1')}\n\nA {{{{slope:.2q}}}}.",
        "of type 'int'\n    {{slope:.2q}}\n",
        "{{slope",
        2,
    ),
    "a number computed from no expression": Break(
        f"{fence('slope = 1')}\n\nA {{{{slope +}}}}.", "{{slope +}} is no Python", "{{slope"
    ),
    "a number that is computed to what nobody sees": Break(
        f"{fence('slope = chr(0x202e)')}\n\nA {{{{slope}}}}.", r"is '\u202e', which", "{{slope"
    ),
    "a number that is computed to none": Break(
        f"{fence('slope = 1')}\n\nA {{{{slope * float('nan')}}}}.", "is 'nan', which", "{{slope"
    ),
    "braces of a formula that would be computed": Break(
        "$x^{{\\frac12}}$", "write the braces with a space between: { {", "{{"
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
    "a link to a state of no figure": Break(
        "[see](#secant-to-tangent:h=1)", "#secant-to-tangent", "[see]"
    ),
    "a list below a paragraph": Break(
        "These:\n- one\n- two", "a list, which has an empty", "- one"
    ),
    "a numbered list below a paragraph": Break("These:\n1. one", "a list, which has", "1. one"),
    "a table of unequal rows": Break("| a | b |\n|---|\n| c | d |", "a table, which", "|---|"),
    "an attribute in words": Break("A {#place} in words.", "an attribute, which", "{#place}"),
    "stars that are not closed": Break("It is **bold.", "a pair of stars", "**bold"),
    "a link that never ends": Break("![see](here.md", "a link, a picture or", "![see]"),
    "a footnote that says nothing": Break("So it is.[^1]", "or a footnote was", "[^1]"),
    "braces over two lines": Break("It is {{3 +\n4}}.", "a pair of braces", "{{3"),
    "a merge conflict": Break("<<<<<<< HEAD\nOne\n=======\nTwo\n>>>>>>> b", "conflict", "<<<"),
    "a merge conflict's end": Break("One\n\n>>>>>>> branch", "conflict", ">>>"),
    "a merge conflict's middle": Break("One\n\n=======\n\nTwo", "merge conflict", "==="),
    "a merge conflict in a fence": Break("```text\n<<<<<<< HEAD\n```", "conflict", "<<<"),
    "an element that is not closed": Break("<div>\n\nOne", "<div> is not closed", "<div>"),
    "an element that is closed elsewhere": Break(
        "A <span>word\n\nand</span> another", "<span> is not closed where it", "<span>"
    ),
    "an end of no element": Break("One\n\n</div>", "</div> closes nothing", "</div>"),
    "a comment that never ends": Break("One\n\n<!-- Two", "a comment", "<!--"),
    "a second headline": Break("# Another\n\nOne", "its headline twice", "# Another"),
    "a second headline with a rule": Break("One\n\nAnother\n===", "headline twice", "Another"),
    "a misspelt language": Break('```pyhton exec="on"\n```', "did you mean 'python'", "pyhton"),
    "no language": Break("```\nx\n```", "language ''", "```"),
    "an unknown option": Break(fence("1", 'timeuot="3"'), "did you mean 'timeout'", "timeuot"),
    "an option without quotes": Break(fence("1", "width=x"), "'width=x' is not", "width=x"),
    "a limit beyond reason": Break(
        f"{fence('1', 'timeout=' + chr(34) + '9' * 20 + chr(34))}\n\n{fence('print(2)')}",
        "should be seconds, at most 999",
        "timeout",
    ),
    "a mark of the build": Break("<!--late x 99-->", "a mark of its own", "late"),
    "a bad option value": Break(fence("1", 'timeout="soon"'), "should be seconds", "soon"),
    "an option of markdown-exec": Break(fence("1", 'source="above"'), "option 'source'", "above"),
    "Python that is not run": Break("```python\n1\n```", 'write ```python exec="on"', "```"),
    "a badly indented fence": Break(
        '    ```python exec="on"\n    1\n    ```', "is not shown; is it indented", "exec="
    ),
    "code without a fence": Break("It is\n\n    x = 1\n", "code stands in a fence; this", "x = 1"),
    "a fence that is never closed": Break('```python exec="on"\n1', "is never closed", "```"),
    "a displayed formula in a sentence": Break("So $$x$$ it is.", "formula x is not set", "$$x"),
    "a displayed formula in a table": Break(
        "| a |\n|---|\n| $$x$$ |", "formula x is not set", "$$x"
    ),
    "a displayed formula before a full stop": Break("So\n\n$$x$$.", "x is not set", "$$x"),
    "a displayed formula that ends in another paragraph": Break(
        "$$\nx\n\n$$", "dollar begins or ends no", "$$", times=2
    ),
    "a displayed formula that never ends": Break("$$\nx\n\nThen", "dollar begins or ends no", "$$"),
    "a formula in HTML": Break("One\n\n<div>$x$</div>", "the formula x is not set", "$x$"),
    "a formula over two cells": Break("| a | b |\n|-|-|\n| $|x | y|$ |", "not set here", "$|x"),
    "a formula in an exercise's title": Break(
        f"/// exercise | Of $x$\nAsk.\n\n- answer `x` exactly:\n\n/// solution\n{fence('x = 1')}\n///",
        "has a title with markup; a title is plain words",
        "Of $x$",
    ),
    "a formula with blanks": Break(
        "It is $ x $ here.", "dollar begins or ends no formula", "$ x $"
    ),
    "two sums of money": Break("It costs $5 and $6.", "is written \\$5", "$5"),
    "a formula in TeX's brackets": Break("It is \\(x\\) here.", "stands in $…$ or $$…$$", "\\(x"),
    "a formula in escaped brackets": Break("It is \\\\(x\\\\).", "stands in $…$ or $$…$$", "(x"),
    "a displayed formula in TeX's brackets": Break("\\[\nx = y\n\\]", "stands in $…$ or", "\\["),
    "TeX without dollars": Break("The half is \\frac{1}{2}.", "TeX, which stands in", "\\frac"),
    "a power without dollars": Break("The square x^2.", "TeX, which stands in $…$", "x^2"),
    "an environment without dollars": Break(
        "\\begin{aligned} x \\end{aligned}", "a formula stands in $…$ or", "aligned"
    ),
    "a computed number in TeX's own braces": Break(
        f"{fence('x = 1')}\n\n$\\hat{{{{x}}}}$", "For these alone write {x}", "hat"
    ),
    "a plain bracket": Break("Of [K x D] it is.", "a plain bracket is written \\[K x D\\]", "[K"),
    "an unknown command in a formula": Break("$\\fraq{1}{x}$.", "control sequence: \\fraq", "fraq"),
    "a formula left open": Break("$$\n\\frac{1}{2\n$$", "expected '}'", "\\frac"),
    "a dead link to a page": Break("[there](nowhere.md)", "nowhere.md", "[there]"),
    "a dead link in HTML": Break('See <a href="nowhere/">it</a>.', "leads to 'nowhere/'", "See"),
    "a dead picture in HTML": Break('<img src="no.png" alt="">', "leads to 'no.png'", "img"),
    "a dead link to a file": Break("![a picture](nowhere.png)", "nowhere.png", "picture"),
    "an absolute link": Break("[there](/tutorials/)", "/tutorials/", "[there]"),
    "a dead link with its target below": Break(
        "[there][a]\n\n[a]: nowhere.md", "nowhere.md", "[a]:"
    ),
    "a dead anchor": Break("[there](#nowhere)", "#nowhere", "[there]"),
    "a dead anchor of another page": Break(
        "[there](index.md#nowhere)", "index.md#nowhere", "[there]"
    ),
    "a dead link in a hint": Break(
        "/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n- slip `x + 1`: See [it](nowhere.md).\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "nowhere.md",
        "[it]",
    ),
    "a dead anchor in a solution": Break(
        "/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\nSee [it](#nowhere).\n\n{fence('x = 1')}\n///",
        "#nowhere",
        "[it]",
    ),
    "an unknown term": Break("The [gradeint] of it.", "[gradeint] is no term", "gradeint"),
    "a duplicate id": Break('## One {#same}\n\n<span id="same">Two</span>', "the id same", "Two"),
    "two anchors of one name": Break(
        "## One {#same}\n\n## Two {#same}", "the id same stands on the page more than once", "Two"
    ),
    "a heading and an exercise of one anchor": Break(
        f"## Slope {{#slope}}\n\n/// exercise | Steep {{#slope}}\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "the id slope stands",
        "Steep",
    ),
    "a heading like a part of an exercise": Break(
        f"## Slope title\n\n/// exercise | Slope\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "the id slope-title stands",
        "Slope title",
    ),
    "a heading like a part of the page": Break("## Title", "the id title stands", "## Title"),
    "a heading without a letter": Break("## ???", "'???' has no letter to make", "???"),
    "an exercise's title without a letter": Break(
        "/// exercise | ???\nAsk.\n///", "a title without a letter is followed by an anchor", "???"
    ),
    "a list that would be flat": Break("- one\n  - two", "is indented by four spaces", "- two"),
    "an id that a block has": Break('<span id="block-1">One</span>', "the id block-1", "One"),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_lesson_stops_the_build_and_says_where(broken: Break, project: Project, stops):
    lines_before = project.lesson(broken.text)
    line = next(i for i, line in enumerate(broken.text.split("\n"), 1) if broken.at in line)
    where = f"{LESSON}, line {lines_before + line}"
    if broken.block:
        where += f", block {broken.block}"
    for said in stops():
        assert broken.says in said
        assert re.search(re.escape(where) + r"\b", said), f"{where!r} is not in:\n{said}"
        assert said.count(f"\n{LESSON}") == broken.times, f"it says more than is wrong:\n{said}"


TOGETHER = (
    *("an exception", "a figure without alt", "an unknown term", "a formula left open"),
    *("a dead link to a page", "a dead anchor", "an unknown option", "a misspelt language"),
    *("a dead link in HTML", "a dead picture in HTML", "a duplicate id", "a missing include"),
)


def test_all_faults_of_all_pages_are_said_at_once_and_in_order(project: Project, stops):
    parts = [BREAKS[name] for name in TOGETHER]
    before = project.lesson("\n\n".join(part.text for part in parts))
    project.write("docs/index.md", "# Home\n\nA [gradeint],\n\n$\\fraq{1}{x}$.\n")
    wanted = [("index.md", 3), ("index.md", 5)]
    for part in parts:
        lines = part.text.split("\n")
        at = next(i for i, line in enumerate(lines, 1) if part.at in line)
        wanted.append((LESSON, before + at))
        before += len(lines) + 1
    for said in stops():
        found = re.findall(r"^(\S+\.md), line (\d+)", said, re.MULTILINE)
        assert [(page, int(line)) for page, line in found] == wanted


def test_faults_of_the_glossary_and_of_a_post_have_their_lines(project: Project, stops):
    project.edit(
        "mkdocs.yml", "Home: index.md\n", "Home: index.md\n  - Glossary: glossary/index.md\n"
    )
    head = "| Symbol | Name | In code | Meaning | Where |\n|---|---|---|---|---|\n"
    row = "| $x$ | slope {#slope} | | How steep. | nowhere |\n"
    project.write("docs/glossary/index.md", f"---\ntitle: Terms\n---\n\n# Terms\n\n{head}{row}")
    post = "---\ndate: 2026-01-02\n---\n\n# A post\n\nA [gradeint], a [slope].\n\n<!-- more -->\n"
    project.write("docs/blog/posts/a-post.md", f"{post}\n[There](nowhere.md).\n")
    for said in stops():
        found = re.findall(r"^(\S+\.md), line (\d+): (.{8})", said, re.MULTILINE)
        assert found == [
            ("blog/posts/a-post.md", "7", "[gradein"),
            ("blog/posts/a-post.md", "11", "it conta"),
            ("glossary/index.md", "9", "a row is"),
        ]


@pytest.mark.parametrize("field", ["description", "able", "needs", "related"])
def test_a_lesson_whose_front_matter_lacks_a_field_stops_the_build(
    field: str, project: Project, stops
):
    project.write(
        f"docs/{LESSON}", re.sub(rf"^{field}:.*\n", "", PAGES[LESSON], flags=re.MULTILINE)
    )
    for said in stops():
        assert f"{LESSON}: its front matter lacks {field} (" in said


FRONT = {
    "a colon without quotes": (
        "able: [do it]",
        "able: foo: bar",
        "line 3: its front matter is no YAML: mapping values are not allowed here",
    ),
    "an open bracket": (
        "needs: [nothing]",
        "needs: [nothing",
        "line 5: its front matter is no YAML: ",
    ),
    "a number given without a reason": (
        "able: [do it]",
        "able: [do it]\ngiven: [2027]",
        "line 4: what its front matter says is given are numbers, each with a reason",
    ),
    "a number given that stands nowhere": (
        "able: [do it]",
        "able: [do it]\ngiven: {2027: the year}",
        "line 4: its front matter says that 2027 is given, which its words do not name",
    ),
    "a field twice": (
        "able: [do it]",
        "able: [do it]\nable: [do that]",
        "line 4: its front matter says able twice",
    ),
    "a date that is none": (
        "able: [do it]",
        "able: [do it]\ndate: 2026-13-45",
        "line 1: its front matter is no YAML: month must be in 1..12",
    ),
    "words for a list": (
        "able: [do it]",
        "able: do it",
        "line 3: in its front matter able should be a list: what the learner will be able to do; "
        "it is no list: 'do it'",
    ),
    "words with a colon in a list": (
        "able: [do it]",
        "able:\n  - words: with a colon",
        "line 3: in its front matter able should be a list: what the learner will be able to do; "
        "{'words': 'with a colon'} is no text: words with a colon",
    ),
    "a list for words": (
        "description: A lesson.",
        "description: [A lesson]",
        "line 2: in its front matter description should be one line",
    ),
    "a line above it": ("---\ndesc", "\n---\ndesc", "line 1: above its front matter nothing"),
    "no end": (
        f"related: [{LESSON}]\n---",
        f"related: [{LESSON}]",
        "line 1: its front matter is never closed",
    ),
}


@pytest.mark.parametrize(("old", "new", "says"), FRONT.values(), ids=FRONT.keys())
def test_front_matter_that_is_no_yaml_stops_the_build(old, new, says, project: Project, stops):
    project.edit(f"docs/{LESSON}", old, new)
    for said in stops():
        assert f"{LESSON}, {says}" in said
        assert "lacks" not in said


def test_words_that_would_be_taken_for_front_matter_stop_the_build(project: Project, stops):
    project.edit("docs/index.md", "# Home", "Note: the first lines.\n\n# Home")
    for said in stops():
        assert "index.md, line 1: its first line would be taken for front matter" in said


def test_front_matter_may_end_in_dots(project: Project):
    named = PAGES[LESSON].replace("able:", "given: {2027: a year}\nable:", 1)
    project.write(f"docs/{LESSON}", named.replace("]\n---\n", "]\n...\n", 1) + "\nIn 2027.\n")
    assert "In 2027." in project.built().lessons[0].soup.article.get_text()


def test_headings_and_exercises_without_latin_letters_have_anchors_of_their_own(project: Project):
    ask = f"/// exercise | γ\nAsk.\n\n- answer `x` exactly:\n\n/// solution\n{fence('x = 1')}\n///"
    project.lesson(f"## α\n\n## β\n\n{ask}\n\nSee [α](#α), [β](#β) and [γ](#γ).")
    (page,) = project.built().lessons
    assert {"α", "β", "γ"} <= {tag["id"] for tag in page.soup.select("article [id]")}


def post(slug: str = "one", excerpt: str = "") -> str:
    return f"---\ndate: 2026-01-02\ndescription: One.\nslug: {slug}\n---\n\n# One\n\n{excerpt}\n\n<!-- more -->\n"


POSTS = {
    "a block in the excerpt": (post(excerpt=fence("1")), ", line 9: a block belongs below"),
    "a figure in the excerpt": (
        post(excerpt=fence(draw(), ALT)),
        ", line 9: a block belongs below <!-- more -->",
    ),
    "an exercise in the excerpt": (
        post(excerpt="Ask.\n\n/// exercise | Of it\n///"),
        ", line 11: an exercise belongs below <!-- more -->",
    ),
    "a slug of another post": (post("Two"), "that of blog/posts/"),
    "a slug that leads out of the site": (post("../../x"), ": its address blog/../../x/index.html"),
    "a slug of another page": (post("../tutorials"), ": its address blog/../tutorials/index.html"),
}


@pytest.mark.parametrize(("text", "says"), POSTS.values(), ids=POSTS.keys())
def test_a_post_that_the_blog_cannot_show_stops_the_build(text, says, project: Project, stops):
    project.write("docs/blog/posts/two.md", post("two", "Words and $x$."))
    project.built()
    project.write("docs/blog/posts/one.md", text)
    for said in stops():
        assert "blog/posts/one.md" in said
        assert says in said


MISPLACED = {
    "too deep": (f"{SECTION}/more/deep.md", "          - Deep: {}\n"),
    "too deep, in a section": (
        f"{SECTION}/more/deep.md",
        "          - M:\n              - D: {}\n",
    ),
    "beside its track": ("tutorials/beside.md", "          - Beside: {}\n"),
    "beside its track in nav": (f"{SECTION}/beside.md", "      - Beside: {}\n"),
    "outside of tutorials": ("about/beside.md", "          - Beside: {}\n"),
    "a lab too deep": ("labs/more/deep.md", "      - Labs:\n          - Deep: {}\n"),
}


@pytest.mark.parametrize(("path", "nav"), MISPLACED.values(), ids=MISPLACED.keys())
def test_a_lesson_that_no_list_would_show_stops_the_build(path, nav, project: Project, stops):
    project.write(f"docs/{path}", PAGES[LESSON])
    project.write("mkdocs.yml", project.read("mkdocs.yml") + nav.format(path))
    for said in stops():
        assert f"{path}: " in said
        assert "a lesson " in said


SET = {
    "in a paragraph": "One\n$$ y = x $$\ntwo",
    "in a paragraph, over lines": "One\n$$\ny\n= x\n$$\ntwo",
    "after an indented line": "One\n    $$y = x$$",
    "twice in a paragraph": "One\n$$y = z$$\n$$y = x$$",
    "in a list": "- one\n  $$y = x$$\n- two",
    "in a list, apart": "- one\n\n    $$\n    y = x\n    $$\n\n- two",
    "in a quotation": "> one\n> $$y = x$$\n> two",
}


@pytest.mark.parametrize("text", SET.values(), ids=SET.keys())
def test_a_displayed_formula_is_set_wherever_it_has_its_lines(text: str, project: Project):
    project.lesson(text)
    (page,) = project.built().lessons
    assert page.soup.select(".formula annotation")[-1].get_text().split() == ["y", "=", "x"]
    assert "$" not in page.soup.article.get_text()


def test_what_only_looks_like_markup_is_published(project: Project):
    words = "It costs $5 or $6 of a [K x D] bracket, 2 * 3 - 1, a - b"
    project.lesson(
        r"It costs \$5 or \$6 of a \[K x D\] bracket, 2 * 3 - 1, a - b"
        "\n\n<!-- $x$ **, $ -->`$x \\frac **`\n\n<br>\n\n<div markdown>*Good*</div>"
    )
    assert words in project.built().lessons[0].soup.article.get_text()


@pytest.mark.parametrize("field", ["description", "subject", "course"])
def test_a_track_whose_front_matter_lacks_a_field_stops_the_build(
    field: str, project: Project, stops
):
    page = f"{SECTION}/index.md"
    project.write(f"docs/{page}", re.sub(rf"^{field}:.*\n", "", PAGES[page], flags=re.MULTILINE))
    for said in stops():
        assert f"{page}: its front matter lacks {field} (" in said


def test_a_related_lesson_that_does_not_exist_stops_the_build(project: Project, stops):
    project.edit(f"docs/{LESSON}", f"related: [{LESSON}]", f"related: [{SECTION}/other.md]")
    for said in stops():
        assert f"{LESSON}: its front matter names '{SECTION}/other.md' as related" in said


def test_a_lesson_in_docs_but_not_in_nav_stops_the_build(project: Project, stops):
    project.write(f"docs/{SECTION}/forgotten.md", PAGES[LESSON])
    for said in stops():
        assert f"{SECTION}/forgotten.md" in said


def test_a_lesson_in_nav_but_not_in_docs_stops_the_build(project: Project, stops):
    (project.folder / "docs" / LESSON).rename(project.folder / "lesson.md")
    for said in stops():
        assert LESSON in said


def test_a_first_build_that_fails_publishes_nothing(project: Project):
    (project.folder / "site").rename(project.folder / "elsewhere")
    project.lesson(fence("1 / 0"))
    assert project.build("-q", "--no-strict").returncode != 0
    assert not (project.folder / "site").exists()


def test_a_fault_of_the_engine_stops_the_build_and_says_where(project: Project):
    broken = "from scripts import extension\nextension.show = None"
    done = project.build("-q", before=broken, SITE_CACHE="off")
    line = PAGES[LESSON].split("```")[0].count("\n") + 1
    assert done.returncode != 0
    assert f"{LESSON}, line {line}, block 1: the engine failed: TypeError" in done.stdout


def test_a_taught_warning_is_shown_and_not_mixed_into_the_output(project: Project):
    code = "import numpy as np\nprint(np.float64(1) / 0, 'is the quotient')"
    project.lesson(fence(code, 'warns="RuntimeWarning" prints="inf"'))
    taught = project.built().lessons[0].listings[-1]
    assert taught.stdout == "inf is the quotient\n"
    assert "block.py:2: RuntimeWarning: divide by zero encountered" in taught.stderr


def test_a_non_finite_number_that_is_asked_for_is_published(project: Project):
    project.lesson(fence("print(float('nan'), -float('inf'))", 'prints="nan inf"'))
    assert project.built().lessons[0].listings[-1].stdout == "nan -inf\n"


def test_last_digits_are_published_with_the_reason_why_they_are_shown(project: Project):
    project.lesson(fence(LAST_DIGITS, 'differs="They are where rounding shows."'))
    output = project.built().lessons[0].soup.select(".output")[-1]
    assert output.has_attr("data-differs")
    assert "others: They are where rounding shows." in output.select_one("p").get_text()


def test_words_that_only_begin_like_nan_and_inf_are_published(project: Project):
    project.lesson(fence("print('nancy infers information')"))
    assert project.built().lessons[0].listings[-1].stdout == "nancy infers information\n"


def test_a_longer_limit_lets_a_slow_block_end(project: Project):
    slow = "import time\ntime.sleep(1)\nprint('done')"
    project.lesson(fence(slow, 'timeout="0.5"'))
    assert "the limit is 0.5 s" in project.build("-q").stdout
    project.lesson(fence(slow, 'timeout="99"'))
    assert project.built().lessons[0].listings[-1].stdout == "done\n"


def test_serve_keeps_the_last_good_page_up_until_the_lesson_is_mended(project: Project, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    terminal = tmp_path / "terminal"

    def page() -> str:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/{LESSON.removesuffix('.md')}/"
        ) as answer:
            return answer.read().decode()

    def wait_for(what, wanted: str) -> None:
        end = time.monotonic() + LIMIT
        seen = ""
        while wanted not in seen:
            assert server.poll() is None, f"the server ended:\n{terminal.read_text()}"
            assert time.monotonic() < end, f"{wanted!r} does not come:\n{terminal.read_text()}"
            time.sleep(0.1)
            try:
                seen = what()
            except OSError:  # it does not listen yet
                continue

    def told() -> str:
        """What the terminal says of the last build."""
        return terminal.read_text().rsplit("Building documentation", 1)[-1]

    faulty = """\
from scripts.html import reading_time as module
whole = module.reading_time
def reading_time(html):
    if "provoked" in html:
        raise KeyError("a fault of ours")
    return whole(html)
module.reading_time = reading_time"""
    with terminal.open("w") as output:
        server = subprocess.Popen(
            project.command("serve", "--dev-addr", f"127.0.0.1:{port}", before=faulty),
            cwd=project.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(page, "the square of 3 is")
        assert "livereload" in page()
        assert "Content-Security-Policy" not in page(), "it would keep the reloading script out"
        assert "offline.js" not in page(), "an author wants no kept pages"
        for times in (1, 2):  # each save is answered with what is wrong
            line = project.lesson(fence("1 / 0")) + 2
            for part in (f"{LESSON}, line {line}, block 2: ZeroDivisionError", "the last good one"):
                wait_for(lambda: part * (terminal.read_text().count(part) >= times), part)  # noqa: B023
        assert "the square of 3 is" in page()
        assert "block-2" not in page()
        project.lesson(fence("print('mended')"))
        wait_for(page, "mended")
        project.edit("snippets/differentiation/square.py", "return x**2", "return x**3")
        wait_for(page, "27.0")
        assert "Traceback" not in terminal.read_text()
        settings = project.read("mkdocs.yml")
        for broken, says in (
            ("nav: [", "error parsing the configuration file"),
            ("plugins: [searhc]", 'The "searhc" plugin is not installed'),
        ):
            project.write("mkdocs.yml", f"{settings}{broken}\n")
            wait_for(told, says)
            wait_for(told, "the last good one")
            assert "27.0" in page()
        assert "Traceback" not in terminal.read_text()
        project.write("mkdocs.yml", settings)
        wait_for(told, "Documentation built")
        gone = project.folder / "docs" / SECTION / "gone.md"
        gone.symlink_to("nowhere.md")  # the watcher sees no link that is dead from the first
        project.lesson("All is said.")
        wait_for(told, "gone.md is a link to nowhere.md, which is not there")
        wait_for(told, "the last good one")
        gone.unlink()
        project.lesson("It was provoked.")
        wait_for(told, "KeyError: 'a fault of ours'")
        wait_for(told, "the last good one")
        assert "27.0" in page()
        assert "provoked" not in page()
        project.lesson("All is well.")
        wait_for(page, "All is well.")
    finally:
        server.terminate()
        server.wait()
