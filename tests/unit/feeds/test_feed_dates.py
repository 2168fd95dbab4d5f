"""Dates of feeds in all their forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.dates import parse_date

MOMENT = datetime(2026, 5, 12, 14, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 12 May 2026 14:05:30 GMT",
        "Tue, 12 May 2026 17:05:30 +0300",
        "Tue, 12 May 2026 17:05:30 GMT+0300",
        "Tue, 12 May 2026 17:05:30 UTC+3",
        "Tue, 12 May 2026 17:05:30 +03:00",
        "Tue, 12 May 2026 17:05:30 +0300 (MSK)",
        "Tue, 12 May 2026 17:05:30 MSK",
        "Tue, 12 May 26 17:05:30 TRT",
        "tuesday, 12-may-2026 14:05:30 gmt",
        "12 May 2026 10:05:30 EDT",
        "May 12, 2026 02:05:30 PM UTC",
        "Tue May 12 14:05:30 UTC 2026",
        "Tue May 12 14:05:30 2026",
        "2026-05-12T14:05:30Z",
        "2026-05-12T17:05:30+03:00",
        "2026-05-12T17:05:30.123456+0300",
        "2026-05-12T14:05:30-00:00",
        "2026-05-12 14:05:30",
        "2026-05-12T14:05:30",
        "20260512T140530Z",
        "2026/05/12 14:05:30 UTC",
        "12.05.2026 14:05:30",
        "12.05.2026 - 14:05:30",
        "Вт, 12 мая 2026 17:05:30 МСК",
        "Вт, 12 Май 2026 17:05:30 +0300",
        "Sal, 12 May 2026 17:05:30 +0300",
        "Salı, 12 Mayıs 2026 17:05:30 +0300",
        "Di, 12 Mai 2026 16:05:30 CEST",
        "Ter, 12 Mai 2026 11:05:30 -0300",
        "вт, 12 трав 2026 17:05:30 EEST",
        "1778594730",
        "1778594730000",
        "  Tue, 12 May 2026 14:05:30 GMT\n",
    ],
)
def test_one_moment_in_many_forms(text: str) -> None:
    assert parse_date(text) == MOMENT


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Çar, 14 Ara 2022", 12),
        ("14 Şubat 2022", 2),
        ("14 AĞUSTOS 2022", 8),
        ("14 NİSAN 2022", 4),
        ("14 Kas 2022", 11),
        ("14 сент. 2022", 9),
        ("Seg, 14 Set 2022", 9),
        ("14 déc. 2022", 12),
        ("December 14th, 2022", 12),
    ],
)
def test_month_names(text: str, month: int) -> None:
    assert parse_date(text) == datetime(2022, month, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "3/4/2024 10:00",  # March or April
        "31 February 2024",
        "2024-13-01T00:00:00Z",
        "12 jui 2024",  # June or July in French
        "25:61",
        "Tue, 12 May 2026 27:05:30 GMT",
        "9" * 200,
    ],
)
def test_what_cannot_be_told_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_slashes_are_read_where_only_one_reading_is_possible() -> None:
    assert parse_date("25/12/2024") == parse_date("12/25/2024") == datetime(2024, 12, 25, tzinfo=UTC)
    assert parse_date("05/05/2024") == datetime(2024, 5, 5, tzinfo=UTC)


def test_a_date_without_zone_was_written_at_the_outlet() -> None:
    istanbul = ZoneInfo("Europe/Istanbul")
    assert parse_date("12.05.2026 17:05:30", zone=istanbul) == MOMENT
    assert parse_date("12 May 2026 17:05:30 XYZ", zone=istanbul) == MOMENT
    assert parse_date("12 May 2026 14:05:30 GMT", zone=istanbul) == MOMENT


def test_midnight_as_24_and_a_leap_second() -> None:
    assert parse_date("2026-05-11T24:00:00Z") == datetime(2026, 5, 12, tzinfo=UTC)
    assert parse_date("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


moments = st.datetimes(datetime(1990, 1, 1), datetime(2089, 1, 1)).map(  # noqa: DTZ001 - hypothesis wants them naive
    lambda moment: moment.replace(microsecond=0)
)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, zones)
def test_standard_forms_round_trip(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    for text in (
        format_datetime(aware),
        aware.isoformat(),
        aware.isoformat(" "),
        aware.strftime("%d.%m.%Y %H:%M:%S %z"),
    ):
        assert parse_date(text) == aware


@given(st.text(max_size=150) | st.from_regex(r"[0-9a-z:/.+ -]{0,60}", fullmatch=True))
def test_any_text_gives_an_aware_date_or_none(text: str) -> None:
    moment = parse_date(text, zone=ZoneInfo("Europe/Istanbul"))
    assert moment is None or moment.tzinfo is UTC
