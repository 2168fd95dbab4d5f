"""When an article was published and changed: every signal on the page votes, and the winner is recorded.

trafilatura's own date is cut to the day, which moves "on Sunday" by a day where zones differ: it is not used.
A date is never after the fetch, never naive and never invented: a signal that gives only a day stays a day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree, html

from pipeline.text.date_words import WrittenTime, in_utc, read_moment
from pipeline.text.signals import Signals, is_article, words_of

_CLOCK_SLACK = timedelta(minutes=10)  # a site's clock may run ahead of ours
_DAY_ONLY_WEIGHS = 0.6  # of what the same signal weighs with a time
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
    "datecreated",
)  # fmt: skip
_MODIFIED_META = (
    "articlemodifiedtime", "ogupdatedtime", "ogmodifiedtime", "ogarticlemodifiedtime", "datemodified",
    "lastmod", "dctermsmodified", "dcdatemodified", "articleupdated", "modified", "cxenseparserecsmoddate",
    "updatedtime",
)  # fmt: skip
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_HAS_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_BOXES_AROUND_TITLE = 4
_LINES_LOOKED_AT = 30
_TEXTS = etree.XPath(".//text()")
_DATE_LINE = 100  # characters; longer lines tell something
_IN_URL = re.compile(r"[/_-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=\D|$)")
# "… | Harbour Gazette | 07.05.2031": a title may end with the day, set off, and the time.
_CLOSING_DAY = re.compile(
    r"[-–—|:·•]\s*(\d{1,2}[./]\d{1,2}[./]\d{4}(?:,?\s+\d{1,2}[:.]\d{2})?)\W*(?:[^\W\d]{1,4}\W*)?$"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment an article has, and where that is known from."""

    at: datetime  # UTC; midnight in `zone` where only the day is known
    source: str  # json_ld, meta, microdata, time, url, title, text, htmldate, feed
    precision: str  # "second", "minute" or "day"
    offset: str  # as stated, "+03:00"; empty where none is stated and the outlet's zone was taken


@dataclass(frozen=True, slots=True)
class PageDates:
    """Publication and last change; None where nobody says."""

    published: Dated | None = None
    modified: Dated | None = None


@dataclass(frozen=True, slots=True)
class _Vote:
    dated: Dated
    day: date  # as the signal writes it, whatever the zone


def dates_of(
    tree: html.HtmlElement,
    signals: Signals,
    *,
    url: str,
    zone: str,
    feed: datetime | None,
    not_after: datetime | None,
    last_resort: Callable[[], str | None],
) -> PageDates:
    """Both dates of a page.

    Args:
        tree: the page as parsed, before anything is cut from it.
        signals: what the page says of itself.
        url: address of the page; many carry the day.
        zone: IANA zone of the outlet, for times stated without one.
        feed: the feed's time of publication.
        not_after: the time of the fetch; nothing later is believed.
        last_resort: a day (ISO 8601) looked for with more effort, asked where no other signal speaks.
    """
    reader = _Reader(zone, not_after + _CLOCK_SLACK if not_after else None)
    votes = list(reader.votes(_published(tree, signals, url)))
    changed = [vote.dated for vote in reader.votes(_modified(signals))]
    votes = _first_published(votes, {dated.at for dated in changed})
    if feed and (reader.limit is None or feed <= reader.limit):
        votes.append(_Vote(Dated(feed, "feed", "second", _offset(feed)), feed.astimezone(reader.zone).date()))
    if not votes and (found := last_resort()):
        votes = list(reader.votes([("htmldate", found)]))
    published = _winner(votes)
    return PageDates(published, _last_change(changed, published))


def _last_change(changed: list[Dated], published: Dated | None) -> Dated | None:
    """The last one that is known to the minute: a day would stand for its midnight, before the publication."""
    since = [
        dated for dated in changed if dated.precision != "day" and (published is None or dated.at >= published.at)
    ]
    return max(since, key=lambda dated: dated.at, default=None)


