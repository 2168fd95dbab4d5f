"""Chains played through the real stages: every page is read once, then linked in each order of arrival.

Reading a page takes most of the time and does not depend on what arrived before it, so each order of arrival starts
from a copy of the database in which all pages are read and none is linked.
"""

from __future__ import annotations

import dataclasses
import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from pipeline.alerts.receivers import FileChannel
from pipeline.alerts.reconcile import reconcile
from pipeline.alerts.rules import AlertRules
from pipeline.alerts.watches import AlertRule
from pipeline.configuration import load_configuration
from pipeline.configuration.alert_rules import AlertFile
from pipeline.feeds.catalogue import FeedSource
from pipeline.feeds.urls import address_key
from pipeline.meetings.follow.timeline import Timeline
from pipeline.records import FeedItem, Response, Tally
from pipeline.settings import Settings
from pipeline.stages.line import STAGES, Context
from pipeline.store import work
from pipeline.store.alerts import told_of
from pipeline.store.feeds import sync_feeds
from pipeline.store.items import AddressedItem, save_items
from pipeline.store.meetings import evidence_of
from pipeline.store.pages import save_page
from pipeline.store.server.engine import connect, create_database, open_engine
from pipeline.store.server.scratch import drop_database, fresh_database
from tests.evaluation.chain_data import Chain, ChainText

DATABASE = "wirewatch_eval_chains"
_READ = f"{DATABASE}_read"
_HOST = "https://chains.example"
_FETCHED_AFTER = timedelta(minutes=5)
_ALERTS = text("""
    SELECT id, amends, change, meeting_id, payload ->> 'url' AS url FROM store.alert ORDER BY id
""")
_MEETINGS = text("""
    SELECT m.meeting_id, m.status, m.date, m.previous_dates, m.place, m.countries
      FROM wirewatch.meetings m ORDER BY m.meeting_id
""")
_MENTIONS = text("""
    SELECT a.url, e.meeting_id, n.countries, n.status, n.confidence
      FROM store.meeting_mention n
      JOIN store.article_version v ON v.id = n.version_id
      JOIN store.article a ON a.id = v.article_id
      LEFT JOIN store.meeting_evidence e ON e.mention_id = n.id
     ORDER BY n.id
""")
_FAILED = text("""
    SELECT stage, reason, subject, detail FROM wirewatch.outcome_details WHERE stage IN ('process', 'follow')
""")
_HOLD_BACK = text("UPDATE store.work SET due_at = '9000-01-01Z' WHERE stage = 'link'")
_LET_GO = text("""
    UPDATE store.work w SET due_at = :due_at
      FROM store.article_version v JOIN store.article a ON a.id = v.article_id
     WHERE w.stage = 'link' AND w.subject_id = v.id AND a.url = :url
""")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A text that arrives; `copy` counts the further outlets that carry the same."""

    text: ChainText
    copy: int = 0

    @property
    def url(self) -> str:
        """Where it stands; both outlets of a text give its id."""
        return f"{_HOST}/{self.copy}/{self.text.id}"

    @property
    def now(self) -> datetime:
        """When it is read and linked."""
        return self.text.published + _FETCHED_AFTER


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert: its change (after amendments) and the text whose sentence proves it."""

    change: str
    text: str
    meeting: int
    amended_by: str = ""  # the text of the last better word for it; two chains may tell of one event


@dataclass(frozen=True, slots=True)
class Standing:
    """A meeting as it stands at the end."""

    id: int
    status: str
    date: str | None
    previous: tuple[str, ...]
    place: str | None
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Read:
    """One mention: the text it stands in and the meeting it was linked to (None: to none for certain)."""

    text: str
    meeting: int | None
    countries: frozenset[str]
    status: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ChangesTold:
    """The changes of one meeting as all its reports tell them, oldest first: by an alert that stands, and by none."""

    alerted: tuple[str, ...]
    silent: tuple[str, ...]  # where a change was recorded when its day was long over


@dataclass(frozen=True, slots=True)
class Played:
    """What one run left behind."""

    alerts: tuple[Raised, ...]
    meetings: Mapping[int, Standing]
    mentions: tuple[Read, ...]
    unread: tuple[tuple[str, str], ...]  # texts that could not be used, and why
    counts: Mapping[str, int]
    told: Mapping[int, ChangesTold] = field(default_factory=dict)  # by meeting


class ReadChains:
    """Chains whose pages are read, on a database of their own; `play` links a copy of it. Use as a context manager.

    Raises:
        ConfigurationError: config/ is wrong.
        DatabaseError: the server cannot be used.
    """

    def __init__(self, settings: Settings, chains: Sequence[Chain], *, copies: int = 1) -> None:
        self._settings = settings.model_copy(update={"workers": 1})
        sources = [_source(language) for language in sorted({t.language for chain in chains for t in chain.texts})]
        rules = AlertRules(
            channels=[FileChannel(name="none", kind="file", path="none.jsonl")],
            rules=[AlertRule(name="all", channels=["none"])],
        )
        self._configuration = load_configuration(settings.config_dir).with_parts(
            feeds=tuple(sources), alert_file=AlertFile(rules)
        )
        self._counts = Counter[str]()
        texts = sorted((t for chain in chains for t in chain.texts), key=lambda t: (t.published, t.id))
        engine = fresh_database(settings, _READ)
        try:
            with Context(self._settings, engine, self._configuration) as ctx:
                for text_, copy in ((t, copy) for t in texts for copy in range(copies)):
                    self._counts.update(_read(ctx, Delivered(text_, copy)).counts)
                with engine.begin() as conn:
                    conn.execute(_HOLD_BACK)
        finally:
            engine.dispose()

    def play(self, arrivals: Iterable[Delivered]) -> Played:
        """Let the texts arrive one after the other, each at the time it was published.

        So of texts that arrive out of order the clock jumps with them: nothing but the order differs between two
        runs.
        """
        counts = self._counts.copy()
        engine = _copy_of_read(self._settings)
        try:
            with Context(self._settings, engine, self._configuration) as ctx:
                for delivered in arrivals:
                    counts.update(_arrive(ctx, delivered).counts)
            with engine.connect() as conn:
                return _read_back(conn, counts)
        finally:
            engine.dispose()


