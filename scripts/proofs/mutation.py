"""Plants faults in snippets/, one at a time, and sees whether the tests find each.

    python -m scripts.proofs.mutation                          what has changed since it was last proved
    python -m scripts.proofs.mutation optimization/mse_hessian these modules alone

Cosmic Ray says what the faults are: another operator, another number, a loop without a round. A fault lives in the
memory of one process and never in a file: each gets a process of its own, split off from one in which NumPy and the
others are loaded already, puts the faulty module where `import` finds it, and runs the tests of that module:
`tests/snippets/<subject>/test_<module>.py` first, then all others that import it. A fault that they do not find has
survived, and that is an error, unless `tests/equivalent_mutants.toml` says why it makes no difference. Drawing code is
left out: its tests hold what is drawn, and most of its faults move a line by a hair.

What was found is kept in `.cache/proofs/mutation/`, and holds as long as all files do that the tests of the module load.
"""

import ast
import gc
import json
import os
import re
import resource
import signal
import sys
import time
import tomllib
import types
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from fnmatch import fnmatch
from functools import partial
from hashlib import sha256
from importlib import import_module
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

from scripts.site.quality import KEPT, PINS
from scripts.text import reading
from scripts.text.cache import ROOT

EQUIVALENT = "tests/equivalent_mutants.toml"
NEVER = "figures/*"  # modules without faults
# Between floats these raise at once, or say the same as == and !=: any test finds them, and they would be half of all.
LEFT_OUT = re.compile(
    r"core/(NoOp|Replace(Binary|Comparison)Operator_.*_(RShift|LShift|Bit.*|Is|IsNot))"
)
MEMORY = 8 << 30  # bytes; a fault may ask for any number of them
FOUND, SURVIVED, SLOW = "found", "survived", "too slow"
# Of an exit code; any other says that a test failed.
OUTCOMES = {0: SURVIVED, -signal.SIGXCPU: SLOW}


@dataclass
class Mutant:
    """A fault: the source with `now` in place of the characters from `start` to `end`."""

    start: int
    end: int
    now: str
    outcome: str = ""


class Module:
    """A module of snippets/, its tests (its own first), and what is known of its mutants."""

    def __init__(self, path: Path, test_files: dict[Path, str]):
        self.path = path
        self.name = path.relative_to(ROOT / "snippets").with_suffix("").as_posix()
        self.source = path.read_text("utf-8")
        self.kept = KEPT / "mutation" / f"{self.name.replace('/', '.')}.json"
        own = ROOT / "tests/snippets" / Path(self.name).with_name(f"test_{path.name}")
        if own not in test_files:
            sys.exit(f"snippets/{self.name}.py has no tests: write {own.relative_to(ROOT)}")
        # "snippets.optimization.mse_hessian", or without the first word, as in the names of a table
        imports = re.compile(rf"\b{re.escape(self.name.replace('/', '.'))}\b")
        others = [path for path, text in test_files.items() if imports.search(text)]
        self.tests = list(dict.fromkeys([own, *others]))
        self.mutants: list[Mutant] = []
        with suppress(OSError):
            found = json.loads(self.kept.read_text("utf-8"))
            if found["key"] == self.key(found["files"]):
                self.mutants = [Mutant(*mutant) for mutant in found["mutants"]]
        self.known = bool(self.mutants)

    def key(self, files: list[str]) -> str:
        """A sum over these files, and the module, its tests, this program and the pins."""
        own = {self.path, Path(__file__), *self.tests, *(ROOT / name for name in (*PINS, *files))}
        texts = [(str(path), path.read_bytes()) for path in sorted(own) if path.is_file()]
        return sha256(repr([sys.version, texts]).encode()).hexdigest()

    def prove(self) -> None:
        """Test it as it is, list its faults, and try each."""
        with ProcessPoolExecutor(1, get_context("fork")) as one:
            healthy = one.submit(run_healthy, self).result()
        if not healthy:
            tests = " ".join(str(path.relative_to(ROOT)) for path in self.tests)
            sys.exit(f"the tests of snippets/{self.name}.py fail as it is: pytest {tests}")
        seconds, files, names = healthy
        load(names)
        self.mutants = [*mutants(self.source)]
        tried = partial(self.outcome, seconds=round(5 + 5 * seconds))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for mutant, outcome in zip(self.mutants, pool.map(tried, self.mutants), strict=True):
                mutant.outcome = outcome
        kept = {"files": files, "key": self.key(files), "mutants": [*map(astuple, self.mutants)]}
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        self.kept.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    def outcome(self, mutant: Mutant, seconds: int) -> str:
        """What the tests say of a fault, in a process of its own that may compute for so long."""
        if pid := os.fork():
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            return OUTCOMES.get(code, FOUND)
        code = 1  # of whatever is raised
        try:
            code = run_faulty(self, mutant, seconds)
        finally:
            os._exit(code)  # nothing of the process that it was split off from is to be tidied up

    def show(self, mutant: Mutant) -> str:
        line = self.source.count("\n", 0, mutant.start) + 1
        text = self.source.splitlines()[line - 1].strip()
        was = self.source[mutant.start : mutant.end].strip()
        return f"snippets/{self.name}.py, line {line}: {was} → {mutant.now.strip() or 'nothing'} in\n    {text}"


