"""The `Expect:` lines of feedparser's test files, read by a small interpreter of the few forms they have.

Never `eval`: the files come from elsewhere. What is understood: names, indexes, attributes, literals, `==`, `is`,
`not` and `and`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

_EXPECT = re.compile(rb"Expect:\s*(.+)")
_MAX = 1000


class UnknownError(Exception):
    """The expression asks for something that is not kept, or has a form that is not understood."""


def expectation(body: bytes) -> str | None:
    """The expression in the first comment of a file."""
    found = _EXPECT.search(body[:4000])
    return found[1].decode("utf-8", "replace").strip()[:_MAX] if found else None


def holds(expression: str, document: Mapping[str, Any]) -> bool:
    """Whether the expression is true of a document with the names feedparser gives.

    Raises:
        UnknownError: see there.
    """
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise UnknownError(f"not understood: {expression}") from error
    return bool(_value(tree.body, document))


def _value(node: ast.expr, document: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.Tuple(elts) | ast.List(elts):
            return tuple(_value(part, document) for part in elts)
        case ast.Name(name):
            return _member(document, name)
        case ast.Attribute(inner, name):
            return _member(_value(inner, document), name)
        case ast.Subscript(inner, index):
            return _member(_value(inner, document), _value(index, document))
        case ast.UnaryOp(ast.Not(), operand):
            return not _value(operand, document)
        case ast.BoolOp(ast.And(), values):
            return all([_value(part, document) for part in values])
        case ast.Compare(left, [ast.Eq()], [right]):
            return _same(_value(left, document), _value(right, document))
        case ast.Compare(left, [ast.Is()], [right]):
            return _value(left, document) is _value(right, document)
    raise UnknownError(f"form not understood: {ast.dump(node)[:80]}")


def _member(whole: Any, key: Any) -> Any:
    if isinstance(whole, Mapping) and key in whole:
        return whole[key]
    if isinstance(whole, Sequence) and not isinstance(whole, str) and isinstance(key, int) and key < len(whole):
        return whole[key]
    raise UnknownError(f"nothing is known of {key!r}")


def _same(left: Any, right: Any) -> bool:
    """A moment is the same whether it comes as a tuple or as a struct_time."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(left)[:6] == tuple(right)[:6] if len(left) == len(right) == 9 else left == right
    return bool(left == right)
