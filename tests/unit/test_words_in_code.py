"""Words of a human language are data in config/, not code: a folder of its own for each language.

Found are words in Cyrillic or with Turkish letters, and regular expressions with lists of words. What may stay is
named below with its reason; add to it only what belongs to no language.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.settings import CHECKOUT

# Rooms that are about words: they make texts or forms, and read none.
MAKES_WORDS = {
    "demo": "a play of fictional outlets: its texts",
    "lexicon_build": "inflection, one module a language; it writes forms.csv",
    "gazetteer_build": "inflection and transliteration; it writes the tables of names",
}
# Files whose strings hold letters, not words: classes of characters for alphabets.
LETTERS = {
    "charsets.py", "dedupe/furniture.py", "language/letters.py", "meetings/read/levels.py", "meetings/who/spelling.py",
    "site/highlights.py", "store/tables/search.py", "text/language.py", "text/notices.py", "text/reader_words.py",
}  # fmt: skip
FOREIGN = {
    "alerts/watches.py": "an example in the schema of alerts.yml",
    "language/word_uses.py": "examples of what a row looks like",
    "site/wording.py": "the pages' own languages, each by its name for itself",
}
LISTS = {
    "alerts/outside.py": "schemes of addresses",
    "feeds/plain_text.py": "elements of HTML",
    "feeds/urls.py": "parameters of addresses",
    "text/body.py": "elements of HTML",
    "text/furniture_names.py": "class names of HTML",
    "text/kinds.py": "names of products on walls",
    "text/reader_words.py": "names of comment services",
    "text/titles.py": "class names of HTML",
    "topics/rules.py": "kinds of entities",
    "web_client/guard.py": "names of local hosts",
}
_FOREIGN = re.compile(r"[\u0400-\u052f]{2,}|[^\W\d_]*[çğışöüÇĞİŞÖÜ][^\W\d_]+|[^\W\d_]+[çğışöü]")
_LIST = re.compile(r"(?<![\\\w<-])(?:[a-z]{3,}[?*+]?\|){2,}[a-z]{3,}")
_PATTERN = re.compile(r"[\\(|]")


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Each string of a file with its line; docstrings are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def found(words: re.Pattern[str], *, patterns_alone: bool) -> dict[str, list[str]]:
    """By file: what of pipeline/ has such words in its strings."""
    hits: dict[str, list[str]] = {}
    for path in sorted((CHECKOUT / "pipeline").rglob("*.py")):
        name = path.relative_to(CHECKOUT / "pipeline").as_posix()
        if name.split("/")[0] in MAKES_WORDS:
            continue
        for line, text in strings(path):
            if (hit := words.search(text)) and (not patterns_alone or _PATTERN.search(text)):
                hits.setdefault(name, []).append(f"{line}: {hit[0]}")
    return hits


def test_the_patterns_find_what_they_are_for() -> None:
    assert _FOREIGN.search("перенос")
    assert _FOREIGN.search("ertelendiği")
    assert not _FOREIGN.search("postponed, naïve")
    assert _LIST.search(r"^(?:postponed|delayed|cancelled)")
    assert not _LIST.search(r"(?P<mark>[.,])|postponed|\d")


def test_no_word_of_another_alphabet_is_in_the_code() -> None:
    hits = found(_FOREIGN, patterns_alone=False)
    assert {name: lines for name, lines in hits.items() if name not in {*LETTERS, *FOREIGN}} == {}


def test_no_pattern_has_a_list_of_words() -> None:
    hits = found(_LIST, patterns_alone=True)
    assert {name: lines for name, lines in hits.items() if name not in LISTS} == {}


def test_no_exception_outlives_its_reason() -> None:
    assert {*LETTERS, *FOREIGN} <= {*found(_FOREIGN, patterns_alone=False)}
    assert {*LISTS} <= {*found(_LIST, patterns_alone=True)}
