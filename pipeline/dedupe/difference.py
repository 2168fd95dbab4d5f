"""Show word by word what an outlet changed in a dispatch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Indel

_PIECE = re.compile(r"\S+")
_INNER = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WordRun:
    """A stretch of words: `gone` from the first text, `new` in the second, or the same in both (`same`)."""

    same: str = ""
    gone: str = ""
    new: str = ""


def word_changes(first: str, second: str) -> Iterator[WordRun]:
    """The changes from the first text to the second; case and punctuation alone are not changes."""
    here, there = _PIECE.findall(first), _PIECE.findall(second)
    steps = Indel.opcodes([_bare(word) for word in here], [_bare(word) for word in there])
    gone: list[str] = []
    new: list[str] = []
    for step in steps:
        if step.tag == "equal":
            if gone or new:
                yield WordRun(gone=" ".join(gone), new=" ".join(new))
                gone, new = [], []
            yield WordRun(same=" ".join(there[step.dest_start : step.dest_end]))
        else:
            gone.extend(here[step.src_start : step.src_end])
            new.extend(there[step.dest_start : step.dest_end])
    if gone or new:
        yield WordRun(gone=" ".join(gone), new=" ".join(new))


def _bare(word: str) -> str:
    return "".join(_INNER.findall(word)).casefold() or word
