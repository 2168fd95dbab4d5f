"""When an alert goes: mutes, quiet hours, groups, digests, and the days on which clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alert_texts import NOTICE

from pipeline.alerts.holding import Held, Lately, held, next_local, quiet_end
from pipeline.alerts.watches import Quiet, Watch

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # half past midnight in Istanbul
NOTHING = Lately()
NIGHT = {"from": "22:00", "to": "07:00", "zone": "Europe/Istanbul"}
MORNING = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def watch(**how: object) -> Watch:
    return Watch(**{"name": "w", "channels": ["c"], **how})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, None),
        ({"mute_until": NOW + timedelta(days=1)}, Held(NOW + timedelta(days=1), "muted")),
        ({"mute_until": NOW}, None),
        ({"min_witnesses": 2}, None),
        ({"min_witnesses": 3}, Held(NOW + timedelta(minutes=1), "witnesses")),
        ({"quiet": NIGHT}, Held(MORNING, "quiet")),
        ({"quiet": {**NIGHT, "except": "high"}}, None),
        ({"quiet": {**NIGHT, "to": "00:15"}}, None),
        ({"send": {"digest": "hourly"}}, Held(datetime(2026, 11, 20, 22, tzinfo=UTC), "digest")),
        ({"send": {"digest": "08:00", "zone": "Europe/Istanbul"}}, Held(datetime(2026, 11, 21, 5, tzinfo=UTC), "digest")),
        ({"send": {"digest": "hourly"}, "quiet": NIGHT}, Held(datetime(2026, 11, 20, 22, tzinfo=UTC), "digest")),
        ({"send": {"group": "5m"}}, None),
        ({"per_hour": 1}, None),
    ],
)  # fmt: skip
def test_what_is_held_and_until_when(how: dict[str, object], expected: Held | None) -> None:
    notice = replace(NOTICE, created_at=NOW)
    assert held(notice, watch(**how), "high", NOTHING, NOW) == expected


def test_a_flurry_on_one_meeting_waits_for_the_end_of_its_window() -> None:
    lately = Lately(of_this_meeting=NOW - timedelta(minutes=2))
    grouped = watch(send={"group": "5m"})
    assert held(NOTICE, grouped, "high", lately, NOW) == Held(NOW + timedelta(minutes=3), "group")
    assert held(NOTICE, grouped, "high", lately, NOW + timedelta(minutes=3)) is None


def test_more_than_so_many_an_hour_wait() -> None:
    lately = Lately(in_last_hour=2, oldest_in_hour=NOW - timedelta(minutes=50))
    assert held(NOTICE, watch(per_hour=2), "high", lately, NOW) == Held(NOW + timedelta(minutes=10), "rate")


def test_what_would_be_over_by_morning_is_told_at_night() -> None:
    soon = replace(NOTICE, old_date="2026-11-21")
    assert held(soon, watch(quiet=NIGHT), "low", NOTHING, NOW) is None


def test_too_few_witnesses_are_waited_for_three_days() -> None:
    old = replace(NOTICE, created_at=NOW - timedelta(days=3))
    assert held(old, watch(min_witnesses=9), "high", NOTHING, NOW) is None


@pytest.mark.parametrize(
    ("wall", "zone", "now", "expected"),
    [
        ("08:00", "Europe/Berlin", "2027-03-27T09:00:00+01:00", "2027-03-28T08:00:00+02:00"),  # 23 hours later
        ("08:00", "Europe/Berlin", "2026-10-24T09:00:00+02:00", "2026-10-25T08:00:00+01:00"),  # 24 and one
        ("02:30", "Europe/Berlin", "2027-03-27T12:00:00+01:00", "2027-03-28T03:30:00+02:00"),  # an hour left out
        ("02:30", "Europe/Berlin", "2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+02:00"),  # the first of two
        ("08:00", "Europe/Istanbul", "2026-12-01T08:00:00+03:00", "2026-12-02T08:00:00+03:00"),
    ],
)
def test_a_local_time_stays_the_same_when_clocks_change(wall: str, zone: str, now: str, expected: str) -> None:
    assert next_local(wall, zone, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = Quiet.model_validate({"from": "12:00", "to": "14:00"})
    assert quiet_end(noon, datetime(2026, 11, 20, 12, tzinfo=UTC)) == datetime(2026, 11, 20, 14, tzinfo=UTC)
    assert quiet_end(noon, datetime(2026, 11, 20, 14, tzinfo=UTC)) is None
