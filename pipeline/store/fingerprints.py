"""Fingerprints: saved with their version, looked up by shared keys within a window of time.

They are published (committed) before any lookup: of two copies that arrive at the same moment, the one looked up
later sees the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, TextClause, insert, text

from pipeline.records import Fingerprint
from pipeline.store.shared_keys import shared_keys
from pipeline.store.tables import fingerprint

MAX_SEEN = 300  # most texts with a common key that are considered
ALIKE = 0.4  # share of common keys
MAX_COMPARED = 30  # most of them that are compared word by word
BLOCK_MEMORY = 40  # articles of an outlet that are searched for its repeated paragraphs
BLOCK_TIMES = 4
BLOCK_DAYS = timedelta(days=14)

# Joined by both columns of the key, so that only its week is read.
_LOAD = text("""
    SELECT f.version_id, f.article_id, f.feed_id, f.number, f.published_at, f.scheme, f.tokens, f.exact,
           CASE WHEN :keys THEN f.keys ELSE '{}' END AS keys, f.words, a.url,
           coalesce(f.agency, feed.agency) AS agency,
           coalesce(feed.kind = 'agency' AND coalesce(f.agency, feed.agency) = feed.agency, false) AS own
      FROM store.article_version v
      JOIN store.fingerprint f ON f.version_id = v.id AND f.published_at = v.published_at
      JOIN store.article a ON a.id = f.article_id
      JOIN store.feed ON feed.id = a.feed_id
     WHERE v.id = ANY(:ids)
""")
_BEFORE = text("""
    SELECT v.id, b.id AS before FROM store.article_version v
      JOIN store.article_version b ON b.article_id = v.article_id AND b.number = v.number - 1
     WHERE v.id = ANY(:ids)
""")
_LOOK_UP = text("""
    WITH q AS MATERIALIZED (
        SELECT version_id, article_id, CAST(keys AS bigint[]) AS keys, exact, moment
          FROM unnest(CAST(:ids AS bigint[]), CAST(:articles AS bigint[]), CAST(:keys AS text[]),
                      CAST(:exact AS bytea[]), CAST(:moments AS timestamptz[]))
               AS one(version_id, article_id, keys, exact, moment))
    SELECT q.version_id AS looked_up, c.version_id, c.article_id, c.same, array_send(c.keys) AS keys
      FROM q
     CROSS JOIN LATERAL (
        (SELECT f.version_id, f.article_id, f.keys, true AS same FROM store.fingerprint f
          WHERE f.exact = q.exact AND f.published_at BETWEEN :first AND :last
            AND f.published_at - q.moment BETWEEN -:window AND :window
            AND f.article_id <> q.article_id AND f.number = 1 AND f.scheme = :scheme
          ORDER BY f.published_at, f.version_id LIMIT :most)
         UNION ALL
        (SELECT f.version_id, f.article_id, f.keys, false FROM store.fingerprint f
          WHERE f.keys && q.keys AND f.published_at BETWEEN :first AND :last
            AND f.published_at - q.moment BETWEEN -:window AND :window
            AND f.article_id <> q.article_id AND f.number = 1 AND f.scheme = :scheme
          LIMIT :seen)
     ) c
""")
# The planner cannot know how few texts share a key, nor the contents of a week that statistics have not reached.
# Left alone, it scans an index from end to end because of the LIMIT, or reads three days of another one to narrow
# down a handful. So: keys first, as a bitmap, and no page so expensive that a second index would avoid it. The
# window is there twice: for the batch, to select the weeks; for each text, in a form that no index answers.
_KEYS_FIRST = text("""
    SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
           set_config('enable_indexonlyscan', 'off', true), set_config('random_page_cost', '0', true),
           set_config('seq_page_cost', '0', true), set_config('jit', 'off', true),
           set_config('max_parallel_workers_per_gather', '0', true)
""")
# An outlet's last forty articles, instead of sorting everything it wrote in two weeks.
_LATEST_FIRST = text("""
    SELECT set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true),
           set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true)
