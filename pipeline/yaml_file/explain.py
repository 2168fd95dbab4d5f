"""Explain pydantic's errors to the author of the file: line, place, what was expected, what was found."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Loc = tuple[int | str, ...]
Json = dict[str, Any]

_LONGEST_GOT = 60
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (dict, "a mapping"),
    ((list, tuple), "a list"),
    (BaseModel, "an entry"),
    (type(None), "nothing"),
)
_WORDING = (
    ("Input should be ", "expected "),
    ("String should match pattern ", "expected text that matches "),
    ("String should have ", "expected text with "),
    ("List should have ", "expected a list with "),
    ("Dictionary should have ", "expected a mapping with "),
    ("Unable to extract tag using discriminator ", "expected a value for "),
)


def explain(error: ValidationError, node: yaml.Node, model: type[BaseModel]) -> list[tuple[int, str]]:
    """Every mistake once as (line, "where: what was expected (got …)"), in the order of the lines."""
    schema = model.model_json_schema()
    found = {_describe(details, node, schema) for details in error.errors(include_url=False)}
    return [(line, f"{where}{message}") for line, where, message in sorted(found)]


def _describe(details: ErrorDetails, node: yaml.Node, schema: Json) -> tuple[int, str, str]:
    """Line, place and message of one mistake."""
    loc, kind, value, message = details["loc"], details["type"], details["input"], _reworded(details["msg"])
    if kind == "union_tag_invalid":
        tag = details["ctx"]
        loc, value, message = (*loc, tag["discriminator"].strip("'")), tag["tag"], tag["expected_tags"]
        message = f"expected one of {message}"
    line, path = locate(node, loc, absent=kind == "missing")
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    prefix = f"{where}: " if where else ""
    if kind == "extra_forbidden":
        known = sorted({key for level in _levels(schema, loc[:-1]) for key in level.get("properties", ())})
        return line, prefix, f"expected no such key{_suggest(str(loc[-1]), known)}"
    if kind == "missing":
        return line, prefix, "expected a value (got none)"
    got = _shortened(value)
    if any(level.get("format") == "password" for level in _levels(schema, loc)):
        got = "a secret"
    hint = ""
    if kind in {"literal_error", "enum", "union_tag_invalid"} and isinstance(value, str):
        hint = _suggest(value, re.findall(r"'([^']*)'", message))
    return line, prefix, f"{message}{hint} (got {got})"


def _reworded(message: str) -> str:
    """Pydantic's message, phrased as an expectation."""
    message = message.removeprefix("Value error, ").replace(" after validation, not 0", "")
    if message.startswith("Input should be a valid dictionary"):
        return "expected a mapping"
    for start, ours in _WORDING:
        if message.startswith(start):
            return ours + message.removeprefix(start)
    return message if message.startswith("expected") else f"expected otherwise: {message}"


def _shortened(value: Any) -> str:
    for kinds, words in _KINDS:
        if isinstance(value, kinds):
            return words
    text = repr(value)
    return text if len(text) <= _LONGEST_GOT else f"{text[:_LONGEST_GOT]}…"


def _suggest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f", did you mean {close[0]}?"
    return f", known here: {', '.join(known)}" if known else ""


def locate(node: yaml.Node, loc: Loc, *, absent: bool = False) -> tuple[int, Loc]:
    """The line of `loc`, and `loc` without the parts (names of union members) that are not in the file.

    With `absent`, the last part names a key that should have been written.
    """
    line = node.start_mark.line + 1
    path: list[int | str] = []
    for position, part in enumerate(loc):
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode) and (pair := _pair(node, part)):
            line = pair[0].start_mark.line + 1
            node = pair[1]
        elif not (absent and position == len(loc) - 1):
            continue
        path.append(part)
    return line, tuple(path)


def _pair(node: yaml.MappingNode, key: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((k, v) for k, v in node.value if k.value == str(key)), None)


def _levels(schema: Json, loc: Loc) -> list[Json]:
    """The parts of a JSON Schema that can govern `loc`, union members side by side."""
    levels = _resolved(schema, schema)
    for part in loc:
        below = [child for level in levels for child in _children(level, part)]
        if below:
            levels = [level for child in below for level in _resolved(child, schema)]
        else:  # the name of a union member: the members are in `levels` already
            levels = [level for level in levels if _is_tagged(level, part)] or levels
    return levels


def _children(level: Json, part: int | str) -> Iterator[Json]:
    if isinstance(part, int):
        nested = level.get("items")
    else:
        nested = level.get("properties", {}).get(part) or level.get("additionalProperties")
    if isinstance(nested, dict):
        yield nested


def _is_tagged(level: Json, tag: int | str) -> bool:
    return any(field.get("const") == tag for field in level.get("properties", {}).values())


def _resolved(level: Json, schema: Json) -> list[Json]:
    """`level` with references followed and unions opened."""
    if "$ref" in level:
        return _resolved(schema["$defs"][level["$ref"].rsplit("/", 1)[-1]], schema)
    members = [m for word in ("anyOf", "oneOf", "allOf") for m in level.get(word, ())]
    return [found for m in members for found in _resolved(m, schema)] or [level]
