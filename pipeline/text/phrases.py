"""Words around articles: "read also", "follow us", "all rights reserved".

A phrase counts only where a line begins with it or is nothing else, and lines that read like sentences of an
article are kept: the same words inside a sentence mean nothing.
"""

from __future__ import annotations

import re

from pipeline.language.words import pattern

LONGEST_INSERT = 300  # an invitation is a line, not a paragraph

_READ_ALSO = pattern(r"^\W*{read also}", re.I)
# Headings of lists that are nothing else; inside a longer line they mean nothing.
_OTHERS = pattern(r"^\W*{other stories}\W*$", re.I)
_INVITATION = pattern(r"^\W*{invitation}", re.I)
_LEGAL = pattern(r"^\W*(?:©|\(c\)\s|™|{rights line}).{0,400}$|^.{0,200}{rights reserved}\W{0,3}.{0,60}$", re.I)
_READING_TIME = pattern(r"^\W*(?:{reading time}\W*)?\d{1,3}\s*(?:-\s*)?{minutes to read}\W*$", re.I)


def is_insert(text: str, link_share: float) -> bool:
    """Whether a paragraph leads to other articles instead of telling something."""
    if len(text) > LONGEST_INSERT:
        return False
    return bool(_READ_ALSO().match(text)) and (link_share > 0.3 or not text.endswith("."))


def opens_furniture(text: str) -> bool:
    """Whether a short line announces a list of other articles."""
    return len(text) < 60 and bool(_READ_ALSO().match(text) or _OTHERS().match(text))


def is_furniture_line(line: str) -> bool:
    """Whether a line of the text invites, sells, measures or forbids, where an article would tell."""
    if len(line) > LONGEST_INSERT + 100:
        return False
    return bool(_INVITATION().match(line) or _LEGAL().match(line) or _READING_TIME().match(line))