""")
_BLOCKS = text("""
    SELECT q.feed_id, q.moment, block
      FROM unnest(CAST(:feeds AS bigint[]), CAST(:moments AS timestamptz[])) AS q(feed_id, moment)
     CROSS JOIN LATERAL (
        SELECT f.blocks FROM store.fingerprint f
         WHERE f.feed_id = q.feed_id AND f.published_at BETWEEN q.moment - :memory AND q.moment + :window
           AND cardinality(f.blocks) > 0
         ORDER BY f.published_at DESC LIMIT :articles) recent
     CROSS JOIN LATERAL unnest(recent.blocks) AS block
     GROUP BY q.feed_id, q.moment, block
    HAVING count(*) >= :times
""")
_ADD_STOP_KEYS = text("""
    INSERT INTO store.stop_key SELECT unnest(CAST(:keys AS bigint[])), :now ON CONFLICT DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class StoredText:
    """One article version as it is compared."""

    article_id: int
    version_id: int
    feed_id: int
    number: int
    url: str
    published_at: datetime
    agency: str | None  # the agency that certainly wrote it
    own: bool  # published by the agency itself
    fingerprint: Fingerprint

    @property
    def age(self) -> tuple[bool, datetime, str]:
        """Sorts the lead first, independently of the order of arrival."""
        return not self.own, self.published_at, self.url


class Seen(NamedTuple):
    """A text that shares keys with one that was looked up."""

    version_id: int
    article_id: int
    same: bool  # word for word
    shared: NDArray[np.int64]  # shared lookup keys
    alike: bool  # it shares so many keys that it does not show which keys are common


def save_fingerprint(
    conn: Connection, version_id: int, found: Fingerprint, *, article_id: int, number: int, published: datetime,
    agency: str | None,
) -> None:  # fmt: skip
    """Save the fingerprint of a version, in the transaction that saves the version."""
    feed = text("SELECT feed_id FROM store.article WHERE id = :id")
    conn.execute(
        insert(fingerprint).values(
            version_id=version_id,
            published_at=published,
            article_id=article_id,
            feed_id=conn.scalars(feed, {"id": article_id}).one(),
            number=number,
            scheme=found.scheme,
            tokens=found.tokens,
            exact=found.exact,
            keys=list(found.keys),
            words=found.words,
            blocks=list(found.blocks),
            agency=agency,
        )
    )


def load_texts(conn: Connection, version_ids: Iterable[int], *, keys: bool = False) -> dict[int, StoredText]:
    """Texts by version, without those that have no fingerprint. `keys`: load their lookup keys, too."""
    rows = conn.execute(_LOAD, {"ids": sorted(version_ids), "keys": keys}).all()
    return {row.version_id: _stored(row) for row in rows}


def newest_fingerprint(conn: Connection, article_id: int) -> Fingerprint | None:
    """The fingerprint of an article's newest text; None if it has no text yet."""
    newest = text("SELECT id FROM store.article_version WHERE article_id = :id ORDER BY number DESC LIMIT 1")
    found = load_texts(conn, conn.scalars(newest, {"id": article_id}))
    return next((known.fingerprint for known in found.values()), None)


def versions_before(conn: Connection, version_ids: Sequence[int]) -> dict[int, int]:
    """The version before each, of the same article."""
    rows = conn.execute(_BEFORE, {"ids": list(version_ids)})
    return {row.id: row.before for row in rows}


def look_up(
    conn: Connection, texts: Sequence[StoredText], keys: Mapping[int, Collection[int]], *, window: timedelta
) -> dict[int, list[Seen]]:
    """For each version, the texts within `window` of it that are the same or share one of `keys`."""
    with _planned(conn, _KEYS_FIRST):
        rows = conn.execute(_LOOK_UP, _asked(texts, keys, window)).all()
    found: dict[int, list[Seen]] = {t.version_id: [] for t in texts}
    for row, common, size in zip(rows, *shared_keys(keys, rows), strict=True):
        alike = row.same or len(common) >= ALIKE * min(len(keys[row.looked_up]), size)
        found[row.looked_up].append(Seen(row.version_id, row.article_id, row.same, common, alike))
    return found


