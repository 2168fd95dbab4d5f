"""A desk for tests of linking: publishes reports with ready mentions, links them, and reads what came of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from stored import store_article

from pipeline.records import MeetingMention, MeetingStatus, Participant, Place, Quote, Span, When
from pipeline.stages.line import STAGES, Context

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
SOKOLOV = Participant("per:ru.sokolov", "Grigory Sokolov", "RU", "off:RU.FM", "visitor")
AYDINOGLU = Participant("per:tr.aydinoglu", "Kemal Aydinoglu", "TR", "off:TR.FM", "host")
ISTANBUL = Place("Istanbul", "TR", True)


def day(number: int, month: int = 5) -> When:
    when = date(2031, month, number)
    return When(when.isoformat(), when, when)


def mention(
    status: str,
    when: When | None = None,
    *,
    moved_from: When | None = None,
    quote: str = "q",
    people: tuple[Participant, ...] = (SOKOLOV, AYDINOGLU),
    place: Place | None = ISTANBUL,
) -> MeetingMention:
    return MeetingMention(
        status=MeetingStatus(status),
        participants=people,
        countries=("RU", "TR"),
        place=place,
        when=when,
        previous_when=moved_from,
        format="visit",
        quote=Quote(quote, Span("body", 0, len(quote))),
        rules=("test",),
        confidence=0.9,
    )


class Desk:
    """Publishes reports and runs link on them."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.numbers = itertools.count()

    def report(
        self, hours: float, *mentions: MeetingMention, at: datetime | None = None, body: str = "", url: str = ""
    ) -> str:
        """One report `hours` after NOW, linked at that moment (or at `at`); returns its address."""
        number = next(self.numbers)
        published = NOW + timedelta(hours=hours)
        url = url or f"http://outlet{number}.example/"
        store_article(
            self.ctx.engine,
            url,
            body or " ".join(f"w{number}x{i}" for i in range(60)),
            published=published,
            mentions=mentions,
        )
        STAGES["link"](self.ctx, at or published)
        return url

    def edit(self, hours: float, url: str, *mentions: MeetingMention) -> None:
        """The article at `url` says something else from now on."""
        number, seen = next(self.numbers), NOW + timedelta(hours=hours)
        body = " ".join(f"e{number}x{i}" for i in range(60))
        store_article(self.ctx.engine, url, body, published=NOW, mentions=mentions, seen=seen)
        STAGES["link"](self.ctx, seen)

    def meetings(self) -> list[tuple[str, str | None]]:
        """Status and date of every meeting, by date."""
        rows = self.rows("SELECT status, date FROM wirewatch.meetings ORDER BY date, status, meeting_id")
        return [tuple(row) for row in rows]

    def rows(self, query: str) -> Sequence[Any]:
        with self.ctx.engine.connect() as conn:
            return conn.execute(text(query)).all()

    def alerts(self) -> list[tuple[str, int, str | None, str | None]]:
        rows = self.rows("SELECT change, sequence, old_date, new_date FROM wirewatch.alerts ORDER BY alert_id")
        return [tuple(row) for row in rows]
