"""No regular expression of config/ is longer than a person reads at a glance."""

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


RULES = sorted([*CONFIG.glob("meetings/*.yml"), *CONFIG.glob("languages/*/dates.yml")])


@pytest.mark.parametrize("path", RULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_pattern_is_short(path: Path) -> None:
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [text for text in _texts(words) if len(text) > LONGEST] == []
