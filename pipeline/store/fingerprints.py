"""Fingerprints: saved with their version, looked up by shared keys within a window of time.

Published (committed) before anybody looks them up: of two copies that arrive at the same moment, the one that
looks up later sees the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, insert, text

from pipeline.records import Fingerprint
from pipeline.store.tables import fingerprint

MAX_SEEN = 300  # texts with a key in common that are looked at, and
ALIKE = 0.4  # of the keys in common
MAX_COMPARED = 30  # of them those compared word by word
BLOCK_MEMORY = 40  # articles of an outlet in which its repeated paragraphs are looked for
BLOCK_TIMES = 4
BLOCK_DAYS = timedelta(days=14)

# Joined by both columns of the key, so that only the week it lies in is asked.
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
        SELECT version_id, article_id, CAST(keys AS bigint[]) AS keys, exact, since, until
          FROM unnest(CAST(:ids AS bigint[]), CAST(:articles AS bigint[]), CAST(:keys AS text[]),
                      CAST(:exact AS bytea[]), CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
               AS one(version_id, article_id, keys, exact, since, until))
    SELECT q.version_id AS looked_up, c.version_id, c.article_id, c.same, array_send(c.keys) AS keys
      FROM q
     CROSS JOIN LATERAL (
        (SELECT f.version_id, f.article_id, f.keys, true AS same FROM store.fingerprint f
          WHERE f.exact = q.exact AND f.published_at BETWEEN q.since AND q.until
            AND f.article_id <> q.article_id AND f.number = 1 AND f.scheme = :scheme
          ORDER BY f.published_at, f.version_id LIMIT :most)
         UNION ALL
        (SELECT f.version_id, f.article_id, f.keys, false FROM store.fingerprint f
          WHERE f.keys && q.keys AND f.published_at BETWEEN q.since AND q.until
            AND f.article_id <> q.article_id AND f.number = 1 AND f.scheme = :scheme
          LIMIT :seen)
     ) c
""")
# The planner cannot know how few texts share a key: statistics lag behind in a fresh week, and for the sake of the
# LIMIT it would walk through another index from end to end. An index of keys is only ever read as a bitmap.
_ONLY_BY_KEYS = text("""
    SELECT set_config('enable_seqscan', :others, true), set_config('enable_indexscan', :others, true),
           set_config('enable_indexonlyscan', :others, true), set_config('jit', :others, true),
           set_config('max_parallel_workers_per_gather', '0', true)
""")
_BLOCKS = text("""
    SELECT q.feed_id, block
      FROM unnest(CAST(:feeds AS bigint[]), CAST(:moments AS timestamptz[])) AS q(feed_id, moment)
     CROSS JOIN LATERAL (
        SELECT f.blocks FROM store.fingerprint f
         WHERE f.feed_id = q.feed_id AND f.published_at BETWEEN q.moment - :memory AND q.moment + :window
         ORDER BY f.published_at DESC LIMIT :articles) recent
     CROSS JOIN LATERAL unnest(recent.blocks) AS block
     GROUP BY q.feed_id, block
    HAVING count(*) >= :times
""")
_ADD_STOP_KEYS = text("""
    INSERT INTO store.stop_key SELECT unnest(CAST(:keys AS bigint[])), :now ON CONFLICT DO NOTHING
""")


# An element of array_send: its length, then the number, both big-endian; 20 bytes of heading before the first.
_ELEMENT = np.dtype([("length", ">i4"), ("key", ">i8")])
_HEADING = 20


@dataclass(frozen=True, slots=True)
class StoredText:
    """One article version as it is compared."""

    article_id: int
    version_id: int
    feed_id: int
    number: int
    url: str
    published_at: datetime
    agency: str | None  # that surely wrote it
    own: bool  # published by the agency itself
    fingerprint: Fingerprint

    @property
    def age(self) -> tuple[bool, datetime, str]:
        """Sorts the lead first, the same way whatever order texts arrived in."""
        return not self.own, self.published_at, self.url


