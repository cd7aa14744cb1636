"""Plants faults in snippets/, one at a time, and sees whether the tests find each.

    python -m scripts.proofs.mutation                          what has changed since it was last proved
    python -m scripts.proofs.mutation --all                    everything, whatever was kept
    python -m scripts.proofs.mutation optimization/mse_hessian these modules alone

Cosmic Ray says what the faults are: another operator, another number, a loop without a round. A fault lives in the
memory of one process and never in a file: each gets a process of its own, split off from one in which NumPy and the
others are loaded already, puts the faulty module where `import` finds it, and runs the tests of that module:
`tests/snippets/<subject>/test_<module>.py` first, then all others that import it. A fault that they do not find has
survived, and that is an error, unless `tests/equivalent_mutants.toml` says why it makes no difference.

What was found is kept in `.cache/proofs/mutation/`, and holds as long as the module,
all that its tests load, and the versions do.
"""

import argparse
import ast
import gc
import hashlib
import json
import multiprocessing
import os
import re
import resource
import signal
import sys
import time
import tomllib
import types
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import version
from multiprocessing.connection import wait
from pathlib import Path

from scripts.text import reading
from scripts.text.cache import FOLDER, ROOT

KEPT = FOLDER / "proofs" / "mutation"
EQUIVALENT = Path("tests/equivalent_mutants.toml")
PACKAGES = ("cosmic-ray", "pytest", "hypothesis", "numpy", "matplotlib", "scipy", "sympy")
# Between floats these raise at once, or say the same as == and !=: any test finds them, and they would be half of all.
LEFT_OUT = re.compile(
    r"core/(NoOp|Replace(Binary|Comparison)Operator_.*_(RShift|LShift|Bit.*|Is|IsNot))"
)
MEMORY = 8 << 30  # bytes; a fault may ask for any number of them
FOUND, SURVIVED, SLOW = "found", "survived", "too slow"
OUTCOMES = {
    0: SURVIVED,
    -signal.SIGXCPU: SLOW,
}  # of an exit code; any other says that a test failed


@dataclass
class Mutant:
    """A fault: the source with `now` in place of the characters from `start` to `end`."""

    start: int
    end: int
    now: str
    outcome: str | None = None
    excused: bool = False

    @property
    def known(self) -> bool:
        return self.excused or self.outcome is not None


@dataclass
class Entry:
    """A line of reasoning in the list of equivalent mutants."""

    file: str
    text: str
    reason: str
    to: list[str] = field(default_factory=list)
    matched: int = 0

    def excuses(self, module: "Module", mutant: Mutant) -> bool:
        if not fnmatch(module.name, self.file) or (self.to and mutant.now.strip() not in self.to):
            return False
        spans = [
            found.span()
            for found in re.finditer(self.text, module.source, re.DOTALL | re.MULTILINE)
        ]
        return any(start <= mutant.start and mutant.end <= end for start, end in spans)


