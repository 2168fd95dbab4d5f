"""The order of words around a verb of a plan is a table of each language: its names are known, and it decides."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
import yaml

from pipeline.configuration.languages import language_codes
from pipeline.errors import ConfigurationError
from pipeline.meetings.lexicon import Lexicon, PlanEnd
from pipeline.meetings.read.plan_ends import PLACES, TESTS
from pipeline.meetings.read.plans import FRAMES
from pipeline.settings import shipped
from pipeline.yaml_file import load


def _lexicon(code: str) -> Lexicon:
    return load(shipped("config") / "meetings" / f"{code}.yml", Lexicon)


def test_each_name_in_a_row_has_its_meaning() -> None:
    tests, places = (typing.get_args(PlanEnd.model_fields[name].annotation) for name in ("test", "place"))
    assert {*tests} == {"", *TESTS}
    assert {*places} == {"none", *PLACES}


@pytest.mark.parametrize("code", language_codes(shipped("config")))
def test_every_frame_has_rows(code: str) -> None:
    ends = _lexicon(code).plan_ends
    assert {*ends} == FRAMES - {"nothing"}
    assert all(rows for rows in ends.values())


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        ({"behind": "goal_behnd", "place": "verb"}, "expected names of context words (got goal_behnd)"),
        ({"test": "passiv", "place": "verb"}, "plan_ends.hold[0].test"),
        ({"place": "verb to nowhere"}, "plan_ends.hold[0].place"),
    ],
)
def test_an_unknown_name_is_a_mistake(tmp_path: Path, row: dict[str, str], mistake: str) -> None:
    text = (shipped("config") / "meetings/tr.yml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    data["plan_ends"]["hold"] = [row]
    (tmp_path / "tr.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "tr.yml", Lexicon)
    assert any(mistake in problem for problem in caught.value.problems), caught.value.problems