def mutants(source: str) -> Iterator[Mutant]:
    """All that Cosmic Ray's operators make of a source, but what reads the same or cannot be read at all."""
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code

    starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    tree, seen = get_ast(source), {ast.dump(ast.parse(source))}
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments() or LEFT_OUT.fullmatch(name):
            continue
        nodes = ast_nodes(tree)
        places = [place for node in nodes for place in operator().mutation_positions(node)]
        for i, ((first, left), (last, right)) in enumerate(places):
            text = mutate_code(source, operator(), i)
            try:
                meaning = ast.dump(ast.parse(text))
            except SyntaxError:
                continue
            if meaning not in seen:
                seen.add(meaning)
                start, end = starts[first - 1] + left, starts[last - 1] + right
                now = text[start : len(text) - len(source) + end]
                assert source[:start] + now + source[end:] == text, f"{name} changes more"
                yield Mutant(start, end, now)


# --- in processes that are split off ------------------------------------------------------------------


def load(names: list[str]) -> None:
    """Load what tests load, besides our own files, for all the processes that are split off."""
    for name in sorted(names):
        with suppress(Exception):  # what cannot be loaded by itself, the tests load
            import_module(name)
    gc.freeze()


def run_healthy(module: Module) -> tuple[float, list[str], list[str]] | None:
    """If the tests pass, how many seconds they compute, which of our files they load, and which other modules."""
    started = time.process_time()
    if test(module):
        return None
    seconds = time.process_time() - started
    files, names = set(), []
    for name, loaded in [*sys.modules.items()]:
        path = Path(getattr(loaded, "__file__", None) or "/")
        if path.is_relative_to(ROOT) and ".cache" not in path.parts:
            files.add(path.relative_to(ROOT).as_posix())
        elif not name.startswith("__"):
            names.append(name)
    return seconds, sorted(file for file in files if "snippets/" in file), names


