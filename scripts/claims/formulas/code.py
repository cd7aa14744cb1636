"""The code beside a formula: what its functions are, with a NumPy that can be differentiated, and the Python of labels."""

import ast
import builtins
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from types import CodeType, SimpleNamespace

import autograd.numpy as np

from scripts.blocks import includes
from scripts.claims.formulas.numeric import differentiated
from scripts.claims.formulas.tex import Wrong

# The snippets ask what is masked, and no random value is; autograd's NumPy has no such functions.
np.ma = SimpleNamespace(is_masked=lambda value: False, filled=lambda value, fill: value)


@dataclass
class Code:
    """The names of a block: of the snippets it includes, and of the functions written on the page."""

    names: dict[str, object]

    @cached_property
    def functions(self) -> dict[str, Callable]:
        return {
            name: found
            for name, found in self.names.items()
            if callable(found) and getattr(found, "__module__", None) == "block"
        }


@cache
def code(program: str) -> Code:
    """What a program defines, with a NumPy that can be differentiated."""

    def imported(name: str, *rest):
        if name.startswith("snippets."):
            return SimpleNamespace(
                **snippet(f"{name.removeprefix('snippets.').replace('.', '/')}.py")
            )
        return np if name.split(".")[0] == "numpy" else builtins.__import__(name, *rest)

    names: dict[str, object] = {"__name__": "block", "np": np, "gradient": gradient}
    names["__builtins__"] = vars(builtins) | {"__import__": imported}
    for statement in ast.parse(program).body:
        with contextlib.suppress(NameError):  # a default that what was not run would define
            exec(compile(ast.Module([statement], []), "block", "exec"), names)
    return Code(names)


def snippet(path: str) -> dict[str, object]:
    lines = includes.snippet(path)
    if lines is None:
        raise Wrong(f"there is no such file in snippets/: {path}")
    return code("\n".join(lines)).names


def gradient(function: Callable) -> Callable:
    """For labels: the derivative of a function of one number or vector, by automatic differentiation."""
    return lambda x: differentiated(function, x)


def smooth(rng: np.random.Generator) -> Callable:
    """Some function, of numbers or vectors, with derivatives of every order and no symmetry."""
    turns, shift, size = rng.uniform(0.3, 1, (4, 16)), rng.uniform(0, 6, 4), rng.uniform(0.5, 1, 4)

    def function(*values):
        flat = np.concatenate([np.ravel(value * 1.0) for value in values])
        return np.sum(size * np.sin(turns[:, : len(flat)] @ flat + shift))

    return function


@cache
def compiled(expression: str) -> tuple[CodeType, list[str]]:
    """A label's Python, and the names in it that it does not bind itself."""
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    names = [node.id for node in nodes if isinstance(node, ast.Name) and node.id not in bound]
    return compile(expression, "label", "eval"), list(dict.fromkeys(names))
