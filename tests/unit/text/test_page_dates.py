"""When an article was published, by what a page says, in the cases where the first date on it is the wrong one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.records import Article, PageHints
from pipeline.text.extract import extract_article

SAID = "The talks in Trabzon were put off at the request of the other side, the ministry said in a statement on Monday."
FEED = datetime(2031, 5, 7, 8, 25, tzinfo=UTC)


def read(above: str = "", *, head: str = "", **hints: object) -> Article:
    page = f"<html><head><title>Talks put off</title>{head}</head><body><div><h1>Talks put off</h1>{above}<p>{SAID}</p></div></body></html>"
    known = {
        "url": "http://x.example/17",
        "zone": "Europe/Istanbul",
        "fetched_at": datetime(2031, 5, 8, 12, tzinfo=UTC),
        **hints,
    }
    return extract_article(page.encode(), content_type=None, hints=PageHints(**known))  # type: ignore[arg-type]


def test_the_article_of_the_headline_dates_the_page() -> None:
    other = '{"@type": "NewsArticle", "headline": "Ferry delayed", "datePublished": "2031-05-01T09:00:00+03:00", "author": "A", "dateModified": "2031-05-02"}'
    own = '{"@type": "NewsArticle", "headline": "Talks put off", "datePublished": "2031-05-07T11:25:00+03:00"}'
    for script in (f"[{other}, {own}]", f'{{"@graph": [{own}, {other}]}}'):
        assert read(head=f'<script type="application/ld+json">{script}</script>').published_at == FEED


@pytest.mark.parametrize(
    "line",
    [
        "<div>Son Güncelleme: 08.05.2031 10:00 | Giriş: 07.05.2031 11:25</div>",
        "<span>Обновлено: 08.05.2031 10:00</span> <span>Опубликовано: 07.05.2031 11:25</span>",
        "<time class=updated datetime='2031-05-08T10:00:00+03:00'>8 May</time><time datetime='2031-05-07T11:25:00+03:00'>7 May</time>",
        "<p>Published 7 May 2031 11:25</p><p>Updated 8 May 2031 10:00</p>",
    ],
)
def test_updated_is_not_published(line: str) -> None:
    assert read(line).published_at == FEED


def test_a_local_time_labelled_utc_is_known_by_feed_line_and_clock() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2031-05-07T11:25:00Z"}</script>'
    soon = datetime(2031, 5, 7, 8, 35, tzinfo=UTC)
    assert read(head=head, published=FEED).published_at == FEED
    assert read("<span>07.05.2031 11:25</span>", head=head).published_at == FEED
    assert read(head=head, fetched_at=soon).published_at == FEED
    assert read(head=head, first_seen_at=soon).published_at == FEED
    assert read(head=head, published=FEED.replace(hour=11)).published_at == FEED.replace(hour=11)


@pytest.mark.parametrize(("zone", "month"), [("Europe/Istanbul", 4), ("America/New_York", 3)])
def test_figures_follow_the_country_of_the_outlet(zone: str, month: int) -> None:
    found = read("<div>03/04/2031 11:25</div>", zone=zone).published_at
    assert found is not None
    assert found.month == month


def test_without_a_date_the_first_sight_bounds_it() -> None:
    article = read(first_seen_at=FEED)
    assert (article.published_at, article.published_precision) == (FEED, "seen")


def test_a_page_dated_in_the_future_is_not_dated_by_a_guess() -> None:
    stated = '<meta property="article:published_time" content="2031-05-11T09:00:00+03:00">'
    seen = datetime(2031, 5, 8, 12, tzinfo=UTC)
    assert (
        read(
            "<p>The visit of the minister to the fair was planned for May 2031, she told reporters in the port.</p>",
            head=stated,
            fetched_at=seen,
        ).published_at
        == seen
    )
