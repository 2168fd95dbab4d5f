"""Holds the level of the English: phrases that made these pages hard to read stay rare.

Counted in prose only: docstrings and comments of pipeline/ and dags/, comments of SQL and YAML, and the pages. A
limit is the number reached, not a target: lower it when you mend a line, and never raise it.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import CHECKOUT

# Phrase -> (most, what to write instead, which is the reason it is here). German or archaic in a manual.
LIMITS = {
    r"\banew\b": (0, "again"),
    r"\b(is|are|was|were|be|been) told\b": (1, "say who learns what, or: is alerted, is reported, is given"),
    r"\b(stands|stood)\b": (16, "is; the state of"),
    r"\b(nobody|somebody|whoever)\b": (14, "no source, another process, a person: name them"),
    r"\bof (which|what)\b": (2, "make it two sentences"),
    r"\bspeaks? of\b": (5, "is about, reports, mentions"),
    r"\blet(s)? go of\b": (0, "delete, drop, release"),
    r"\b(can|could|cannot) be had\b": (0, "can be fetched, is available"),
    r"\b(is|are) none\b": (12, "is not one; if there is no"),
    r"\bfor ever\b": (0, "forever, endlessly"),
}
RIDDLE = re.compile(r"(What|Which|How|Who|Whose|When|Where|Why|Whether)\b")
MOST_RIDDLES = 0  # module docstrings that name a question instead of what the module does
PAGES = ("README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")


def python_prose(path: Path) -> Iterator[str]:
    """The docstrings and comments of a module."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@functools.cache
def prose() -> tuple[tuple[Path, str], ...]:
    """Every piece of prose with its file."""
    return tuple(_prose())


def _prose() -> Iterator[tuple[Path, str]]:
    for folder in ("pipeline", "dags"):
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            yield from ((path, text) for text in python_prose(path))
    for path in sorted((CHECKOUT / "sql").rglob("*.sql")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield from ((path, line) for line in lines if re.search(r"--|^COMMENT ON|^ +'.*';$", line))
    for path in sorted((CHECKOUT / "config").rglob("*.yml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield from ((path, line) for line in lines if re.match(r"\s*#", line))
    for path in (*(CHECKOUT / name for name in PAGES), *sorted((CHECKOUT / "docs").rglob("*.md"))):
        if path.name != "data-dictionary.md":  # made of the comments in sql/views
            yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("phrase", LIMITS)
def test_a_hard_phrase_does_not_come_back(phrase: str) -> None:
    most, instead = LIMITS[phrase]
    found = [
        f"{path.relative_to(CHECKOUT)}: {match.group()}"
        for path, text in prose()
        for match in re.finditer(phrase, text, re.IGNORECASE)
    ]
    assert len(found) <= most, f"write instead: {instead}\n" + "\n".join(found)


def test_a_module_says_what_it_does() -> None:
    riddles = [
        str(path.relative_to(CHECKOUT))
        for path in sorted((CHECKOUT / "pipeline").rglob("*.py"))
        if RIDDLE.match(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    ]
    assert len(riddles) <= MOST_RIDDLES, riddles
