"""Determine when an article was published and changed: every signal on the page votes, and the winner is recorded.

trafilatura's own date is cut to the day, which moves "on Sunday" by a day where zones differ: it is not used.
A date is never after the fetch, never naive and never invented: a signal that gives only a day stays a day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from lxml import html

from pipeline.text.date_votes import Dated, Vote, local_labelled_utc, offset_of, with_shown_zone
from pipeline.text.date_words import WrittenTime, in_utc, read_moment
from pipeline.text.signals import Signals, words_of
from pipeline.text.visible_dates import VisibleDates, says_updated, visible_dates

_CLOCK_SLACK = timedelta(minutes=10)  # a site's clock may run ahead of ours
_DAY_ONLY_WEIGHS = 0.6  # relative to the same signal with a time
_WEIGHTS = {
    "json_ld": 3.0,
    "meta": 3.0,
    "microdata": 2.5,
    "feed": 2.5,
    "time": 1.5,
    "url": 1.4,
    "title": 1.4,
    "text": 1.2,
    "htmldate": 1.0,
}
# Names of meta tags without their punctuation, which differs from site to site.
_PUBLISHED_META = (
    "articlepublishedtime", "ogpublishedtime", "ogarticlepublishedtime", "datepublished", "parselypubdate",
    "sailthrudate", "publishdate", "publicationdate", "publishedat", "publishedtime", "pubdate",
    "cxenseparserecspublishtime", "dcdateissued", "dctermscreated", "dctermsdate", "dcdate", "dctermsissued",
    "articlepublished", "citationpublicationdate", "rnewsdatepublished", "mediatorpublishedtime", "ptime",
    "originalpublicationdate", "articledateoriginal", "date", "btpubdate", "iso8601publishdate", "dateissued",
)  # fmt: skip
_MODIFIED_META = (
    "articlemodifiedtime", "ogupdatedtime", "ogmodifiedtime", "ogarticlemodifiedtime", "datemodified",
    "lastmod", "dctermsmodified", "dcdatemodified", "articleupdated", "modified", "cxenseparserecsmoddate",
    "updatedtime",
)  # fmt: skip
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_IN_URL = re.compile(r"[/_-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=\D|$)")
# "… | Harbour Gazette | 07.05.2031": a title may end with the day, set off, and the time.
_CLOSING_DAY = re.compile(
    r"[-–—|:·•]\s*(\d{1,2}[./]\d{1,2}[./]\d{4}(?:,?\s+\d{1,2}[:.]\d{2})?)\W*(?:[^\W\d]{1,4}\W*)?$"
)


@dataclass(frozen=True, slots=True)
class PageDates:
    """Publication and last change; None if not stated."""

    published: Dated | None = None
    modified: Dated | None = None

    @property
    def latest(self) -> datetime | None:
        """The last moment known of the page."""
        dated = self.modified or self.published
        return dated.at if dated else None


def dates_of(
    tree: html.HtmlElement,
    signals: Signals,
    *,
    url: str,
    zone: str,
    feed: datetime | None,
    not_after: datetime | None,
    last_resort: Callable[[], str | None],
    first_seen: datetime | None = None,
    month_first: bool | None = False,
) -> PageDates:
    """Both dates of a page.

    Args:
        tree: the page as parsed, before anything is cut from it.
        signals: what the page says of itself.
        url: address of the page; many carry the day.
        zone: IANA zone of the outlet, for times stated without one.
        feed: the feed's time of publication.
        not_after: the time of the fetch; nothing later is believed.
        last_resort: a day (ISO 8601) looked for with more effort, asked where no other signal speaks, not even for
            a day to come.
        first_seen: when the address was first listed; the article was published before.
        month_first: whether the outlet writes 3/4/2031 for the fourth of March; None: not known, so no date.
    """
    seen = visible_dates(tree, signals.first("og:title") or tree.findtext(".//title") or "")
    limit = not_after + _CLOCK_SLACK if not_after else None
    first = first_seen + _CLOCK_SLACK if first_seen else None
    reader = _Reader(zone, min(filter(None, (limit, first)), default=None), month_first)
    stated = list(_published(tree, signals, url, seen))
    votes = list(reader.votes(stated))
    changed = [vote.dated for vote in _Reader(zone, limit, month_first).votes(_modified(signals, seen))]
    if shifted := local_labelled_utc(votes, reader.refused, feed, reader.zone, reader.limit):
        votes = shifted
    votes = with_shown_zone(votes, reader.zone)
    votes = _first_published(votes, {dated.at for dated in changed})
    if feed and (reader.limit is None or feed <= reader.limit):
        votes.append(Vote(Dated(feed, "feed", "second", offset_of(feed)), feed.astimezone(reader.zone).date()))
    if not (votes or reader.refused) and (found := last_resort()):
        votes = list(reader.votes([("htmldate", found)]))
    published = _winner(votes)
    return PageDates(published, _last_change(changed, published))


def _last_change(changed: list[Dated], published: Dated | None) -> Dated | None:
    """The last one known to the minute: a day would mean its midnight, before the publication."""
    since = [
        dated for dated in changed if dated.precision != "day" and (published is None or dated.at >= published.at)
    ]
    return max(since, key=lambda dated: dated.at, default=None)


def _first_published(votes: list[Vote], changes: set[datetime]) -> list[Vote]:
    """Without those that give the time of the last change, where another one knows an earlier time exactly."""
    original = [vote for vote in votes if vote.dated.at not in changes]
    exact = [vote for vote in original if vote.has_time and vote.dated.offset]
    return original if changes and any(vote.dated.at < min(changes) for vote in exact) else votes


def _winner(votes: list[Vote]) -> Dated | None:
    """The day with the most votes; for that day, the best signal that has a time."""
    by_day: dict[date, float] = defaultdict(float)
    for vote in {(v.dated.source, v.day): v for v in reversed(votes)}.values():
        weight = _WEIGHTS[vote.dated.source]
        by_day[vote.day] += weight * (_DAY_ONLY_WEIGHS if vote.dated.precision == "day" else 1)
    if not by_day:
        return None
    best = max(by_day, key=lambda day: (by_day[day], -day.toordinal()))

    def worth(vote: Vote) -> tuple[bool, bool, float]:
        return vote.has_time, bool(vote.dated.offset), _WEIGHTS[vote.dated.source]

    return max((vote for vote in votes if vote.day == best), key=worth).dated


class _Reader:
    """Turns stated values into moments, in the outlet's zone where they have none."""

    def __init__(self, zone: str, limit: datetime | None, month_first: bool | None) -> None:
        self.zone = ZoneInfo(zone)
        self.limit = limit
        self.refused: list[Vote] = []  # moments that are still to come
        self._month_first = month_first

    def votes(self, stated: Iterable[tuple[str, str]]) -> Iterator[Vote]:
        """Each stated value that is a believable moment."""
        for source, value in stated:
            moment = read_moment(value, month_first=self._month_first)
            if moment and (dated := self._dated(moment, source)):
                vote = Vote(dated, moment.when.date(), moment.when.time() == time_of_day.min)
                if self.limit and dated.at > self.limit:
                    self.refused.append(vote)
                else:
                    yield vote

    def _dated(self, moment: WrittenTime, source: str) -> Dated | None:
        at = in_utc(moment.when, self.zone)
        if at is None:
            return None
        offset = offset_of(moment.when) if moment.when.tzinfo else ""
        return Dated(at, source, moment.precision, offset)


