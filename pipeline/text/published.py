"""When a page says it was published: schema.org, OpenGraph and <time>, with the zone kept.

trafilatura's own date is cut to the day, which moves "on Sunday" by a day where zones differ: it is not used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import html

_CLOCK_SLACK = timedelta(minutes=10)  # a site's clock may run ahead of ours
_META = (
    "//meta[@property='article:published_time']/@content",
    "//*[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='pubdate' or @name='publishdate' or @name='date' or @name='DC.date.issued']/@content",
    "//article//time/@datetime",
    "//time[@pubdate]/@datetime",
)
_DAY_ONLY = re.compile(r"^\d{4}-?\d{2}-?\d{2}$")
_FIRST_YEAR = 1990  # there was no web before; 0001 and 1970 are what software says when it does not know


def published_on_page(
    tree: html.HtmlElement, *, zone: str, not_after: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """The first stated publication time, and the first stated bare day (its midnight in `zone`), both UTC.

    A naive time is read in the outlet's `zone`; anything later than `not_after` is not believed.
    """
    limit = not_after + _CLOCK_SLACK if not_after else None
    exact = day = None
    for value in _stated(tree):
        moment = _parse(value.strip(), zone)
        if moment is None or (limit and moment > limit):
            continue
        if _DAY_ONLY.match(value.strip()):
            day = day or moment
        else:
            exact = exact or moment
    return exact, day


def _stated(tree: html.HtmlElement) -> Iterator[str]:
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            data = json.loads(script)
        except ValueError:
            continue  # a broken block on the page says nothing; the other signals are asked next
        yield from _dates_published(data)
    for path in _META:
        yield from tree.xpath(path)


def _dates_published(node: Any, depth: int = 0) -> Iterator[str]:
    if depth > 6:
        return
    if isinstance(node, dict):
        value = node.get("datePublished")
        if isinstance(value, str):
            yield value
        children = list(node.values())
    else:
        children = node if isinstance(node, list) else []
    for child in children:
        if isinstance(child, dict | list):
            yield from _dates_published(child, depth + 1)


def _parse(value: str, zone: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.year < _FIRST_YEAR:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # year 1 or 9999 at the edge of the calendar
        return None
