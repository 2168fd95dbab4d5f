"""The real streaming stage on a real database: texts arrive, are published and linked, a few at a time."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from pipeline.configuration import Configuration
from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.dedupe.origin import find_origins, sure_origin
from pipeline.records import Article, Findings, Tally
from pipeline.settings import Settings
from pipeline.stages.link.link import group_copies
from pipeline.stages.link.stories import group_stories
from pipeline.stages.running.context import Context
from pipeline.store import work
from pipeline.store.articles import save_findings
from pipeline.store.server.partitions import FINGERPRINTS, ensure
from pipeline.text.normalise import text_hash
from tests.evaluation.scratch import ScratchServer
from tests.evaluation.wire_sets import Sample

ARRIVE = 20  # texts at a time
SEED = 20260401

_FEED = text("""
    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
    VALUES (:key, :key, :key, '', 'en', 'UTC', 'INT', 'newspaper', true, now())
    ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id
""")
_ARTICLE = text("INSERT INTO store.article (url, feed_id, first_seen_at) VALUES (:url, :feed, :now) RETURNING id")
_PAGE = text("""
    INSERT INTO store.page (article_id, final_url, status, headers, body_hash, size, fetched_at)
    VALUES (:article, :url, 200, '{}', '', 0, :now) RETURNING id
""")
_RESULT = text("""
    WITH RECURSIVE family AS (
        SELECT id, id AS root FROM store.wire_cluster WHERE update_of IS NULL AND merged_into IS NULL
         UNION ALL
        SELECT c.id, f.root FROM store.wire_cluster c
          JOIN store.wire_cluster e ON e.id = c.update_of
          JOIN family f ON f.id = coalesce(e.merged_into, e.id)
         WHERE c.merged_into IS NULL)
    SELECT a.url, a.dispatch_id, coalesce(f.root, a.dispatch_id) AS family, a.story_id
      FROM wirewatch.articles a
      LEFT JOIN family f ON f.id = a.dispatch_id
""")


@dataclass(frozen=True)
class Linked:
    """What the stage made of a set: groups of sample ids."""

    dispatches: tuple[tuple[str, ...], ...]  # copies: one witness
    families: tuple[tuple[str, ...], ...]  # with the updates of a dispatch
    stories: tuple[tuple[str, ...], ...]  # dispatches about one event


def run_stage(
    server: ScratchServer,
    samples: Sequence[Sample],
    configuration: Configuration,
    settings: Settings,
    *,
    shuffled: bool = False,
) -> Linked:
    """Let the samples arrive in order of time, or in any order, and group them."""
    order = sorted(samples, key=lambda sample: (sample.published, sample.id))
    if shuffled:
        random.Random(SEED).shuffle(order)
    now = max(sample.published for sample in samples) + timedelta(days=1)
    with server.database() as engine, Context(settings, engine, configuration) as ctx:
        _weeks_of(engine, samples)
        for i in range(0, len(order), ARRIVE):
            with engine.begin() as conn:
                for sample in order[i : i + ARRIVE]:
                    store_sample(conn, sample)
            group_copies(ctx, now, Tally("link"))
        group_stories(ctx, now, Tally("link"))
        with engine.connect() as conn:
            rows = conn.execute(_RESULT).all()
    return Linked(*(_grouped(rows, column) for column in (1, 2, 3)))


def _grouped(rows: Sequence[Row[Any]], column: int) -> tuple[tuple[str, ...], ...]:
    groups: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row.url.removeprefix("sample:"))
    return tuple(map(tuple, groups.values()))


def store_sample(conn: Connection, sample: Sample) -> int:
    """Save one text as `process` does, due to be linked; returns its version."""
    values = {"url": f"sample:{sample.id}", "now": sample.published}
    feed_id = conn.scalars(_FEED, {"key": sample.site}).one()
    article_id = conn.scalars(_ARTICLE, values | {"feed": feed_id}).one()
    page_id = conn.scalars(_PAGE, values | {"article": article_id}).one()
    version_id = save_findings(conn, article_id, page_id, findings_of(sample), now=sample.published)
    assert version_id is not None, "a new article has a new text"
    work.add(conn, "link", [version_id], due_at=sample.published)
    return version_id


def findings_of(sample: Sample) -> Findings:
    """What `process` finds in a text, as far as copies are concerned."""
    article = Article(sample.title, sample.text, sample.published, "page", "UTC", sample.language, 1.0)
    origins = find_origins(sample.title, sample.text)
    return Findings(
        article=article,
        text_hash=text_hash(sample.title, sample.text),
        fingerprint=make_fingerprint(sample.text, sample.title, sample.language),
        topics=(),
        topics_version="",
        mentions=(),
        mentions_version="",
        origins=origins,
        agency=sure_origin(origins),
    )


def _weeks_of(engine: Engine, samples: Sequence[Sample]) -> None:
    """Partitions as they would have been made at the time."""
    weeks: set[datetime] = {sample.published for sample in samples}
    with engine.begin() as conn:
        for moment in sorted(weeks):
            ensure(conn, FINGERPRINTS, moment, moment)
