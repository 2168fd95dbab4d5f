"""How dense the code is: branches per 100 lines of functions, and how many ways lead through one function.

A branch is an if (statement, expression, elif), for, while, except, case, assert or comprehension, and each further
operand of and/or. The levels are what was reached: lower them when they fall.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.settings import CHECKOUT

MOST_PER_100_LINES = 32.2
MOST_IN_ONE_FUNCTION = 15
# Functions over the line today, and how far. Take away what you mend, lower what you better; add nothing.
OVER: dict[str, int] = {}

_ONE = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert, ast.match_case)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measured:
    """One function, those inside it included."""

    name: str  # file:function
    lines: int
    branches: int


def branches(node: ast.AST) -> int:
    """Branches below a node."""
    found = 0
    for below in ast.walk(node):
        if isinstance(below, _ONE):
            found += 1
        elif isinstance(below, ast.BoolOp):
            found += len(below.values) - 1
        elif isinstance(below, ast.comprehension):
            found += 1
    return found


def functions(tree: ast.AST) -> Iterator[_Function]:
    """Every function that is in no other."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            yield node
        else:
            yield from functions(node)


@functools.cache
def measured() -> list[Measured]:
    """All of pipeline/."""
    found = []
    for path in sorted((CHECKOUT / "pipeline").rglob("*.py")):
        for node in functions(ast.parse(path.read_text(encoding="utf-8"))):
            name = f"{path.relative_to(CHECKOUT / 'pipeline').as_posix()}:{node.name}"
            found.append(Measured(name, (node.end_lineno or node.lineno) - node.lineno + 1, branches(node)))
    return found


def test_the_count_is_what_it_says() -> None:
    tree = ast.parse(
        "def f(a):\n    if a and not a or a:\n        return [b for b in a if b]\n    assert a\n    return 1 if a else 2\n"
    )
    assert branches(tree) == 1 + 2 + 1 + 1 + 1


def test_the_code_gets_no_denser() -> None:
    found = measured()
    density = 100 * sum(one.branches for one in found) / sum(one.lines for one in found)
    rooms: dict[str, list[Measured]] = {}
    for one in found:
        rooms.setdefault(one.name.split("/")[0], []).append(one)
    shown = {
        room: round(100 * sum(one.branches for one in inside) / sum(one.lines for one in inside), 1)
        for room, inside in rooms.items()
    }
    densest = sorted(shown.items(), key=lambda room: -room[1])
    assert round(density, 1) <= MOST_PER_100_LINES, f"{density:.1f}: {densest}"


def test_no_function_is_a_chain_of_conditions() -> None:
    over = {
        one.name: one.branches for one in measured() if one.branches > OVER.get(one.name, MOST_IN_ONE_FUNCTION)
    }
    assert over == {}, "a table of (name, predicate) reads better, and can say which one held"