class Module:
    """A module of snippets/, its tests, and what is known of its mutants."""

    def __init__(self, path: Path):
        self.path = path
        self.name = path.relative_to(ROOT / "snippets").with_suffix("").as_posix()
        self.source = path.read_text("utf-8")
        self.dotted = "snippets." + self.name.replace("/", ".")
        self.mutants: list[Mutant] = []
        self.loaded: dict[str, str] = {}
        self.seconds = 60.0  # of computing, that its tests take

    @cached_property
    def tests(self) -> list[Path]:
        """Its own tests, then all others that import it."""
        folder, _, stem = self.name.rpartition("/")
        own = ROOT / "tests/snippets" / folder / f"test_{stem}.py"
        if not own.is_file():
            raise SystemExit(f"snippets/{self.name}.py has no tests: write {own.relative_to(ROOT)}")
        # "snippets.optimization.mse_hessian", or without the first word, as in the names of a table
        imports = re.compile(rf"\b{re.escape(self.name.replace('/', '.'))}\b")
        return [own] + [path for path, text in test_files() if path != own and imports.search(text)]

    @property
    def known(self) -> bool:
        """Whether nothing is left to try."""
        return bool(self.loaded) and all(mutant.known for mutant in self.mutants)

    @property
    def kept(self) -> Path:
        return KEPT / f"{self.name.replace('/', '.')}.json"

    def recall(self) -> None:
        """What an earlier run found, if nothing that it depended on has changed."""
        try:
            kept = json.loads(self.kept.read_text("utf-8"))
        except (OSError, ValueError):
            return
        if kept["versions"] == versions() and kept["loaded"] == self.sums(kept["loaded"]):
            self.mutants = [Mutant(*mutant) for mutant in kept["mutants"]]
            self.loaded, self.seconds = kept["loaded"], kept["seconds"]

    def keep(self) -> None:
        KEPT.mkdir(parents=True, exist_ok=True)
        kept = {"versions": versions(), "loaded": self.loaded, "seconds": self.seconds}
        kept["mutants"] = [[m.start, m.end, m.now, m.outcome] for m in self.mutants]
        self.kept.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    def sums(self, names: Iterable[str]) -> dict[str, str]:
        """Sums over these files, and the tests and the module, by their names."""
        paths = {ROOT / name for name in names} | {self.path, *self.tests}
        found = {}
        for path in sorted(paths):
            content = path.read_bytes() if path.is_file() else b""
            found[path.relative_to(ROOT).as_posix()] = hashlib.sha256(content).hexdigest()[:16]
        return found

    def show(self, mutant: Mutant) -> str:
        line = self.source.count("\n", 0, mutant.start) + 1
        text = self.source.splitlines()[line - 1].strip()
        was = self.source[mutant.start : mutant.end].strip()
        return f"snippets/{self.name}.py, line {line}: {was} → {mutant.now.strip() or 'nothing'} in\n    {text}"


@cache
def versions() -> dict[str, str]:
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    return {"python": sys.version, "own": own, **{name: version(name) for name in PACKAGES}}


@cache
def test_files() -> list[tuple[Path, str]]:
    """The tests of snippets/, with their text."""
    paths = reading.found(ROOT / "tests/snippets", "**/test_*.py")
    return [(path, path.read_text("utf-8")) for path in paths]


# --- the faults -----------------------------------------------------------------------------------


def mutants(source: str) -> Iterator[Mutant]:
    """All that Cosmic Ray's operators make of a source, but what reads the same or cannot be read at all."""
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code

    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree, seen = get_ast(source), {ast.dump(ast.parse(source))}
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments() or LEFT_OUT.fullmatch(name):
            continue
        places = [
            place for node in ast_nodes(tree) for place in operator().mutation_positions(node)
        ]
        for i, ((first, left), (last, right)) in enumerate(places):
            text = mutate_code(source, operator(), i)
            try:
                meaning = ast.dump(ast.parse(text))
            except SyntaxError:
                continue
            if meaning not in seen:
                seen.add(meaning)
                start, end = starts[first - 1] + left, starts[last - 1] + right
                start = min(start, same(source, text))
                tail = min(len(source) - end, len(text) - start, same(source[::-1], text[::-1]))
                yield Mutant(start, len(source) - tail, text[start : len(text) - tail])


