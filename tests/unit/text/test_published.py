"""Dates: who wins, what is kept of it, and what is never believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pipeline.text.date_words import read_moment
from pipeline.text.published import PageDates, dates_of
from pipeline.text.signals import read_signals

FETCHED = datetime(2031, 5, 8, 12, tzinfo=UTC)


def dates(
    page: str, *, url: str = "http://x.example/a", zone: str = "Europe/Istanbul", feed: datetime | None = None
) -> PageDates:
    tree = html.document_fromstring(page)
    return dates_of(
        tree, read_signals(tree), url=url, zone=zone, feed=feed, not_after=FETCHED, last_resort=lambda: None
    )


def ld(**said: str) -> str:
    fields = "".join(f', "{name}": "{value}"' for name, value in said.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle"{fields}}}</script>'


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2031-05-07T23:30:00+03:00", "2031-05-07T23:30:00+03:00", "second"),
        ("2031-05-07T23:30Z", "2031-05-07T23:30:00+00:00", "minute"),
        ("2031-05-07 23:30:01.123456", "2031-05-07T23:30:01", "second"),
        ("20310507T233000+0300", "2031-05-07T23:30:00+03:00", "second"),
        ("2031-5-7 23:30:00", "2031-05-07T23:30:00", "second"),
        ("Wed, 07 May 2031 23:30:00 +0300", "2031-05-07T23:30:00+03:00", "second"),
        ("7 мая 2031, 23:30", "2031-05-07T23:30:00", "minute"),
        ("07.05.2031 23:30 (МСК)", "2031-05-07T23:30:00+03:00", "minute"),
        ("7 Mayıs 2031 Çarşamba 23.30", "2031-05-07T23:30:00", "minute"),
        ("May 7, 2031 at 11:30 p.m.", "2031-05-07T23:30:00", "minute"),
        ("Published: May 7th, 2031", "2031-05-07T00:00:00", "day"),
        ("7 May 2031 12:05 AM GMT+3", "2031-05-07T00:05:00+03:00", "minute"),
        ("1936123200", "2031-05-09T20:00:00+00:00", "second"),
        ("2031-05-07 11:30 PM", "2031-05-07T23:30:00", "minute"),
        ("2031-05-07 9:30 PM", "2031-05-07T21:30:00", "minute"),
        ("2031-05-07 12:05:10 a.m. GMT", "2031-05-07T00:05:10+00:00", "second"),
        ("2031-05-07T23:30:00 EST", "2031-05-07T23:30:00-05:00", "second"),
        ("2031-05-07 23:30 МСК", "2031-05-07T23:30:00+03:00", "minute"),
        ("2031-05-07 23:30 UTC+05:30", "2031-05-07T23:30:00+05:30", "minute"),
        ("2031-05-07T23:30:00 -0330", "2031-05-07T23:30:00-03:30", "second"),
        ("7 May 2031 10:00:05 +0900", "2031-05-07T10:00:05+09:00", "second"),
        ("7 May 2031 10:30 +05:00", "2031-05-07T10:30:00+05:00", "minute"),
        ("7 Mayıs 2031, 10.30 (UTC+3)", "2031-05-07T10:30:00+03:00", "minute"),
        ("7 мая 2031, 10:30 (МСК+2)", "2031-05-07T10:30:00+05:00", "minute"),
        ("7 May 2031 10:30-12:00", "2031-05-07T10:30:00", "minute"),  # from one time to another
        ("7 May 2031, 12:30 a meeting", "2031-05-07T12:30:00", "minute"),
        ("Wed May 07 2031 10:30:00 GMT+0300 (local)", "2031-05-07T10:30:00+03:00", "second"),
        ("Wed, 07 May 2031 23:30:00 -0000", "2031-05-07T23:30:00+00:00", "second"),
        ("Wed, 07 May 2031 23:30:00 MSK", "2031-05-07T23:30:00+03:00", "second"),
        ("Wed, 7 May 2031 11:30 PM", "2031-05-07T23:30:00", "minute"),
    ],
)
def test_written_moments(text: str, expected: str, precision: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert (moment.when.isoformat(), moment.precision) == (expected, precision)


@pytest.mark.parametrize("text", ["", "yesterday", "31 February 2031", "14:05", "2031-13-45", "call 2031 05 07"])
def test_what_states_no_moment(text: str) -> None:
    assert read_moment(text) is None


@given(st.text(max_size=120))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment = read_moment(text)
    assert moment is None or moment.precision in {"second", "minute", "day"}


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2030, 12, 31)), st.integers(-11, 13))  # noqa: DTZ001
def test_iso_moments_are_read_back(when: datetime, hours: int) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC).astimezone(
        datetime.fromisoformat(f"2000-01-01T00:00{hours:+03d}:00").tzinfo
    )
    moment = read_moment(when.isoformat())
    assert moment is not None
    assert (moment.when, moment.when.utcoffset()) == (when, timedelta(hours=hours))


def test_the_winner_is_recorded_with_its_zone_and_precision() -> None:
    found = dates(ld(datePublished="2031-05-07T23:30:00+02:00", dateModified="2031-05-08T01:00:00+02:00"))
    assert found.published is not None
    assert found.modified is not None
    assert (found.published.source, found.published.offset, found.published.precision) == (
        "json_ld",
        "+02:00",
        "second",
    )
    assert found.modified.at == datetime(2031, 5, 7, 23, tzinfo=UTC)


def test_two_that_agree_beat_one_that_does_not() -> None:
    page = (
        ld(datePublished="2031-05-01T10:00:00Z")
        + '<meta property="article:published_time" content="2031-05-07T10:00:00Z">'
    )
    found = dates(page, url="http://x.example/2031/05/07/a").published
    assert found is not None
    assert (found.at, found.source) == (datetime(2031, 5, 7, 10, tzinfo=UTC), "meta")


def test_a_time_of_change_is_not_taken_for_publication() -> None:
    page = (
        ld(datePublished="2031-05-06T10:00:00Z", dateModified="2031-05-07T18:00:00Z")
        + '<meta property="article:published_time" content="2031-05-07T18:00:00Z"><time datetime="2031-05-07T18:00:00Z">'
    )
    found = dates(page).published
    assert found is not None
    assert found.at == datetime(2031, 5, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["2031-06-01T10:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01", "9999-12-31T23:59:59-12:00"]
)
def test_what_cannot_be_is_not_believed(value: str) -> None:
    assert dates(ld(datePublished=value)).published is None


def test_a_line_under_the_headline_counts_where_nothing_else_speaks() -> None:
    found = dates(
        "<div><h1>Sokolov to visit</h1><p>Harbour Gazette, 7 Mayıs 2031 23:30</p><p>He comes.</p></div>"
    ).published
    assert found is not None
    assert (found.source, found.at, found.offset) == ("text", datetime(2031, 5, 7, 20, 30, tzinfo=UTC), "")


def test_a_day_that_closes_the_title_is_a_signal() -> None:
    found = dates(
        "<title>Sokolov stays | World | Harbour Gazette | 07.05.2031</title><h1>Sokolov stays</h1>"
    ).published
    assert found is not None
    assert (found.source, found.precision, found.at) == ("title", "day", datetime(2031, 5, 6, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    "title", ["Results of 07.05.2031 in full", "Sokolov on 07.05.2031", "League - 07.05.2031 - table of results"]
)
def test_a_day_inside_a_title_is_none(title: str) -> None:
    assert dates(f"<title>{title}</title><h1>{title[:7]}</h1>").published is None


def test_the_day_of_a_picture_is_not_the_articles() -> None:
    caption = "<figure><img><figcaption>The harbour on 2 April 2031</figcaption> 1 April 2031</figure>"
    found = dates(f"<div><h1>Sokolov stays</h1>{caption}<p>7 May 2031</p></div>").published
    assert found is not None
    assert found.at == datetime(2031, 5, 6, 21, tzinfo=UTC)


@pytest.mark.parametrize("changed", ["2031-05-07", "2031-05-06T09:00:00Z", "0001-01-01T00:00:00"])
def test_a_change_known_by_the_day_or_before_the_publication_is_none(changed: str) -> None:
    assert dates(ld(datePublished="2031-05-07T10:00:00Z", dateModified=changed)).modified is None


def test_of_two_changes_the_one_known_to_the_minute_is_kept() -> None:
    page = ld(datePublished="2031-05-07T10:00:00Z", dateModified="2031-05-08") + (
        '<meta property="article:modified_time" content="2031-05-07T18:00:00Z">'
    )
    found = dates(page).modified
    assert found is not None
    assert found.at == datetime(2031, 5, 7, 18, tzinfo=UTC)


def test_midnight_gives_way_to_a_signal_with_a_time() -> None:
    page = ld(datePublished="2031-05-07T12:31:54+03:00", dateModified="2031-05-07T12:31:54+03:00")
    found = dates(f'{page}<time datetime="2031-05-07T00:00:00+03:00">07.05.2031</time>').published
    assert found
    assert found.at == datetime(2031, 5, 7, 9, 31, 54, tzinfo=UTC)


def test_when_the_page_was_made_is_not_when_it_was_published() -> None:
    page = '<meta itemprop="dateCreated" content="2031-05-07T08:00:00+03:00">'
    found = dates(page + ld(datePublished="2031-05-07T12:31:54+03:00", dateModified="2031-05-07T12:31:54+03:00"))
    assert found.published
    assert found.published.at.hour == 9


@pytest.mark.parametrize(
    ("zone", "shown", "offset"),
    [
        ("UTC", "2031-05-06 23:30:59", "-06:00"),  # one moment, written twice
        ("UTC", "2031-05-06 23:17:00", "+00:00"),  # no zone is 17 minutes off
        ("Europe/Istanbul", "2031-05-06 23:30:59", "+00:00"),  # the outlet's zone is known
    ],
)
def test_a_clock_readers_see_tells_the_zone_of_an_outlet_that_states_none(
    zone: str, shown: str, offset: str
) -> None:
    page = ld(datePublished="2031-05-07T05:30:59Z") + f'<time datetime="{shown}">late</time>'
    found = dates(page, zone=zone).published
    assert found
    assert (found.at, found.offset) == (datetime(2031, 5, 7, 5, 30, 59, tzinfo=UTC), offset)


def test_the_date_is_found_around_a_headline_that_is_no_h1() -> None:
    page = "<title>Sokolov stays at home</title><div><p><em>07.05.2031 11:35</em></p><h4>Sokolov stays at home</h4></div>"
    found = dates(page).published
    assert found
    assert found.source == "text"
    assert found.at == datetime(2031, 5, 7, 8, 35, tzinfo=UTC)