@dataclass(frozen=True, slots=True)
class Seen:
    """A text that has keys in common with one that was looked up."""

    version_id: int
    article_id: int
    same: bool  # word for word
    shared: NDArray[np.int64]  # of the keys it was looked up by
    alike: bool  # with so many keys in common that it says nothing of what is everybody's


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
    """Texts by their version; one that has no fingerprint is not among them. `keys`: to look them up."""
    rows = conn.execute(_LOAD, {"ids": sorted(version_ids), "keys": keys}).all()
    return {row.version_id: _stored(row) for row in rows}


def newest_fingerprint(conn: Connection, article_id: int) -> Fingerprint | None:
    """Of an article's newest text; None where it has none yet."""
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
    conn.execute(_ONLY_BY_KEYS, {"others": "off"})
    rows = conn.execute(
        _LOOK_UP,
        {
            "ids": [t.version_id for t in texts],
            "articles": [t.article_id for t in texts],
            "keys": ["{" + ",".join(map(str, keys[t.version_id])) + "}" for t in texts],
            "exact": [t.fingerprint.exact for t in texts],
            "since": [t.published_at - window for t in texts],
            "until": [t.published_at + window for t in texts],
            "scheme": texts[0].fingerprint.scheme,
            "most": MAX_COMPARED,
            "seen": MAX_SEEN,
        },
    ).all()
    conn.execute(_ONLY_BY_KEYS, {"others": "on"})
    answers: dict[int, list[tuple[int, int, bool, bytes]]] = {t.version_id: [] for t in texts}
    for looked_up, version_id, article_id, same, sent in rows:
        answers[looked_up].append((version_id, article_id, same, bytes(sent)[_HEADING:]))
    return {looked_up: _seen(keys[looked_up], answer) for looked_up, answer in answers.items()}


def _seen(keys: Collection[int], answer: Sequence[tuple[int, int, bool, bytes]]) -> list[Seen]:
    """Which of the keys each text has; all texts at once, since most have one or two and there are many."""
    wanted = np.array(sorted(keys), dtype=np.int64)
    if not answer or not len(wanted):
        return [Seen(version_id, article_id, same, wanted[:0], same) for version_id, article_id, same, _ in answer]
    theirs = np.frombuffer(b"".join(sent for *_, sent in answer), dtype=_ELEMENT)["key"].astype(np.int64)
    sizes = np.array([len(sent) // _ELEMENT.itemsize for *_, sent in answer])
    at = np.searchsorted(wanted, theirs)
    at[at == len(wanted)] = 0
    hit = wanted[at] == theirs
    before = np.concatenate(([0], np.cumsum(hit)))
    ends = np.cumsum(sizes)
    bounds = before[np.concatenate(([0], ends))].tolist()
    shared = theirs[hit]
    found = []
    for i, (version_id, article_id, same, _) in enumerate(answer):
        common = shared[bounds[i] : bounds[i + 1]]
        alike = same or len(common) >= ALIKE * min(len(wanted), int(sizes[i]))
        found.append(Seen(version_id, article_id, same, common, alike))
    return found


def repeated_blocks(
    conn: Connection, feeds: Mapping[int, datetime], *, window: timedelta
) -> dict[int, frozenset[int]]:
    """For each feed, the paragraphs that stand in several of its articles up to a moment."""
    rows = conn.execute(
        _BLOCKS,
        {
            "feeds": list(feeds),
            "moments": list(feeds.values()),
            "memory": BLOCK_DAYS,
            "window": window,
            "articles": BLOCK_MEMORY,
            "times": BLOCK_TIMES,
        },
    )
    found: dict[int, set[int]] = {feed_id: set() for feed_id in feeds}
    for feed_id, block in rows:
        found[feed_id].add(block)
    return {feed_id: frozenset(blocks) for feed_id, blocks in found.items()}


class StopKeys:
    """Keys that stand in many dispatches at once: they find everything and prove nothing.

    Read once for a run of the stage: what other processes learn meanwhile is seen by the next.
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
    """Let go of keys learnt before a moment: what is still everybody's is learnt again at once."""
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
