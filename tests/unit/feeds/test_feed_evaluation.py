"""The evaluations of feeds: expressions are interpreted, never run; rules are replayed without a clock."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from tests.evaluation.feed_expectations import UnknownError, expectation, holds
from tests.evaluation.feeds import evaluate
from tests.evaluation.report import EvaluationDataError
from tests.evaluation.rhythm import replay
from tests.evaluation.rhythm_rules import Fixed, Learned, MediaCloud, Miniflux

DOCUMENT = {
    "bozo": 0,
    "feed": {"title": "Quay"},
    "entries": [{"link": "https://quay.example/1", "published_parsed": (2026, 11, 2, 7, 0, 0, 0, 306, 0)}],
}


@pytest.mark.parametrize(
    ("expression", "true"),
    [
        ("not bozo and feed['title'] == 'Quay'", True),
        ("feed.title == 'Pier'", False),
        ("entries[0].link == 'https://quay.example/1'", True),
        ("entries[0]['published_parsed'] == (2026, 11, 2, 7, 0, 0, 0, 306, 0)", True),
        ("feed['title'] is None", False),
    ],
)
def test_expectations_are_understood(expression: str, true: bool) -> None:
    assert holds(expression, DOCUMENT) is true


@pytest.mark.parametrize(
    "expression", ["feed.author", "entries[7].link", "__import__('os').getcwd()", "print(1)", "1 +", "lambda: 0"]
)
def test_what_is_not_understood_is_never_run(expression: str) -> None:
    with pytest.raises(UnknownError):
        holds(expression, DOCUMENT)


def test_the_expectation_is_in_the_first_comment() -> None:
    assert (
        expectation(b"<!--\nDescription: x\nExpect:   feed['title'] == 'Q'\n-->\n<rss/>") == "feed['title'] == 'Q'"
    )
    assert expectation(b"<rss/>") is None


def test_a_replay_counts_polls_delays_and_what_scrolled_away() -> None:
    items = [float(minute) for minute in range(1441)]
    hourly = replay(items, Fixed(60), start=120, end=1440)
    assert hourly.polls == pytest.approx(24)
    assert hourly.missed == 22 * 30
    assert hourly.delays.count(inf) == hourly.missed
    assert replay(items, Fixed(20), start=120, end=1440).missed == 0


def test_the_rules_do_as_published() -> None:
    miniflux = Miniflux()
    assert miniflux.wait(0) == 1440
    miniflux.saw([1000.0, 1060.0, 1120.0], 30, 1200)
    assert miniflux.wait(1200) == 60
    cloud = MediaCloud()
    cloud.saw([], 30, 0)
    cloud.saw([1.0], 30, 360)
    assert cloud.wait(360) == 370, "most is known: slower"
    cloud.saw([float(n) for n in range(25)], 30, 800)
    assert cloud.wait(800) == 360, "much is new: back to six hours first"
    cloud.saw([float(n) for n in range(25)], 30, 1200)
    assert cloud.wait(1200) == 300


def test_learning_beats_every_hour_on_clockwork() -> None:
    items = [60.0 * hour + 5 for hour in range(24 * 14)]
    learned, fixed = (replay(items, rule, start=7 * 1440 + 31, end=14 * 1440) for rule in (Learned(24), Fixed(60)))
    assert learned.polls <= fixed.polls * 1.1
    assert learned.median is not None
    assert fixed.median is not None
    assert learned.median < fixed.median


def test_without_data_there_is_an_error_and_no_score(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError):
        evaluate(tmp_path)
