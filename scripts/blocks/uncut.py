"""Reads a program so that it stops where NumPy would cut a fraction to put it among whole numbers; for worker.py."""

import ast
import builtins
import sys


class Held(ast.NodeTransformer):
    def visit_Assign(self, node):
        """`w[i] = v` and `w[i] += v`, with a look at `v`; what `*=` comes to is not known yet."""
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        is_entry = isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)
        if is_entry and isinstance(getattr(node, "op", ast.Add()), ast.Add | ast.Sub):
            into = ast.Name(target.value.id, ast.Load())
            node.value = ast.Call(ast.Name("uncut", ast.Load()), [node.value, into], [])
        return node

    visit_AugAssign = visit_Assign


def uncut(value, into):
    """`value`, if an array can take it as it is."""
    whole = getattr(getattr(into, "dtype", None), "kind", "") in ("i", "u")
    if whole and (sys.modules["numpy"].ravel(value) % 1).any():
        raise TypeError(
            f"{value} is cut to fit among whole numbers: begin the array with floats, such as 0.0"
        )
    return value


def parse(code: str, name: str) -> ast.Module:
    builtins.uncut = uncut
    return ast.fix_missing_locations(Held().visit(ast.parse(code, name)))
