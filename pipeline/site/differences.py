"""Two sentences compared by words: what went and what came, for <del> and <ins>."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 4000  # words; longer texts are compared by sentences alone


def words_changed(old: str | None, new: str | None) -> list[tuple[str, str]]:
    """Pieces in reading order: ("same" | "del" | "ins", text)."""
    before, after = _WORD.findall(old or "")[:_LONGEST], _WORD.findall(new or "")[:_LONGEST]
    pieces: list[tuple[str, str]] = []
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            pieces.append(("same", "".join(before[step.src_start : step.src_end])))
        elif step.tag == "delete":
            pieces.append(("del", "".join(before[step.src_start : step.src_end])))
        else:
            pieces.append(("ins", "".join(after[step.dest_start : step.dest_end])))
    return _joined(pieces)


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Single blanks between two changes belong to both: so a phrase is marked as one."""
    result: list[tuple[str, str]] = []
    gone, come = "", ""
    for kind, words in [*pieces, ("same", "")]:
        if kind == "del":
            gone += words
        elif kind == "ins":
            come += words
        elif words.isspace() and (gone or come):
            gone, come = gone + words, come + words
        else:
            tail = " " if gone.endswith(" ") and come.endswith(" ") else ""
            result += [(k, w.rstrip() if tail else w) for k, w in (("del", gone), ("ins", come)) if w.strip()]
            result.append(("same", tail + words))
            gone = come = ""
    return [(kind, words) for kind, words in result if words]


def paragraphs_changed(old: str, new: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Paragraph by paragraph: ("same" | "changed" | "del" | "ins", pieces)."""
    before, after = old.split("\n"), new.split("\n")
    found: list[tuple[str, list[tuple[str, str]]]] = []
    gone: list[str] = []
    come: list[str] = []
    for step in [*Indel.opcodes(before, after), None]:
        if step is not None and step.tag == "delete":
            gone += before[step.src_start : step.src_end]
            continue
        if step is not None and step.tag == "insert":
            come += after[step.dest_start : step.dest_end]
            continue
        found += _pairs(gone, come)
        gone, come = [], []
        if step is not None:
            found += [("same", [("same", line)]) for line in before[step.src_start : step.src_end]]
    return found


def _pairs(gone: list[str], come: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Paragraphs that went and came at one place: alike ones are one that changed."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    rest = list(come)
    for line in gone:
        twin = max(rest, key=lambda other: Indel.normalized_similarity(line, other), default=None)
        if twin is not None and Indel.normalized_similarity(line, twin) > 0.5:
            for skipped in rest[: rest.index(twin)]:
                found.append(("ins", [("ins", skipped)]))
            rest = rest[rest.index(twin) + 1 :]
            found.append(("changed", words_changed(line, twin)))
        else:
            found.append(("del", [("del", line)]))
    return found + [("ins", [("ins", line)]) for line in rest]
