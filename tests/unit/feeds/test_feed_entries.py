"""Entries that feeds write their own way: dates in figures, times with a dot or an h, addresses in odd places."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.dates import parse_date
from pipeline.feeds.parse import parse_feed
from pipeline.records import ParsedFeed

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)


def read(
    *items: str, language: str = "", zone: str = "UTC", channel: str = "https://liman.example/"
) -> ParsedFeed:
    told = f"<language>{language}</language>" if language else ""
    inside = "".join(f"<item>{item}</item>" for item in items)
    body = f"<rss version='2.0'><channel><title>Liman</title><link>{channel}</link>{told}{inside}</channel></rss>"
    return parse_feed(body.encode(), url="https://liman.example/rss.xml", content_type=None, now=NOW, zone=zone)


def dated(*dates: str) -> list[str]:
    return [f"<title>N{n}</title><link>/n/{n}</link><pubDate>{date}</pubDate>" for n, date in enumerate(dates)]


def moments(*dates: str, **of_the_feed: str) -> list[str | None]:
    items = read(*dated(*dates), **of_the_feed).items
    return [item.published.strftime("%Y-%m-%d %H:%M") if item.published else None for item in items]


@pytest.mark.parametrize(
    ("date", "zone", "moment"),
    [
        ("07-05-2031 11:25", "Europe/Istanbul", "2031-05-07 08:25"),
        ("27-11-2030, 11:25:40", "Europe/Moscow", "2030-11-27 08:25"),
        ("28.04.31", "Europe/Berlin", "2031-04-27 22:00"),
        ("17.05.2031 09.05", "Europe/Istanbul", "2031-05-17 06:05"),
        ("Cum, 16 May 2031 09.05", "Europe/Istanbul", "2031-05-16 06:05"),
        ("16/05/2031 08h25", "Europe/Paris", "2031-05-16 06:25"),
        ("16/05/2031 à 08h25", "Europe/Paris", "2031-05-16 06:25"),
        ("Fr, 16 Mai 2031 14:05:00", "Europe/Vienna", "2031-05-16 12:05"),
        ("Fri, 16 May 2031 14:05:00 PDT", "Europe/Paris", "2031-05-16 21:05"),
        ("Fri, 16 May 2031 14:05:00 GMT+7", "Europe/Paris", "2031-05-16 07:05"),
    ],
)
def test_a_date_in_figures_is_right(date: str, zone: str, moment: str) -> None:
    assert moments(date, zone=zone) == [moment]


@pytest.mark.parametrize(
    ("dates", "language", "expected"),
    [
        (("05/03/2031 10:00", "03/14/2031 10:00"), "tr", ["2031-05-03 10:00", "2031-03-14 10:00"]),
        (("05/03/2031 10:00", "25/03/2031 10:00"), "en-us", ["2031-03-05 10:00", "2031-03-25 10:00"]),
        (("05/03/2031 10:00",), "en-us", ["2031-05-03 10:00"]),
        (("05/03/2031 10:00",), "ru", ["2031-03-05 10:00"]),
        (("05/03/2031 10:00",), "", [None]),
        (("05/03/2031", "14/03/2031", "03/14/2031"), "", [None, "2031-03-14 00:00", "2031-03-14 00:00"]),
    ],
)
def test_day_or_month_first_is_the_feeds_habit_then_its_languages(
    dates: tuple[str, ...], language: str, expected: list[str | None]
) -> None:
    assert moments(*dates, language=language) == expected


@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2031, 5, 19)),  # noqa: DTZ001 - hypothesis wants them naive
    st.sampled_from(["%d-%m-%Y %H:%M", "%d.%m.%Y %H.%M", "%d/%m/%Y %Hh%M", "%d.%m.%y %H:%M", "%d-%b-%y %H:%M"]),
    st.sampled_from(["Europe/Istanbul", "Europe/Moscow", "UTC"]),
)
def test_figures_are_never_years_off(local: datetime, form: str, zone: str) -> None:
    moment = parse_date(local.strftime(form), zone=ZoneInfo(zone), now=NOW)
    if moment is None:
        return
    there = moment.astimezone(ZoneInfo(zone))
    assert there.year == local.year
    assert (there.month, there.day) in ((local.month, local.day), (local.day, local.month))
    assert (there.hour, there.minute) == (local.hour, local.minute) or there.fold or there.dst()


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ("<guid isPermaLink='false'>https://liman.example/n/5</guid>", "https://liman.example/n/5"),
        (
            "<guid isPermaLink='false'>https://liman.example/?p=77</guid><link></link>",
            "https://liman.example/?p=77",
        ),
        ("<guid>www.liman.example/n/6</guid>", "https://www.liman.example/n/6"),
        ("<link>www.liman.example/n/7</link><guid isPermaLink='false'>77</guid>", "https://www.liman.example/n/7"),
        ("<link>n/8</link>", "https://liman.example/n/8"),
        ("<link>/n/9</link><guid>https://elsewhere.example/n/9</guid>", "https://liman.example/n/9"),
    ],
)
def test_the_address_is_found_wherever_the_entry_has_it(item: str, address: str) -> None:
    feed = read(f"<title>Talks put off</title>{item}")
    assert [found.url for found in feed.items] == [address]


def test_one_entry_with_nothing_costs_the_others_nothing() -> None:
    feed = read(
        "", "<title>A &#1114113; b &#55357; c</title><link>/n/1</link>", *dated("Do, 15 Mai 2031 10:00:00 +0200")
    )
    assert [item.title for item in feed.items] == ["A b c", "N0"]
    assert feed.items[1].published == datetime(2031, 5, 15, 8, tzinfo=UTC)
    assert [one.reason for one in feed.rejected] == ["item_without_identity"]
