"""A live blog's posts, kept apart: each with its time and its place in the body.

They come from the page's own description (JSON-LD LiveBlogPosting), or from the page: entries one below the other,
each headed by a time, that hold most of its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree, html

from pipeline.language.words import pattern
from pipeline.records import Post
from pipeline.text.body import plain_text
from pipeline.text.boxes import name_of, prose
from pipeline.text.date_words import in_utc, is_date_line, read_clock, read_moment
from pipeline.text.reader_words import is_comment_stamp, names_readers
from pipeline.text.signals import Signals, types, words_of

MAX_POSTS = 300
_FEWEST = 2
_UNTOLD = 3  # where nothing but the times says that it is a live blog
_MIN_CHARS = 25  # of an entry without its time
_LEVELS = 5  # boxes between a time and the entry it heads
_HEAD_CHARS = 160  # a time within so many characters of an entry's beginning heads it
_LINKED = 0.5
_SHARE = 0.5  # of the page's prose
_MARKED = etree.XPath("//body//time")
_TIMES = etree.XPath(
    "//body//time | //body//*[self::span or self::div or self::p or self::strong or self::b or self::small"
    " or self::h3 or self::h4][contains(@class, 'time') or contains(@class, 'saat') or contains(@class, 'date') or"
    " contains(@class, 'clock') or contains(@class, 'tarih')]"
)
_LIVE = pattern("{live blog}", re.I)
_NOT_TEXT = ("script", "style", "button", "form", "time", "figure", "noscript", "svg", "iframe")


@dataclass(frozen=True, slots=True)
class Live:
    """The text of a live blog in the order of the page, and its posts; empty for other pages."""

    text: str = ""
    posts: tuple[Post, ...] = ()
    source: str = "json_ld"


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class _List:
    written: int  # characters of prose in it
    groups: list[list[html.HtmlElement]]  # the elements of each entry
    marks: list[html.HtmlElement]  # the time that heads each entry


def live_posts(
    tree: html.HtmlElement,
    signals: Signals,
    *,
    zone: str,
    not_after: datetime | None,
    changed: datetime | None = None,
) -> Live:
    """The posts of a live blog.

    Args:
        tree: the page, nothing cut; it is left as it is.
        signals: what the page says of itself.
        zone: IANA zone of times stated without one.
        not_after: the time of the fetch; no post is later.
        changed: when the page was last changed or published, for entries that give only a time of day.
    """
    blog = next((thing for thing in signals.objects if "LiveBlogPosting" in types(thing)), None)
    if blog is not None and (entries := [entry for one in _updates(blog) if (entry := _described(one, zone))]):
        return _joined(entries, not_after, "json_ld")
    told_live = blog is not None or bool(
        _LIVE().search(f"{signals.first('og:title')} {tree.findtext('.//title') or ''}")
    )
    entries = list(_shown(tree, zone, changed or not_after, told_live))
    return _joined(entries, not_after, "page") if len(entries) >= _FEWEST else Live()


def _joined(entries: Sequence[_Entry], not_after: datetime | None, source: str) -> Live:
    parts: list[str] = []
    posts: list[Post] = []
    start = 0
    for entry in entries[:MAX_POSTS]:
        begins = entry.title and entry.text.startswith(entry.title)
        whole = "\n".join(part for part in ("" if begins else entry.title, entry.text) if part)
        if not whole:
            continue
        at = (
            entry.at if entry.at and (not_after is None or entry.at <= not_after + timedelta(minutes=10)) else None
        )
        posts.append(Post(start, start + len(whole), at, entry.title))
        parts.append(whole)
        start += len(whole) + 1
    return Live("\n".join(parts), tuple(posts), source)


def _updates(blog: dict[str, Any]) -> Iterator[dict[str, Any]]:
    stated = blog.get("liveBlogUpdate")
    updates = stated if isinstance(stated, list) else [stated]
    yield from (update for update in updates[:MAX_POSTS] if isinstance(update, dict))


def _described(update: dict[str, Any], zone: str) -> _Entry | None:
    title = plain_text(next(iter(words_of(update.get("headline"))), "")).replace("\n", " ")
    text = plain_text(next(iter(words_of(update.get("articleBody"))), ""))
    stated = next(iter(words_of(update.get("datePublished"))), "")
    return _Entry(_time(stated, zone), title, text) if title or text else None


def _time(stated: str, zone: str) -> datetime | None:
    moment = read_moment(stated)
    if moment is None or moment.precision == "day":
        return None
    return in_utc(moment.when, ZoneInfo(zone))


def _shown(tree: html.HtmlElement, zone: str, last: datetime | None, told_live: bool) -> Iterator[_Entry]:
    """The entries of the list that holds most of the page's prose, in its order."""
    marked = _TIMES(tree) if told_live else _MARKED(tree)
    if len(marked) < (_FEWEST if told_live else _UNTOLD):
        return
    least = 0.0 if told_live else _SHARE * prose(tree)
    lists = [one for one in _lists(time for time in marked if _is_time(time)) if one.written >= least]
    if not lists:
        return
    best = max(lists, key=lambda one: one.written)
    for group, at in zip(best.groups, _moments(best.marks, zone, last), strict=True):
        title, text = _words(group)
        if len(title) + len(text) >= _MIN_CHARS:
            yield _Entry(at, title, text)


