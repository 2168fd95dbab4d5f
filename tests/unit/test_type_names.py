"""A type's name says its job, and stands in one file."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pipeline.settings import CHECKOUT


def type_names(path: Path) -> Iterator[str]:
    """Public classes and type aliases that a module defines: every capitalised name that is no constant."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                found = name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp()):
                found = name
            case _:
                continue
        if found[:1].isupper() and (not found.isupper() or isinstance(node, ast.ClassDef)):
            yield found


def test_no_type_name_stands_in_two_files() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in (CHECKOUT / "pipeline").rglob("*.py"):
        for name in type_names(path):
            places[name].add(path.relative_to(CHECKOUT).as_posix())
    assert len(places) > 200
    assert {name: sorted(files) for name, files in places.items() if len(files) > 1} == {}
