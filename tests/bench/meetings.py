"""How long one more report of a meeting takes, by how many there are: real database, real stage."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from pipeline.configuration import load_configuration
from pipeline.records import (
    Article,
    Findings,
    Fingerprint,
    MeetingMention,
    MeetingStatus,
    Participant,
    Place,
    Quote,
    Span,
    Tally,
    When,
)
from pipeline.settings import Settings
from pipeline.stages.link.follow import follow
from pipeline.stages.running.context import Context
from pipeline.store import work
from pipeline.store.articles import save_findings
from pipeline.store.server.scratch import fresh_database
from tests.evaluation.report import Figures, Goal, Report, facts_of_run

DATABASE = "wirewatch_bench_meetings"
SIZES = (500, 5000)
_MEASURED = 100
_START = datetime(2031, 5, 1, 6, tzinfo=UTC)
_DAY = When("2031-06-14", date(2031, 6, 14), date(2031, 6, 14))
_PLAN = MeetingMention(
    status=MeetingStatus.SCHEDULED,
    participants=(Participant("per:ru.sokolov", "Grigory Sokolov", "RU", "off:RU.FM", "visitor"),),
    countries=("RU", "TR"),
    place=Place("Istanbul", "TR", True),
    when=_DAY,
    previous_when=None,
    format="visit",
    quote=Quote("q", Span("body", 0, 1)),
    rules=("bench",),
    confidence=0.8,
)


def bench(settings: Settings, sizes: Sequence[int] = SIZES) -> Report:
    """Follow reports of one meeting, in order and late, and time each text.

    Raises ConfigurationError and DatabaseError as the stages do.
    """
    began = time.monotonic()
    engine = fresh_database(settings, DATABASE)
    rows = []
    try:
        with Context(settings, engine, load_configuration(settings.config_dir)) as ctx:
            stored = 0
            for size in sizes:
                _publish(engine, stored, size - stored)
                _follow(ctx)
                stored = size
                first = _time(ctx, engine, stored, 1)
                in_order = _time(ctx, engine, stored + 1, _MEASURED)
                late = _time(ctx, engine, stored + 1 + _MEASURED, 5, late=timedelta(minutes=30))
                stored += _MEASURED + 6
                rows.append((size, first, in_order, late))
    finally:
        engine.dispose()
    slowest = rows[-1][2] / max(rows[0][2], 0.001)
    return Report(
        what="One more report of a meeting",
        figures=(
            Figures(
                "Milliseconds per text, transaction included",
                ("reports before", "first of a run", "in order", "30 minutes late"),
                tuple(rows),
            ),
        ),
        goals=(Goal(f"in order: {sizes[-1]} reports over {sizes[0]}, times", slowest, 2.0, at_least=False),),
        facts=facts_of_run(datetime.now(UTC), time.monotonic() - began, measured=_MEASURED),
    )


def _time(ctx: Context, engine: Engine, stored: int, texts: int, *, late: timedelta = timedelta(0)) -> float:
    """Median milliseconds a text when `texts` more are followed; the first reads the meeting from the database."""
    if texts == 1:
        _publish(engine, stored, 1, late=late)
        return _follow(ctx)
    took = []
    for number in range(3):
        share = texts // 3 + (texts % 3 if number == 0 else 0)
        _publish(engine, stored, share + 1, late=late)
        stored += share + 1
        took.append(_follow(ctx) / (share + 1))
    return statistics.median(took)


def _follow(ctx: Context) -> float:
    began = time.perf_counter()
    tally = Tally("link")
    follow(ctx, _START + timedelta(days=10), tally)
    assert not tally.counts.get("row_failed"), tally
    return (time.perf_counter() - began) * 1000


def _publish(engine: Engine, first: int, count: int, *, late: timedelta = timedelta(0)) -> None:
    with engine.begin() as conn:
        feed_id = conn.scalar(
            text("""
                INSERT INTO store.feed
                       (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
                VALUES ('bench', 'https://bench.example/', 'bench', '', 'en', 'UTC', 'INT', 'online', true, now())
                ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id
            """)
        )
        for number in range(first, first + count):
            # one report a minute; a late one lies between those of half an hour ago
            _save(
                conn,
                feed_id,
                number,
                _START + timedelta(minutes=number) - late - timedelta(seconds=30 * bool(late)),
            )


def _save(conn: Connection, feed_id: int, number: int, published: datetime) -> None:
    page = text("""
        WITH a AS (INSERT INTO store.article (url, feed_id, first_seen_at) VALUES (:url, :feed, :at) RETURNING id)
        INSERT INTO store.page (article_id, final_url, status, headers, body_hash, size, fetched_at)
        SELECT id, :url, 200, '{}', '', 0, :at FROM a RETURNING article_id, id
    """)
    url = f"https://bench.example/{published.timestamp():.0f}/{number}"
    article_id, page_id = conn.execute(page, {"url": url, "feed": feed_id, "at": published}).one()
    article = Article("t", "b", published, "page", "UTC", "en", 1.0)
    fingerprint = Fingerprint(2, number.to_bytes(16, "big"), (), b"", (), 0)
    findings = Findings(article, number.to_bytes(16, "big"), fingerprint, (), "1", (_PLAN,), "1")
    version_id = save_findings(conn, article_id, page_id, findings, now=published)
    assert version_id is not None
    work.add(conn, "follow", [version_id], due_at=published)
