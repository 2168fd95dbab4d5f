"""Families of phrasing: frames × verbs in three languages, tests/data/traps/families.yml, each verb in turn."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

FAMILIES = Path(__file__).parents[2] / "data" / "traps" / "families.yml"
MONDAY = datetime(2025, 10, 6, 12, tzinfo=UTC)
CHANGES = {"postponed", "rescheduled", "cancelled"}


def families() -> list[Any]:
    listed = yaml.safe_load(FAMILIES.read_text(encoding="utf-8"))
    return [
        pytest.param(language, family, id=f"{language}-{number}-{family['says']}")
        for language, found in listed.items()
        for number, family in enumerate(found, start=1)
    ]


@pytest.mark.parametrize(("language", "family"), families())
def test_every_verb_of_a_family_says_the_same(
    reader: MeetingReader, language: str, family: dict[str, Any]
) -> None:
    verbs = family["v"]
    others = {key: itertools.cycle(words) for key, words in family.items() if key not in ("says", "frame", "v")}
    wanted = CHANGES if family["says"] == "change" else {family["says"]}
    for verb in verbs + verbs[1:]:  # the second round meets the other words in other pairs
        text = family["frame"].format(v=verb, **{key: next(words) for key, words in others.items()})
        mentions = reader.read(Article("", text, MONDAY, "page", "UTC", language, 1.0))
        assert len(mentions) == 1, text
        assert mentions[0].status.value in wanted, text
