"""Feeds to replay, as the minutes at which their items came: invented rhythms, and real snapshots."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.errors import FeedError
from pipeline.feeds.parse import parse_feed

DAY = 1440.0
START = datetime(2026, 3, 2, tzinfo=UTC)  # minute 0, a Monday
SEED = 3
_DAYTIME = (1, 1, 1, 1, 1, 3, 7, 10, 12, 13, 13, 12, 12, 12, 12, 12, 11, 10, 9, 8, 6, 4, 3, 2)  # items by hour
_MOST_DAYS = 60  # of a snapshot's past


def invented(days: int) -> dict[str, list[list[float]]]:
    """Rhythms as they are found: in minutes from a Monday's midnight on."""
    chance = random.Random(SEED)
    return {
        "agency, 300 a day": [_by_day(chance, days, 300)],
        "newspaper, 60 a day": [_by_day(chance, days, 60)],
        "ministry, 6 a day": [_by_day(chance, days, 6) for _ in range(4)],
        "bursty": [_bursts(chance, days) for _ in range(3)],
        "clockwork, hourly": [
            [60 * hour + minute + chance.uniform(0, 1.5) for hour in range(24 * days)]
            for minute in (4, 17, 31, 48)
        ],
        "daily digest": [
            [DAY * day + minute + chance.gauss(0, 10) for day in range(days)] for minute in (425, 1085)
        ],
        "dead after a week": [[*_by_day(chance, 7, 10), days * DAY]],
    }


def _by_day(chance: random.Random, days: int, per_day: float) -> list[float]:
    """Independent items, many by day and few at night."""
    items, now, peak = [], 0.0, max(_DAYTIME)
    rate = per_day * peak / sum(_DAYTIME) / 60
    while (now := now + chance.expovariate(rate)) < days * DAY:
        if chance.random() * peak < _DAYTIME[int(now % DAY / 60)]:
            items.append(now)
    return items


def _bursts(chance: random.Random, days: int) -> list[float]:
    """Three events a day, each followed by some half a dozen items a few minutes apart."""
    items = []
    for now in _by_day(chance, days, 3):
        while now < days * DAY:
            items.append(now)
            if chance.random() < 1 / 7:
                break
            now += chance.expovariate(1 / 6)
    return sorted(items)


def snapshots(files: Sequence[Path]) -> dict[str, list[list[float]]]:
    """The dates of items in feeds as they were once found, those with enough of them to replay."""
    found = [list(_dates(path)) for path in files if path.suffix != ".tsv"]
    return {"real snapshots": [dates for dates in found if len(dates) >= 10 and dates[-1] - dates[0] > DAY]}


def _dates(path: Path) -> Iterator[float]:
    try:
        feed = parse_feed(path.read_bytes(), url="https://feed.invalid/", content_type=None, now=datetime.now(UTC))
    except FeedError:
        return
    dates = sorted({item.published for item in feed.items if item.published})
    for moment in dates:
        if dates[-1] - moment <= timedelta(days=_MOST_DAYS):
            yield (moment - START) / timedelta(minutes=1)
