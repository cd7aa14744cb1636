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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from fnmatch import fnmatch
from functools import cache
from hashlib import sha256
from importlib import import_module
from itertools import accumulate
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
    outcome: str = ""


class Module:
    """A module of snippets/, its tests (its own first), and what is known of its mutants."""

    def __init__(self, path: Path):
        self.path = path
        self.name = path.relative_to(ROOT / "snippets").with_suffix("").as_posix()
        self.source = path.read_text("utf-8")
        self.kept = KEPT / "mutation" / f"{self.name.replace('/', '.')}.json"
        folder, _, stem = self.name.rpartition("/")
        own = ROOT / "tests/snippets" / folder / f"test_{stem}.py"
        if not own.is_file():
            sys.exit(f"snippets/{self.name}.py has no tests: write {own.relative_to(ROOT)}")
        # "snippets.optimization.mse_hessian", or without the first word, as in the names of a table
        imports = re.compile(rf"\b{re.escape(self.name.replace('/', '.'))}\b")
        self.tests = [
            own,
            *(path for path, text in test_files() if path != own and imports.search(text)),
        ]
        try:
            found = json.loads(self.kept.read_text("utf-8"))
        except (OSError, ValueError):
            found = {"files": [], "key": ""}
        self.known = found["key"] == self.key(found["files"])
        self.mutants = [Mutant(*mutant) for mutant in found["mutants"]] if self.known else []

    def key(self, files: list[str]) -> str:
        """A sum over these files, and the module, its tests, this program and the pins."""
        own = (self.path, Path(__file__), *self.tests, *(ROOT / name for name in (*PINS, *files)))
        texts = [path.read_bytes() for path in sorted({*own}) if path.is_file()]
        return sha256(repr([sys.version, len(own), texts]).encode()).hexdigest()

    def prove(self, pool: ThreadPoolExecutor) -> None:
        """Test it as it is, list its faults, and try each."""
        if in_process(healthy, self):
            tests = " ".join(str(path.relative_to(ROOT)) for path in self.tests)
            sys.exit(f"the tests of snippets/{self.name}.py fail as it is: pytest {tests}")
        found = json.loads(self.kept.read_text("utf-8"))
        self.mutants = [Mutant(*mutant) for mutant in found["mutants"]]
        load(found["names"])
        limit = round(5 + 5 * found["seconds"])  # of computing
        for mutant, code in zip(
            self.mutants,
            pool.map(lambda mutant: in_process(faulty, self, mutant, limit), self.mutants),
            strict=True,
        ):
            mutant.outcome = OUTCOMES.get(code, FOUND)
        kept = {"files": found["files"], "key": self.key(found["files"])}
        kept["mutants"] = [astuple(mutant) for mutant in self.mutants]
        self.kept.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    def show(self, mutant: Mutant) -> str:
        line = self.source.count("\n", 0, mutant.start) + 1
        text = self.source.splitlines()[line - 1].strip()
        was = self.source[mutant.start : mutant.end].strip()
        return f"snippets/{self.name}.py, line {line}: {was} → {mutant.now.strip() or 'nothing'} in\n    {text}"


@cache
def test_files() -> list[tuple[Path, str]]:
    """The tests of snippets/, with their text."""
    return [
        (path, path.read_text("utf-8"))
        for path in reading.found(ROOT / "tests/snippets", "**/test_*.py")
    ]


# --- the faults -----------------------------------------------------------------------------------


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