def run_faulty(module: Module, mutant: Mutant, seconds: int) -> int:
    """Run the tests of a module with a fault in it, planted where `import` finds it."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source = module.source[: mutant.start] + mutant.now + module.source[mutant.end :]
    package, _, stem = f"snippets.{module.name.replace('/', '.')}".rpartition(".")
    planted = types.ModuleType(f"{package}.{stem}")
    planted.__file__ = str(module.path)
    sys.modules[planted.__name__] = planted
    setattr(import_module(package), stem, planted)
    exec(compile(source, str(module.path), "exec"), planted.__dict__)
    return test(module)


def test(module: Module) -> int:
    """Run the tests of a module, its own first, without a word; 0 if none fails."""
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    # the same examples each time, none of them made smaller, however slow the machine
    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
    flags = ["-x", "-q", "-s", "--tb=no", "--assert=plain", "--override-ini=addopts="]
    flags.append(f"--confcutdir={ROOT / 'tests/snippets'}")
    for plugin in ("cacheprovider", "unraisableexception", "threadexception", "logging"):
        flags += ["-p", f"no:{plugin}"]
    for files in filter(None, (module.tests[:1], module.tests[1:])):
        if code := int(pytest.main([*flags, *map(str, files)])):
            return code
    return 0


# --- what is said of it ---------------------------------------------------------------------------


def equivalents() -> list[dict]:
    """The list of equivalent mutants."""
    number, listed = 0, []
    try:
        listed = tomllib.loads((ROOT / EQUIVALENT).read_text("utf-8")).get("equivalent", [])
        for number, entry in enumerate(listed, 1):  # noqa: B007
            if not {"file", "text", "reason"} <= entry.keys() <= {"file", "text", "reason", "to"}:
                raise ValueError("an entry has `file`, `text`, `reason`, and may have `to`")
            re.compile(entry["text"])
    except (ValueError, re.error) as error:
        sys.exit(f"{EQUIVALENT}{f', entry {number}' * bool(number)}: {error}")
    return listed


def excuses(entry: dict, module: Module, mutant: Mutant) -> bool:
    now = mutant.now.strip()
    if not fnmatch(module.name, entry["file"]) or now not in entry.get("to", [now]):
        return False
    found = re.finditer(entry["text"], module.source, re.DOTALL | re.MULTILINE)
    return any(match.start() <= mutant.start and mutant.end <= match.end() for match in found)


def main(asked: list[str]) -> int:
    if not hasattr(os, "fork"):
        print("NOT RUN: it splits off a process for each fault, which Windows cannot; WSL can")
        return 0
    os.chdir(ROOT)
    os.environ.update(MPLBACKEND="Agg", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    listed = equivalents()
    paths = reading.found(ROOT / "snippets", "**/*.py")
    names = {
        path.relative_to(ROOT / "snippets").with_suffix("").as_posix(): path
        for path in paths
        if path.stem != "__init__"
    }
    if unknown := set(asked) - names.keys():
        sys.exit(f"there is no module {', '.join(sorted(unknown))} in snippets/")
    texts = {
        path: path.read_text("utf-8")
        for path in reading.found(ROOT / "tests/snippets", "**/test_*.py")
    }
    modules = [
        Module(path, texts)
        for name, path in names.items()
        if (name in asked if asked else not fnmatch(name, NEVER))
    ]
    new = [module for module in modules if not module.known]
    print(
        f"{len(new)} of {len(modules)} modules are new or changed, or their tests are", flush=True
    )
    for module in new:
        module.prove()
        print(f"  {module.name}: {len(module.mutants)} mutants", flush=True)
    return report(modules, listed, bool(asked))


def report(modules: list[Module], listed: list[dict], some: bool) -> int:
    """Say what was found; 1 if anything is wrong."""
    counts, wrong, needed = Counter(), [], set()
    for module in modules:
        for mutant in module.mutants:
            reasons = {n for n, entry in enumerate(listed) if excuses(entry, module, mutant)}
            needed |= reasons
            counts["equivalent" if reasons else mutant.outcome] += 1
            if not reasons and mutant.outcome == SURVIVED:
                wrong.append(f"SURVIVED: {module.show(mutant)}")
    for n, entry in enumerate(listed):
        if n not in needed and not some:
            said = f"entry {n + 1} ({entry['text']}) matches no mutant any more: remove it"
            wrong.append(f"{EQUIVALENT}, {said}")
    functions = sum(len(re.findall(r"^ *def ", module.source, re.MULTILINE)) for module in modules)
    said = f"{counts.total():,} mutants of {functions} functions, "
    said += f"{counts['equivalent']} equivalent, {counts[SURVIVED]} survivors"
    said += f"; {counts[SLOW]} took too long and count as found" * bool(counts[SLOW])
    print(*wrong, "NOT TRIED: faults in the code that draws (snippets/figures)", said, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