def look_up_plan(
    conn: Connection, texts: Sequence[StoredText], keys: Mapping[int, Collection[int]], *, window: timedelta
) -> list[str]:
    """The server's plan for `look_up`, one line per step."""
    with _planned(conn, _KEYS_FIRST):
        plan = conn.execute(text(f"EXPLAIN (COSTS off) {_LOOK_UP.text}"), _asked(texts, keys, window))
        return [line for (line,) in plan]


def _asked(
    texts: Sequence[StoredText], keys: Mapping[int, Collection[int]], window: timedelta
) -> dict[str, object]:
    moments = [t.published_at for t in texts]
    return {
        "ids": [t.version_id for t in texts],
        "articles": [t.article_id for t in texts],
        "keys": ["{" + ",".join(map(str, keys[t.version_id])) + "}" for t in texts],
        "exact": [t.fingerprint.exact for t in texts],
        "moments": moments,
        "first": min(moments) - window,
        "last": max(moments) + window,
        "window": window,
        "scheme": texts[0].fingerprint.scheme,
        "most": MAX_COMPARED,
        "seen": MAX_SEEN,
    }


@contextlib.contextmanager
def _planned(conn: Connection, settings: TextClause) -> Iterator[None]:
    """Read under planner settings that are reset afterwards."""
    point = conn.begin_nested()
    try:
        conn.execute(settings)
        yield
    finally:
        point.rollback()


def repeated_blocks(
    conn: Connection, wanted: Sequence[tuple[int, datetime]], *, window: timedelta
) -> list[frozenset[int]]:
    """For each feed and moment, the paragraphs that several of its articles contain up to then."""
    values = {
        "feeds": [feed_id for feed_id, _ in wanted],
        "moments": [moment for _, moment in wanted],
        "memory": BLOCK_DAYS,
        "window": window,
        "articles": BLOCK_MEMORY,
        "times": BLOCK_TIMES,
    }
    with _planned(conn, _LATEST_FIRST):
        rows = conn.execute(_BLOCKS, values).all()
    found: dict[tuple[int, datetime], set[int]] = {place: set() for place in wanted}
    for feed_id, moment, block in rows:
        found[feed_id, moment].add(block)
    return [frozenset(found[place]) for place in wanted]


class StopKeys:
    """Keys that occur in many dispatches: they find everything and prove nothing.

    Read once per run of the stage: keys that other processes learn meanwhile are used in the next run.
    """

    def __init__(self, keys: Collection[int] = ()) -> None:
        self.keys = set(keys)

    @classmethod
    def load(cls, conn: Connection) -> StopKeys:
        """All that are known."""
        return cls(conn.scalars(text("SELECT key FROM store.stop_key")).all())

    def add(self, conn: Connection, keys: Collection[int], *, now: datetime) -> None:
        """Make keys stop keys."""
        new = sorted(set(keys) - self.keys)
        if new:
            conn.execute(_ADD_STOP_KEYS, {"keys": new, "now": now})
            self.keys.update(new)


def forget_stop_keys(conn: Connection, before: datetime) -> int:
    """Forget keys learnt before a moment: keys that are still common are relearnt at once."""
    return conn.execute(text("DELETE FROM store.stop_key WHERE added_at < :before"), {"before": before}).rowcount


def _stored(row: Row[Any]) -> StoredText:
    return StoredText(
        article_id=row.article_id,
        version_id=row.version_id,
        feed_id=row.feed_id,
        number=row.number,
        url=row.url,
        published_at=row.published_at,
        agency=row.agency,
        own=row.own,
        fingerprint=Fingerprint(
            scheme=row.scheme,
            exact=bytes(row.exact),
            keys=tuple(row.keys),
            words=bytes(row.words),
            blocks=(),
            tokens=row.tokens,
        ),
    )
