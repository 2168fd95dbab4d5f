"""The day an article was published on, where it was published: what "tomorrow" counts from."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.errors import ItemError
from pipeline.records import Article

_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # beyond them a date of publication is a fault of the page


class PublicationDays:
    """The day each part of an article was published on: each post of a live blog has its own."""

    def __init__(self, article: Article) -> None:
        """Raises ItemError("no_publication_date") where the article has none that can be read."""
        if article.published_at is None:
            raise ItemError("no_publication_date", "dates of meetings cannot be read")
        self.first = day_of(article.published_at, article.zone)
        self._posts = [
            (post.start, post.end, day_of(post.posted_at, article.zone))
            for post in article.posts
            if post.posted_at is not None
        ]

    def at(self, field: str, offset: int) -> date:
        """The day that applies at `offset` of a field, "title" or "body"."""
        days = (day for start, end, day in self._posts if field == "body" and start <= offset < end)
        return next(days, self.first)


def day_of(published: datetime, zone: str) -> date:
    """The day of `published` in `zone`.

    Raises:
        ItemError: "no_publication_date" for a day no newspaper has: the years 1 and 9999 of broken pages.
    """
    if not _FIRST_YEAR <= published.year <= _LAST_YEAR:
        raise ItemError("no_publication_date", f"{published:%Y-%m-%d} is no day of publication")
    return published.astimezone(ZoneInfo(zone)).date()
