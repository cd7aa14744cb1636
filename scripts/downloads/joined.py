"""A page is taken along as one program, where its blocks share names and settings: it must print what the page shows.

The blocks of a lesson ran each for itself, and the cells of a lab in a notebook's kernel. Here they run as they are taken.
"""

import re
from itertools import accumulate

from scripts.blocks.run import Run, run_twice
from scripts.text.cache import key, store
from scripts.text.context import Page

PLACE = re.compile(
    r'File "[^"]*", line \d+'
)  # of a traceback: in one program lines have other numbers


def prints_as_shown(programs: list[Run], wholes: list[str], page: Page) -> bool:
    """Whether it does; if not, the block is noted that does otherwise. `wholes`: each with all above it, as they are taken."""
    outputs = list(accumulate(PLACE.sub("", ran.result.stdout) for ran in programs))
    differs = any("differs" in ran.options for ran in programs)

    def first(is_wrong: list[bool]) -> int:
        return is_wrong.index(True) if True in is_wrong else -1

    def make() -> bool | None:
        result = run_twice(wholes[-1], sum(ran.timeout for ran in programs), (), differs)
        result.stdout = PLACE.sub("", result.stdout)
        if not result.error and result.stdout == outputs[-1]:
            return True
        at = first([not result.stdout.startswith(output) for output in outputs])
        if result.line:
            at = first([result.line <= whole.count("\n") for whole in wholes])
        before = len(outputs[at - 1]) if at > 0 else 0
        line = result.stdout[before:].split("\n")[0]
        page.note(
            "one can take this page along as one program, in which what stands above runs, too; there "
            + (f"it ends so: {result.error}" if result.error else f"this prints {line!r:.200}")
            + "\nOn the page it does not. Give what is changed above a name of its own, and leave settings as they are",
            programs[at].line - page.offset,
            programs[at].number,
        )
        return None

    parts = ("joined", wholes[-1:], outputs[-1:], differs)
    return not programs or bool(store().get(key(*parts), make))
