"""How a played chain is scored: right, missed, false, doubled; final values; pairs and B3."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.evaluation.chain_data import Chain, ChainText, ExpectedAlert
from tests.evaluation.chain_runs import Played, Raised, Read, Standing
from tests.evaluation.chain_scores import AlertScore, alert_score, b_cubed, final, pairwise

START = datetime(2031, 5, 1, 12, tzinfo=UTC)
TEXTS = tuple(
    ChainText(name, "visit", "t", "b", "en", START + timedelta(days=day), frozenset({status}))
    for name, day, status in (
        ("a", 0, "scheduled"),
        ("b", 1, "postponed"),
        ("c", 2, "postponed"),
        ("d", 40, "held"),
    )
)
CHAIN = Chain(
    "visit", frozenset({"RU", "TR"}), TEXTS, {"status": "held", "date": None},
    (ExpectedAlert("b", "postponed", START + timedelta(days=1)),),
)  # fmt: skip


def played(*alerts: Raised) -> Played:
    mentions = tuple(Read(text.id, 5, CHAIN.countries, "scheduled", 0.8) for text in TEXTS)
    standing = Standing(5, "held", "2031-06-10", (), "Istanbul", CHAIN.countries)
    return Played(alerts, {5: standing}, mentions, (), {})


def counts(score: AlertScore) -> tuple[int, int, int, int]:
    return len(score.hits), len(score.missed), len(score.doubles), len(score.false)


@pytest.mark.parametrize(
    ("alerts", "expected"),
    [
        ([], (0, 1, 0, 0)),
        ([Raised("postponed", "b", 5)], (1, 0, 0, 0)),
        ([Raised("postponed", "c", 5)], (1, 0, 0, 0)),  # another text of the same change came first
        ([Raised("postponed", "b", 5), Raised("postponed", "c", 5)], (1, 0, 1, 0)),
        ([Raised("cancelled", "b", 5)], (0, 1, 0, 1)),
        ([Raised("postponed", "a", 5)], (0, 1, 0, 1)),  # a text that says nothing of a change
        ([Raised("postponed", "d", 5)], (0, 1, 0, 1)),
        ([Raised("postponed", "b", 5), Raised("reinstated", "c", 5)], (1, 0, 0, 0)),  # neither wanted nor wrong
        ([Raised("postponed", "elsewhere", 6)], (0, 1, 0, 0)),
    ],
)
def test_alerts(alerts: list[Raised], expected: tuple[int, int, int, int]) -> None:
    assert counts(alert_score(CHAIN, played(*alerts))) == expected


def test_how_the_meeting_stands_at_the_end() -> None:
    assert final(CHAIN, played()).right == {"status": True, "date": False}


def test_pairs_and_b3() -> None:
    links = [("x", 1), ("x", 1), ("x", 2), ("y", 3), ("y", None)]
    assert pairwise(links) == (1.0, 0.25)
    precision, recall = b_cubed(links)
    assert precision == 1.0
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)
    assert pairwise([("x", 1), ("y", 1)])[0] == 0.0


def test_optional_alerts_count_neither_way_and_attendance_may_be_called_by_its_name() -> None:
    day = START + timedelta(days=1)
    optional = replace(CHAIN, alerts=(ExpectedAlert("b", "postponed", day, optional=True),))
    assert counts(alert_score(optional, played())) == (0, 0, 0, 0)
    assert counts(alert_score(optional, played(Raised("postponed", "b", 5)))) == (0, 0, 0, 0)
    stays_away = replace(CHAIN, alerts=(ExpectedAlert("b", "cancelled", day, attendance=True),))
    assert counts(alert_score(stays_away, played(Raised("will_not_attend", "b", 5)))) == (1, 0, 0, 0)
    assert counts(alert_score(CHAIN, played(Raised("will_not_attend", "b", 5)))) == (0, 1, 0, 1)