def _lists(times: Iterable[html.HtmlElement]) -> Iterator[_List]:
    """Boxes with entries that are headed by these times, of those that tell something themselves."""
    lists: dict[html.HtmlElement, dict[html.HtmlElement, html.HtmlElement]] = {}
    for time in times:
        if (head := _entry_head(time)) is not None:
            lists.setdefault(head.getparent(), {}).setdefault(head, time)
    for box, heads in lists.items():
        groups = _groups(box, heads)
        if len(groups) >= _FEWEST and _are_posts(groups):
            yield _List(sum(prose(one) for group in groups for one in group), groups, list(heads.values()))


def _is_time(element: html.HtmlElement) -> bool:
    text = " ".join(element.text_content().split())
    if element.tag == "time":
        return bool(element.get("datetime")) or is_date_line(text)
    return next(element.iter("time"), None) is None and is_date_line(text)


def _entry_head(time: html.HtmlElement) -> html.HtmlElement | None:
    """The box a time heads, or the heading it is in, whichever has siblings that are headed so too."""
    box = time
    for _ in range(_LEVELS):
        parent = box.getparent()
        if parent is None or parent.tag in ("body", "html") or names_readers(name_of(parent)):
            return None
        twins = [one for one in parent if one.tag == box.tag and one is not box and _is_headed(one)]
        if twins:
            return box
        box = parent
    return None


def _is_headed(element: html.HtmlElement) -> bool:
    inside = element.iter("time", "span", "div", "p", "strong", "b")
    marks = [
        one
        for one in ((element,) if element.tag == "time" else inside)
        if one.tag == "time" or (one is not element and "class" in one.attrib and _is_time(one))
    ]
    if not marks:
        return _is_time(element) if "class" in element.attrib else False
    text = " ".join(element.text_content().split())
    mark = " ".join(marks[0].text_content().split())
    return 0 <= text.find(mark) <= _HEAD_CHARS


def _groups(
    box: html.HtmlElement, heads: dict[html.HtmlElement, html.HtmlElement]
) -> list[list[html.HtmlElement]]:
    """Each entry's elements: its box, or its heading with what follows up to the next one."""
    groups: list[list[html.HtmlElement]] = []
    flat = sum(len(head.text_content()) for head in heads) < len(box.text_content()) / 3
    for child in box:
        if child in heads:
            groups.append([child])
        elif flat and groups:
            groups[-1].append(child)
    return groups


def _are_posts(groups: Sequence[Sequence[html.HtmlElement]]) -> bool:
    """Whether entries tell something themselves; teasers are links, and readers sign with a name."""
    text = linked = signed = 0
    for group in groups:
        for one in group:
            text += len(one.text_content())
            linked += sum(len(a.text_content()) for a in one.iter("a"))
        signed += bool(is_comment_stamp(" ".join(" ".join(group[0].itertext()).split())[:80]))
    return text > 0 and linked < _LINKED * text and signed < len(groups) / 2


def _moments(marks: Sequence[html.HtmlElement], zone: str, last: datetime | None) -> list[datetime | None]:
    """When each entry was posted. Times of day without a day are counted back from the last change."""
    stated = [_time(mark.get("datetime") or "", zone) or _time(mark.text_content(), zone) for mark in marks]
    clocks = [
        None if at else read_clock(mark.get("datetime") or mark.text_content())
        for at, mark in zip(stated, marks, strict=True)
    ]
    if last is None or not any(clocks):
        return stated
    local = ZoneInfo(zone)
    known = [clock for clock in clocks if clock]
    newest_first = sum(a >= b for a, b in pairwise(known)) * 2 >= len(known) - 1
    order = range(len(marks)) if newest_first else range(len(marks) - 1, -1, -1)
    before = last.astimezone(local)
    for place in order:
        clock = clocks[place]
        if clock:
            at = before.replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
            before = at if at <= before + timedelta(minutes=10) else at - timedelta(days=1)
            stated[place] = in_utc(before, local)
        elif at_known := stated[place]:
            before = at_known.astimezone(local)
    return stated


def _words(group: Sequence[html.HtmlElement]) -> tuple[str, str]:
    """The heading of an entry and its text, without its time."""
    titles: list[str] = []
    parts: list[str] = []
    for one in group:
        copy = deepcopy(one)
        copy.tail = None
        if copy.tag == "time":
            continue
        for dead in list(copy.iter(*_NOT_TEXT)):
            if dead.getparent() is not None:
                dead.drop_tree()
        heading = copy if copy.tag in ("h2", "h3", "h4") else next(copy.iter("h2", "h3", "h4"), None)
        if heading is not None and not titles:
            titles.append(plain_text(html.tostring(heading, encoding="unicode")).replace("\n", " "))
            if heading is copy:
                continue
            heading.drop_tree()
        parts.append(plain_text(html.tostring(copy, encoding="unicode")))
    lines = [line for part in parts for line in part.split("\n") if line and not is_date_line(line)]
    return "".join(titles), "\n".join(lines)
