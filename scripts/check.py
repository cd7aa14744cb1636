"""Proves the project. It needs Python alone and gets the rest itself.

    python scripts/check.py                    what a change can break: all that is not proved of the files as they are
    python scripts/check.py --all              everything, whatever was proved before: each week, and before a release
    python scripts/check.py lint pages         these lanes alone, anew
    python scripts/check.py page PAGE          one page, while one writes it: scripts/proofs/page.py

A lane is a proof: scripts/site/lanes.toml lists them, each with all that can change its result. Two run at a time. At the
end stands what was proved and what was not, and the page "Quality" of the built site says the same.
"""

import argparse
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# As for `python -m`: the folders beside this file have names of the standard library.
sys.path[0] = str(ROOT)

from scripts.proofs.machine import (  # noqa: E402
    PYTHON,
    VERSIONS,
    CheckError,
    chromium,
    engines,
    environment,
    must,
    node_packages,
    say,
)
from scripts.site import quality  # noqa: E402
from scripts.site.quality import LANES  # noqa: E402
from scripts.text.command import run  # noqa: E402

BUDGET = 15  # minutes on two cores, without --all, where nothing is proved yet
UNPROVED = re.compile(r"^(?:NOT |SKIPPED ).*", re.MULTILINE)  # how a lane says what it leaves out
ALSO = re.compile(r"^PROVED: (.*)", re.MULTILINE)  # and what it proved besides its last line


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="prove everything anew")
    parser.add_argument("lanes", nargs="*", metavar="lane", help=f"one of {', '.join(LANES)}")
    asked = parser.parse_args()
    if asked.lanes[:1] == ["page"]:
        environment()
        return run(PYTHON, "-m", "scripts.proofs.page", *asked.lanes[1:], log=None).returncode
    if unknown := set(asked.lanes) - set(LANES):
        parser.error(f"no lane {', '.join(sorted(unknown))}; there are {', '.join(LANES)}")
    started = time.monotonic()
    os.environ.update(MPLBACKEND="Agg", NO_MKDOCS_2_WARNING="1")
    os.environ.pop("PYTHONPATH", None)
    chosen = asked.lanes or [name for name in LANES if asked.all or not LANES[name].weekly]
    for name in chosen if asked.all or asked.lanes else ():
        shutil.rmtree(quality.KEPT / name, ignore_errors=True)

    ready, ran = {"environment": step("environment", environment)}, {}
    if ready["environment"]:
        needs = {need for name in chosen for need in LANES[name].needs}
        ready |= {need: step(need, bring) for need, bring in NEEDS.items() if need in needs}
        ready["build"] = step("build", build)
        ran = prove([name for name in chosen if not is_proved(name)])
        if ran and ready["build"]:
            ready["build"] = step("build, which says what was proved", build)
    title("what is proved")
    for name in LANES:
        say(line(name, ran))
    minutes = (time.monotonic() - started) / 60
    say(f"{minutes:.1f} minutes" + f" of at most {BUDGET}" * (not asked.all))
    wrong = [name for name, ok in ready.items() if not ok]
    wrong += [name for name, found in ran.items() if not found["ok"]]
    if wrong:
        say(f"FAILED: {', '.join(wrong)}")
    return 1 if wrong else 0


def is_proved(name: str) -> bool:
    found = quality.proof(name)
    return bool(found and found["ok"] and found["tools"] == tools(name))


def tools(name: str) -> dict[str, str]:
    """With what a lane proves: packages, and the browsers of this machine."""
    found = quality.versions(LANES[name].tools)
    for need in LANES[name].needs:
        found |= VERSIONS.get(need, {})
    return found


def prove(names: list[str]) -> dict[str, dict]:
    """Run these lanes, two at a time; what each found."""
    with tempfile.TemporaryDirectory() as shared:
        os.environ["PYTEST_SHARED"] = shared  # the sites that the tests build, once for all lanes
        beside = [name for name in names if not LANES[name].alone]
        with ThreadPoolExecutor(2) as pool:
            found = dict(zip(beside, pool.map(prove_one, beside), strict=True))
        return found | {name: prove_one(name) for name in names if LANES[name].alone}


def prove_one(name: str) -> dict:
    """Run a lane, and keep what it found if the files are still as they were."""
    started, key, ok = time.monotonic(), quality.key(name), True
    folder = quality.KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "proof.json").unlink(missing_ok=True)
    say(f"{name}: begun; {(folder / 'log').relative_to(ROOT)} grows")
    with (folder / "log").open("w", encoding="utf-8") as log:
        for command in LANES[name].runs:
            words = shlex.split(command)
            settings = dict(word.split("=") for word in words if re.match("[A-Z_]+=", word))
            done = run(PYTHON, "-m", *words[len(settings) :], log=log, **settings)
            if done.returncode:
                ok = False
                log.write(f"{command} (exit {done.returncode})\n")
    output = (folder / "log").read_text("utf-8", errors="replace")
    last = re.sub(r" in [\d.]+s.*", "", output.strip().rpartition("\n")[2])
    found = {
        "key": key,
        "ok": ok,
        "said": "; ".join([*ALSO.findall(output), last or "nothing to say"]),
        "left": UNPROVED.findall(output),
        "seconds": round(time.monotonic() - started),
        "tools": tools(name),
    }
    title(f"{name}, {found['seconds']} s")
    say(output + f"FAILED: {LANES[name].mend}" * bool(not ok and LANES[name].mend))
    if quality.key(name) == key:
        quality.keep(name, found)
    else:
        found["left"].append("NOT KEPT: files were changed meanwhile")
    return found


def line(name: str, ran: dict[str, dict]) -> str:
    """A lane's line in the table: what it proved, how many, in how many seconds, and what it left."""
    found = ran.get(name) or quality.proof(name)
    if not found:
        why = "--all proves it" if LANES[name].weekly else "not of these files"
        return f"{name:13} NOT PROVED        {why}"
    state = ("passed" if name in ran else "kept") if found["ok"] else "FAILED"
    lines = [f"{name:13} {state:10} {found['seconds']:4} s  {found['said']}", *found["left"]]
    return "\n                     ".join(lines)


def step(name: str, work: Callable[[], None]) -> bool:
    """Take a step before the lanes; whether it succeeded."""
    title(name)
    started = time.monotonic()
    try:
        work()
    except CheckError as error:
        say(f"FAILED: {error}")
        return False
    say(f"{name}: {time.monotonic() - started:.0f} s")
    return True


def title(text: str) -> None:
    say(f"\n── {text} " + "─" * (70 - len(text)))


build = partial(must, PYTHON, "-m", "mkdocs", "build", "--strict")
NEEDS = {
    "chromium": chromium,
    "engines": engines,
    "node": node_packages,
    # a build publishes the Python that runs in the page if it is there, and does not wait for it
    "runtime": partial(must, PYTHON, "-m", "scripts.vendor.runtime"),
}

if __name__ == "__main__":
    sys.exit(main())