def _first_published(votes: list[_Vote], changes: set[datetime]) -> list[_Vote]:
    """Without those that give the time of the last change, where another one knows an earlier time exactly."""
    original = [vote for vote in votes if vote.dated.at not in changes]
    exact = [vote for vote in original if vote.dated.precision != "day" and vote.dated.offset]
    return original if changes and any(vote.dated.at < min(changes) for vote in exact) else votes


def _winner(votes: list[_Vote]) -> Dated | None:
    """The day most signals stand for; of that day the best signal that knows the time."""
    by_day: dict[date, float] = defaultdict(float)
    for vote in {(v.dated.source, v.day): v for v in reversed(votes)}.values():
        weight = _WEIGHTS[vote.dated.source]
        by_day[vote.day] += weight * (_DAY_ONLY_WEIGHS if vote.dated.precision == "day" else 1)
    if not by_day:
        return None
    best = max(by_day, key=lambda day: (by_day[day], -day.toordinal()))

    def worth(vote: _Vote) -> tuple[bool, bool, float]:
        return vote.dated.precision != "day", bool(vote.dated.offset), _WEIGHTS[vote.dated.source]

    return max((vote for vote in votes if vote.day == best), key=worth).dated


class _Reader:
    """Turns stated values into moments, in the outlet's zone where they have none."""

    def __init__(self, zone: str, limit: datetime | None) -> None:
        self.zone = ZoneInfo(zone)
        self.limit = limit

    def votes(self, stated: Iterable[tuple[str, str]]) -> Iterator[_Vote]:
        """Each stated value that is a believable moment."""
        for source, value in stated:
            moment = read_moment(value)
            if moment and (dated := self._dated(moment, source)):
                yield _Vote(dated, moment.when.date())

    def _dated(self, moment: WrittenTime, source: str) -> Dated | None:
        at = in_utc(moment.when, self.zone)
        if at is None or (self.limit and at > self.limit):
            return None
        offset = _offset(moment.when) if moment.when.tzinfo else ""
        return Dated(at, source, moment.precision, offset)


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")[-6:]


def _published(tree: html.HtmlElement, signals: Signals, url: str) -> Iterator[tuple[str, str]]:
    for thing in signals.objects:
        if is_article(thing) or thing is signals.article:
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
    yield from (("text", value) for value in _lines_around_the_title(tree))


def _modified(signals: Signals) -> Iterator[tuple[str, str]]:
    for value in words_of(signals.article.get("dateModified"))[:1]:
        yield "json_ld", value
    yield from (("meta", value) for value in _from_meta(signals, _MODIFIED_META))
    yield from (("microdata", value) for value in signals.items.get("dateModified", ())[:1])


def _times(signals: Signals) -> Iterator[str]:
    """The first <time> that is marked as publication, else the first of all, which stands by the title."""
    marked = [
        t
        for t in signals.times
        if t.get("pubdate") is not None or "publi" in f"{t.get('class')} {t.get('itemprop')}"
    ]
    for element in (marked or list(signals.times))[:1]:
        yield element.get("datetime") or element.text_content()


def _from_meta(signals: Signals, names: Iterable[str]) -> Iterator[str]:
    squeezed = {_PUNCTUATION.sub("", name): values for name, values in signals.meta.items()}
    for name in names:
        yield from squeezed.get(name, ())[:1]


def _lines_around_the_title(tree: html.HtmlElement) -> Iterator[str]:
    """The first line with a year in the box of the headline, or in those around it."""
    box = next(tree.iter("h1"), None)
    for _ in range(_BOXES_AROUND_TITLE):
        box = box.getparent() if box is not None else None
        if box is None or box.tag in ("body", "html"):
            return
        texts = [text for text in _TEXTS(box) if 5 < len(" ".join(text.split())) < _DATE_LINE]
        for text in texts[:_LINES_LOOKED_AT]:
            if _HAS_YEAR.search(text) and not _in_caption(text):
                yield " ".join(text.split())
                return


def _in_caption(text: Any) -> bool:
    """Whether a text stands under a picture, whose day is not that of the article."""
    element = text.getparent().getparent() if text.is_tail else text.getparent()
    return any(box.tag in ("figure", "figcaption") for box in (element, *element.iterancestors()))
