"""How long a page takes: to read and try what is on it, and, said apart, to do its exercises or a lab's cells.

For a learner who meets the subject here: who presses what can be pressed, guesses before looking and computes on paper.
"""

import html
import re

# A text to learn from is read at 200 words a minute, and one to be remembered at 138 (Carver, Reading Rate, 1990).
WORDS_PER_MINUTE = 140
SECONDS = {  # what the eye stops at
    "formula": 20,  # on a line of its own: each letter is looked up in the words around it
    "symbol": 4,  # a formula within a sentence
    "line": 3,  # of code or of what it printed: a minute for a listing of twenty
    "figure": 30,  # axes, curves, and what the caption says of them
    "widget": 90,  # beyond its figure: half a dozen pushes, each with a look at what follows
    "push": 10,  # a link that sets such a figure
}
MINUTES = {  # what the hand does
    "choice": 2,  # a guess, and why it is right or wrong
    "number": 3.5,  # a few lines on paper, one slip, the solution
    "code": 6,  # two or three lines written, run and mended
    "cell": 2,  # of a lab: run, changed once, run again
}
STEP = 5  # minutes; nobody's pace is known to the minute

EXERCISE = re.compile(r'<section [^>]*class="exercise".*?</section>', re.DOTALL)
FOLDED = re.compile(r"<details\b(?:(?!<details\b).)*?</details>", re.DOTALL)  # the innermost


def reading_time(content: str, cells: int = 0) -> tuple[int, int]:
    """Minutes to read a page, without what is folded at first, and minutes to do its exercises or a lab's cells."""
    tasks = ["cell"] * cells
    for task in EXERCISE.findall(content):
        marks = {"code": "<textarea", "choice": 'type="radio"', "number": ""}
        tasks.append(next(kind for kind, mark in marks.items() if mark in task))
    page, folds = EXERCISE.sub(" ", content), 1
    while folds:
        page, folds = FOLDED.subn(" ", page)
    listed = re.findall(r"<pre(?: [^>]*)?>(.*?)</pre>", page, re.DOTALL)
    stops = {
        "formula": page.count('<div class="arithmatex">'),
        "symbol": page.count('<span class="arithmatex">'),
        "line": sum(bool(line.strip()) for text in listed for line in text.split("\n")),
        "figure": page.count("<!--late figure "),
        "widget": page.count('class="widget-anchor" id'),
        "push": len(re.findall(r'href="#[\w-]+:', page)),
    }
    seconds = sum(SECONDS[stop] * number for stop, number in stops.items())
    prose = re.sub(r'<(div|span) class="arithmatex">.*?</\1>', " ", page, flags=re.DOTALL)
    reading = len(words(prose).split()) / WORDS_PER_MINUTE + seconds / 60
    return max(STEP, rounded(reading)), rounded(sum(MINUTES[task] for task in tasks))


def rounded(minutes: float) -> int:
    return STEP * round(minutes / STEP)


def words(content: str) -> str:
    """The text of a page without its code."""
    content = re.sub(
        r"<(pre|code|textarea|svg|style|script)\b.*?</\1>|<!--.*?-->", " ", content, flags=re.DOTALL
    )
    content = re.sub(r"<[a-zA-Z][^>]*>", "\x1f", content)  # a space, but not to the patterns of RAW
    return html.unescape(re.sub(r"<[^>]+>", " ", content))