def _published(
    tree: html.HtmlElement, signals: Signals, url: str, seen: VisibleDates
) -> Iterator[tuple[str, str]]:
    for thing in signals.own:
        yield from (("json_ld", text) for text in words_of(thing.get("datePublished"))[:1])
    if not signals.article:
        stated = (text for thing in signals.objects for text in words_of(thing.get("datePublished"))[:1])
        yield from (("json_ld", text) for text in stated)
    yield from (("meta", value) for value in _from_meta(signals, _PUBLISHED_META))
    yield from (("microdata", value) for value in signals.items.get("datePublished", ())[:1])
    yield from (("time", value) for value in _times(signals))
    if found := _IN_URL.search(url):
        yield "url", "-".join(found.groups())
    for title in (signals.first("og:title"), tree.findtext(".//title") or ""):
        if found := _CLOSING_DAY.search(title.strip()):
            yield "title", found[1]
    yield from (("text", value) for value in seen.published)


def _modified(signals: Signals, seen: VisibleDates) -> Iterator[tuple[str, str]]:
    yield from (("text", value) for value in seen.updated)
    changed = [time for time in signals.times if says_updated(time)]
    yield from (("time", time.get("datetime") or time.text_content()) for time in changed[:1])
    for value in words_of(signals.article.get("dateModified"))[:1]:
        yield "json_ld", value
    yield from (("meta", value) for value in _from_meta(signals, _MODIFIED_META))
    yield from (("microdata", value) for value in signals.items.get("dateModified", ())[:1])


def _times(signals: Signals) -> Iterator[str]:
    """The first <time> marked as publication, else the first of all, which is next to the title."""
    times = [time for time in signals.times if not says_updated(time)]
    marked = [
        t for t in times if t.get("pubdate") is not None or "publi" in f"{t.get('class')} {t.get('itemprop')}"
    ]
    for element in (marked or times)[:1]:
        yield element.get("datetime") or element.text_content()


def _from_meta(signals: Signals, names: Iterable[str]) -> Iterator[str]:
    squeezed = {_PUNCTUATION.sub("", name): values for name, values in signals.meta.items()}
    for name in names:
        yield from squeezed.get(name, ())[:1]