def same(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


# --- a process for each ---------------------------------------------------------------------------


def in_processes(jobs: Iterable, work: Callable) -> Iterator[tuple[object, int]]:
    """Run `work(job)` in a process of its own for each job, as many at a time as there are cores.

    Yields each job with its exit code as it ends.
    """
    context = multiprocessing.get_context("fork")
    running, waiting = {}, iter(jobs)
    try:
        while True:
            while len(running) < (os.cpu_count() or 1) and (job := next(waiting, None)) is not None:
                process = context.Process(target=quiet, args=(work, job))
                process.start()
                running[process.sentinel] = process, job
            if not running:
                return
            for sentinel in wait(running):
                process, job = running.pop(sentinel)
                process.join()
                yield job, process.exitcode
    finally:
        for process, _ in running.values():
            process.kill()


def quiet(work: Callable, job: object) -> None:
    """Do it without a word."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    work(job)


def test(files: list[Path]) -> int:
    import pytest
    from hypothesis import HealthCheck, Phase, settings

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
    # nobody reads what it says: only whether a test fails
    flags = ["-x", "-q", "-s", "--tb=no", "--assert=plain", "--override-ini=addopts="]
    for plugin in ("cacheprovider", "unraisableexception", "threadexception", "logging"):
        flags += ["-p", f"no:{plugin}"]
    return int(pytest.main([*flags, *(str(path) for path in files)]))


def healthy(module: Module, report: Path) -> None:
    """Run the tests of a module as it is; write down how long it took and what was loaded."""
    faulty(module, Mutant(0, 0, ""))
    seconds = time.process_time()
    files, names = set(), []
    for name, loaded in list(sys.modules.items()):
        path = getattr(loaded, "__file__", None)
        if path and Path(path).is_relative_to(ROOT) and ".cache" not in Path(path).parts:
            parts = Path(path).relative_to(ROOT).parts
            if "snippets" in parts:
                files.add("/".join(parts))
        elif not name.startswith(("__", "jax")):  # JAX has threads, which no fork survives
            names.append(name)
    found = [[mutant.start, mutant.end, mutant.now] for mutant in mutants(module.source)]
    report.write_text(json.dumps([seconds, sorted(files), names, found]), "utf-8")


def faulty(module: Module, mutant: Mutant) -> None:
    """Run the tests of a module with a fault in it; the exit code is 0 if none of them fails."""
    seconds = round(5 + 5 * module.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source = module.source[: mutant.start] + mutant.now + module.source[mutant.end :]
    plant(module, source)
    for files in filter(None, (module.tests[:1], module.tests[1:])):
        if code := test(files):
            sys.exit(code)


def plant(module: Module, source: str) -> None:
    """Let `import` find this source as the module."""
    package, _, stem = module.dotted.rpartition(".")
    planted = types.ModuleType(module.dotted)
    planted.__file__ = str(module.path)
    sys.modules[module.dotted] = planted
    setattr(import_module(package), stem, planted)
    exec(compile(source, str(module.path), "exec"), planted.__dict__)


def prepare(modules: list[Module]) -> None:
    """Test each module as it is, list its faults, and load what the tests need."""
    KEPT.mkdir(parents=True, exist_ok=True)
    reports = {module: KEPT / f"{module.kept.stem}.report" for module in modules}
    names = {}
    for module, code in in_processes(modules, lambda module: healthy(module, reports[module])):
        if code != 0:
            tests = " ".join(str(path.relative_to(ROOT)) for path in module.tests)
            raise SystemExit(
                f"the tests of snippets/{module.name}.py fail as it is: pytest {tests}"
            )
        module.seconds, files, loaded, found = json.loads(reports[module].read_text("utf-8"))
        reports[module].unlink()
        module.loaded = module.sums(files)
        module.mutants = module.mutants or [Mutant(*mutant) for mutant in found]
        names |= dict.fromkeys(loaded)
    for name in names:
        try:
            import_module(name)
        except Exception:  # what cannot be loaded now, the tests load themselves
            continue
    gc.freeze()


def run(modules: list[Module], until: float) -> None:
    """Try each mutant of which nothing is known yet."""
    todo = deque((module, m) for module in modules for m in module.mutants if not m.known)
    left = Counter(module for module, _ in todo)

    def jobs() -> Iterator[tuple[Module, Mutant]]:
        while todo and time.monotonic() < until:
            yield todo.popleft()

    try:
        for (module, mutant), code in in_processes(jobs(), lambda job: faulty(*job)):
            mutant.outcome = OUTCOMES.get(code, FOUND)
            left[module] -= 1
            if not left[module]:
                module.keep()
                outcomes = [None if m.excused else m.outcome for m in module.mutants]
                survived = f", {n} SURVIVED" if (n := outcomes.count(SURVIVED)) else ""
                print(f"  {module.name}: {len(outcomes)} mutants{survived}", flush=True)
    finally:
        for module in modules:
            module.keep()


# --- what is said of it ---------------------------------------------------------------------------


def entries() -> list[Entry]:
    """The list of equivalent mutants."""
    try:
        found = tomllib.loads((ROOT / EQUIVALENT).read_text("utf-8")).get("equivalent", [])
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"{EQUIVALENT}: {error}") from None
    listed = []
    for number, fields in enumerate(found, 1):
        try:
            entry = Entry(**fields)
            re.compile(entry.text)
        except (TypeError, re.error) as error:
            raise SystemExit(
                f"{EQUIVALENT}, entry {number}: {error}. An entry has `file`, `text`, `reason`, and may have `to`"
            ) from None
        listed.append(entry)
    return listed


def excuse(modules: list[Module], listed: list[Entry]) -> None:
    """Mark the mutants that the list excuses."""
    for module in modules:
        for mutant in module.mutants:
            for entry in listed:
                if entry.excuses(module, mutant):
                    entry.matched += 1
                    mutant.excused = True


def functions(module: Module) -> int:
    return sum(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(module.source)))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", help="such as optimization/mse_hessian")
    parser.add_argument("--all", action="store_true", help="do not believe what was kept")
    parser.add_argument("--limit", type=float, default=float("inf"), help="seconds")
    asked = parser.parse_args()
    until = time.monotonic() + asked.limit
    os.chdir(ROOT)
    os.environ.update(MPLBACKEND="Agg", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

    paths = reading.found(ROOT / "snippets", "**/*.py")
    modules = [Module(path) for path in paths if path.name != "__init__.py"]
    whole = not asked.modules
    if unknown := set(asked.modules) - {module.name for module in modules}:
        parser.error(f"there is no module {', '.join(sorted(unknown))} in snippets/")
    modules = [module for module in modules if whole or module.name in asked.modules]
    listed = entries()

    if not asked.all:
        for module in modules:
            module.recall()
    excuse(modules, listed)
    new = [module for module in modules if not module.known]
    print(
        f"{len(new)} of {len(modules)} modules are new or changed, or their tests are", flush=True
    )
    if new:
        prepare(new)
        excuse(new, listed)
        run(new, until)
    return report(modules, listed, whole)


def report(modules: list[Module], listed: list[Entry], whole: bool) -> int:
    """Say what was found; 1 if anything is wrong."""
    wrong = []
    counts = Counter()
    for module in modules:
        for mutant in module.mutants:
            counts["equivalent" if mutant.excused else mutant.outcome] += 1
            if not mutant.excused and mutant.outcome == SURVIVED:
                wrong.append(f"SURVIVED: {module.show(mutant)}")
        if not module.known:
            done = sum(mutant.known for mutant in module.mutants)
            wrong.append(f"NOT DONE in time: {module.name}, {done} of {len(module.mutants)}")
    for number, entry in enumerate(listed, 1):
        if whole and not counts[None] and not entry.matched:
            wrong.append(
                f"{EQUIVALENT}, entry {number} ({entry.text}) matches no mutant any more: remove it"
            )
    print("\n".join(wrong))
    said = (
        f"{sum(counts.values()):,} mutants of {sum(map(functions, modules))} functions, "
        f"{counts['equivalent']} equivalent, {counts[SURVIVED]} survivors"
    )
    if counts[None]:
        said += f", {counts[None]} not tried in time"
    print(said + f"; {counts[SLOW]} took too long and count as found" * bool(counts[SLOW]))
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("stopped; what was found so far is kept")
