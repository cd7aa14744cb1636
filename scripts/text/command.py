"""A command, run to its end."""

import os
import subprocess
from typing import IO

from scripts.text.cache import ROOT


def run(
    *words: object, log: IO | int | None = subprocess.PIPE, limit: float | None = None, **settings
) -> subprocess.CompletedProcess:
    """Run a command in the project's folder; its `stdout` holds all that it says, unless that goes to `log`.

    `settings` are variables of its environment, besides our own. Raises: what `subprocess.run` does if there is no such
    program, or if it takes more than `limit` seconds.
    """
    return subprocess.run(
        [*map(str, words)],
        cwd=ROOT,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=limit,
    )
