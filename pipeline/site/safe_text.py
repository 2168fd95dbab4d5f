"""Text from outside as it may be shown: marks that turn or hide what follows them are seen, not obeyed."""

from __future__ import annotations

_DIRECTIONS = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = tuple(code for code in (*range(32), 127) if chr(code) not in "\t\n\r")
_VISIBLE = dict.fromkeys((*_DIRECTIONS, *_CONTROLS), "␣")


def visible(words: str) -> str:
    """The same, with each such mark as ␣."""
    return words.translate(_VISIBLE)