def in_process(work: Callable, *given: object) -> int:
    """The exit code of a process that does this without a word; below 0 it is the signal that ended it."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1  # of whatever else is raised
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        code = work(*given)
    finally:
        os._exit(code)  # nothing of the process that it was split off from is to be tidied up


def load(names: list[str]) -> None:
    """Load what tests load, besides our own files, for all the processes that are split off."""
    for name in sorted(names):
        with suppress(Exception):  # what cannot be loaded by itself, the tests load
            import_module(name)
    gc.freeze()


def healthy(module: Module) -> int:
    """Run the tests of a module as it is; write down how long it took, what was loaded, and the faults."""
    started = time.process_time()
    if code := test(module):
        return code
    found = {"seconds": time.process_time() - started, "key": ""}
    paths = {
        name: Path(getattr(at, "__file__", None) or "/") for name, at in list(sys.modules.items())
    }
    ours = {
        name: path.relative_to(ROOT)
        for name, path in paths.items()
        if path.is_relative_to(ROOT) and ".cache" not in path.parts
    }
    found["files"] = sorted({path.as_posix() for path in ours.values() if "snippets" in path.parts})
    found["names"] = [
        name for name in paths.keys() - ours.keys() if not name.startswith(("__", "snippets"))
    ]
    found["mutants"] = [astuple(mutant) for mutant in mutants(module.source)]
    module.kept.parent.mkdir(parents=True, exist_ok=True)
    module.kept.write_text(json.dumps(found), "utf-8")
    return 0


def faulty(module: Module, mutant: Mutant, seconds: int) -> int:
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
    """Run the tests of a module, its own first; 0 if none fails."""
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
        for entry in listed:
            number += 1
            if not {"file", "text", "reason"} <= entry.keys() <= {"file", "text", "reason", "to"}:
                raise ValueError("an entry has `file`, `text`, `reason`, and may have `to`")
            re.compile(entry["text"])
    except (ValueError, re.error) as error:
        sys.exit(f"{EQUIVALENT}{f', entry {number}' * bool(number)}: {error}")
    return listed


def excuses(entry: dict, module: Module, mutant: Mutant) -> bool:
    if not fnmatch(module.name, entry["file"]) or mutant.now.strip() not in entry.get(
        "to", [mutant.now.strip()]
    ):
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
    listed, modules = equivalents(), []
    for path in reading.found(ROOT / "snippets", "**/*.py"):
        name = path.relative_to(ROOT / "snippets").with_suffix("").as_posix()
        if path.name != "__init__.py" and (name in asked if asked else not fnmatch(name, NEVER)):
            modules.append(Module(path))
    if unknown := set(asked) - {module.name for module in modules}:
        sys.exit(f"there is no module {', '.join(sorted(unknown))} in snippets/")
    new = [module for module in modules if not module.known]
    print(
        f"{len(new)} of {len(modules)} modules are new or changed, or their tests are", flush=True
    )
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for module in new:
            module.prove(pool)
            print(f"  {module.name}: {len(module.mutants)} mutants", flush=True)
    return report(modules, listed, bool(asked))


def report(modules: list[Module], listed: list[dict], some: bool) -> int:
    """Say what was found; 1 if anything is wrong."""
    counts, wrong, needed = Counter(), [], set()
    for module in modules:
        for mutant in module.mutants:
            reasons = [
                number for number, entry in enumerate(listed, 1) if excuses(entry, module, mutant)
            ]
            needed.update(reasons)
            counts["equivalent" if reasons else mutant.outcome] += 1
            if not reasons and mutant.outcome == SURVIVED:
                wrong.append(f"SURVIVED: {module.show(mutant)}")
    for number in () if some else sorted({*range(1, len(listed) + 1)} - needed):
        text = listed[number - 1]["text"]
        wrong.append(f"{EQUIVALENT}, entry {number} ({text}) matches no mutant any more: remove it")
    nodes = [node for module in modules for node in ast.walk(ast.parse(module.source))]
    said = f"{counts.total():,} mutants of {sum(isinstance(node, ast.FunctionDef) for node in nodes)} functions, "
    said += f"{counts['equivalent']} equivalent, {counts[SURVIVED]} survivors"
    said += f"; {counts[SLOW]} took too long and count as found" * bool(counts[SLOW])
    print(*wrong, "NOT TRIED: faults in the code that draws (snippets/figures)", said, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
