"""No regular expression of the Russian and Ukrainian words is longer than a person reads at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

CONFIG = Path(__file__).parents[3] / "config"
LONGEST = 120  # characters; alternatives go into a list, a list of words into a macro


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


@pytest.mark.parametrize("name", ["meetings/ru.yml", "meetings/uk.yml"])
def test_every_pattern_is_short(name: str) -> None:
    words = yaml.safe_load((CONFIG / name).read_text(encoding="utf-8"))
    assert [text for text in _texts(words) if len(text) > LONGEST] == []