def _copy_of_read(settings: Settings) -> Engine:
    """A fresh copy of the database of read pages."""
    home = connect(settings)
    try:
        drop_database(home, DATABASE)
        create_database(home, DATABASE, template=_READ)
        return open_engine(home.url.set(database=DATABASE))
    finally:
        home.dispose()


def together(parts: Sequence[Played]) -> Played:
    """What several runs left behind, as if they had been one; meetings keep apart by their numbers."""
    alerts: list[Raised] = []
    standing: dict[int, Standing] = {}
    mentions: list[Read] = []
    counts: Counter[str] = Counter()
    told: dict[int, ChangesTold] = {}
    for part in parts:
        after = max(standing, default=0)
        alerts += [dataclasses.replace(alert, meeting=alert.meeting + after) for alert in part.alerts]
        standing |= {i + after: dataclasses.replace(meeting, id=i + after) for i, meeting in part.meetings.items()}
        mentions += [
            dataclasses.replace(read, meeting=None if read.meeting is None else read.meeting + after)
            for read in part.mentions
        ]
        counts.update(part.counts)
        told |= {i + after: changes for i, changes in part.told.items()}
    unread = tuple(row for part in parts for row in part.unread)
    return Played(tuple(alerts), standing, tuple(mentions), unread, counts, told)


def _source(language: str) -> FeedSource:
    return FeedSource(
        key=f"chains-{language}",
        url=f"{_HOST}/{language}.rss",
        outlet=f"chains ({language})",
        language=language,
        zone="UTC",
        country="INT",
        kind="online",
    )


def _read(ctx: Context, delivered: Delivered) -> Tally:
    """What poll and fetch would leave of one text, then process."""
    found, now = delivered.text, delivered.now
    # A headline alone arrives as an entry whose summary repeats it, as feeds of flashes do.
    summary = found.body if found.body and "\n" not in found.body.strip() else "" if found.body else found.title
    item = FeedItem(delivered.url, delivered.url, found.title, summary=summary, published=found.published)
    page = Response(delivered.url, delivered.url, 200, {"content-type": "text/html"}, _page(found), now, 0.0)
    with ctx.engine.begin() as conn:
        sync_feeds(conn, [source.model_dump() for source in ctx.configuration.feeds], now=now)
        feed_id = conn.scalar(
            text("SELECT id FROM store.feed WHERE key = :key"), {"key": f"chains-{found.language}"}
        )
        save_items(conn, feed_id, [AddressedItem(item, delivered.url, address_key(delivered.url))], now=now)
        article_id = conn.scalar(text("SELECT id FROM store.article WHERE url = :url"), {"url": delivered.url})
        work.add(conn, "process", [save_page(conn, article_id, page)], due_at=now)
    return STAGES["process"](ctx, now)


def _arrive(ctx: Context, delivered: Delivered) -> Tally:
    """Link one text that was read."""
    with ctx.engine.begin() as conn:
        conn.execute(_LET_GO, {"url": delivered.url, "due_at": delivered.text.published})
    return STAGES["link"](ctx, delivered.now)


def _page(found: ChainText) -> bytes:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in found.body.splitlines() if line.strip())
    title = html.escape(found.title)
    heading = f"<h1>{title}</h1>" if title else ""
    return (
        f"<!doctype html><html><head><title>{title}</title></head>"
        f"<body><article>{heading}{paragraphs}</article></body></html>"
    ).encode()


def _read_back(conn: Connection, counts: Mapping[str, int]) -> Played:
    alerts: dict[int, Raised] = {}
    for row in conn.execute(_ALERTS):
        if row.amends is None:
            alerts[row.id] = Raised(row.change, _text_of(row.url), row.meeting_id)
        else:
            if row.change != "retracted":  # what was taken back was told all the same
                told = alerts[row.amends]
                alerts[row.amends] = dataclasses.replace(told, change=row.change, amended_by=_text_of(row.url))
    meetings = {row.meeting_id: _standing(row) for row in conn.execute(_MEETINGS)}
    mentions = tuple(
        Read(_text_of(row.url), row.meeting_id, frozenset(row.countries), row.status, row.confidence)
        for row in conn.execute(_MENTIONS)
    )
    unread = tuple((_text_of(row.subject), f"{row.reason}: {row.detail}") for row in conn.execute(_FAILED))
    changes = {meeting_id: _told(conn, meeting_id) for meeting_id in meetings}
    return Played(tuple(alerts.values()), meetings, mentions, unread, counts, changes)


def _told(conn: Connection, meeting_id: int) -> ChangesTold:
    """What stands at the end: an alert that a later report made part of another change is not counted again."""
    timeline = Timeline(evidence_of(conn, meeting_id))
    ledger = reconcile(timeline.changes, told_of(conn, meeting_id), timeline.counted)
    silent = [change.kind for change in ledger.new]
    alerted = [change.kind for change in timeline.changes if change not in ledger.new]
    return ChangesTold(tuple(alerted), tuple(silent))


def _standing(row: Any) -> Standing:
    return Standing(
        id=row.meeting_id,
        status=row.status,
        date=row.date,
        previous=tuple(row.previous_dates),
        place=row.place,
        countries=frozenset(row.countries),
    )


def _text_of(url: str) -> str:
    return url.removeprefix(f"{_HOST}/").partition("/")[2]
