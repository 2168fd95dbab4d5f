"""A live blog's posts, kept apart: each with its time and its place in the body."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.records import Post
from pipeline.text.body import plain_text
from pipeline.text.date_words import in_utc, read_moment
from pipeline.text.signals import Signals, types, words_of

MAX_POSTS = 300


def live_posts(signals: Signals, *, zone: str, not_after: datetime | None) -> tuple[str, tuple[Post, ...]]:
    """The text of a live blog, newest post first as it is published, and its posts; "" and () for other pages."""
    blog = next((thing for thing in signals.objects if "LiveBlogPosting" in types(thing)), None)
    if blog is None:
        return "", ()
    parts: list[str] = []
    posts: list[Post] = []
    start = 0
    for update in _updates(blog):
        title = plain_text(next(iter(words_of(update.get("headline"))), "")).replace("\n", " ")
        text = plain_text(next(iter(words_of(update.get("articleBody"))), ""))
        whole = "\n".join(part for part in (title if not text.startswith(title) else "", text) if part)
        if not whole:
            continue
        posts.append(Post(start, start + len(whole), _time(update, zone, not_after), title))
        parts.append(whole)
        start += len(whole) + 1
    return "\n".join(parts), tuple(posts)


def _updates(blog: dict[str, Any]) -> Iterator[dict[str, Any]]:
    stated = blog.get("liveBlogUpdate")
    updates = stated if isinstance(stated, list) else [stated]
    yield from (update for update in updates[:MAX_POSTS] if isinstance(update, dict))


def _time(update: dict[str, Any], zone: str, not_after: datetime | None) -> datetime | None:
    stated = next(iter(words_of(update.get("datePublished"))), "")
    moment = read_moment(stated)
    if moment is None or moment.precision == "day":
        return None
    at = in_utc(moment.when, ZoneInfo(zone))
    return at if at and (not_after is None or at <= not_after) else None
