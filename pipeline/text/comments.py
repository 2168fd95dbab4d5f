"""Find the end of the article and the start of its comments: a comment left in the body can cause a false
alert."""

from __future__ import annotations

import re

from pipeline.language.words import pattern

# A line that opens a comment section or asks the reader to write in it. Anchored at the line's start, because
# the same words inside a sentence of an article mean nothing.
_MARKERS = pattern(r"^\W*{comments begin}", re.I)


_SENTENCE_CHARS = 50  # a marker above the first line this long is a button, not the end of the article


def cut_comments(body: str) -> str:
    """Drop everything from the first comment marker below the first sentence on; markers above it go alone."""
    lines = body.split("\n")
    kept: list[str] = []
    for line in lines:
        if not opens_comments(line):
            kept.append(line)
        elif any(len(above) > _SENTENCE_CHARS for above in kept):
            break
    return "\n".join(kept) if kept else body


def opens_comments(line: str) -> bool:
    """Whether a line heads a comment section or asks to write in it."""
    return bool(_MARKERS().match(line))
