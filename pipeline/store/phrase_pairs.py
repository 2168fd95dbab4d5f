"""An index of frequent words that stand side by side, for phrases in a large archive.

The index of words does not know their places: for a phrase of two words that are in every tenth text each,
PostgreSQL reads every text with both. This one holds, of each text, the pairs of the archive's frequent words that
stand one or two places apart. The planner's statistics say what is frequent; the list is part of the function that
is indexed, so a new list makes a new function and index, and the old ones go. Searches ask the newest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine, func, insert, select, text

from pipeline.store.tables import phrase_index

LEAST_TEXTS = 50_000  # below it, reading every text with both words takes less than 50 ms
GROWTH = 3  # times as many texts as when the list was made: a new one
MOST_WORDS = 1_000  # must stay below _BASE; the statistics know as many
LEAST_SHARE = 0.003  # of the texts; a word that is rarer leaves little to read
_BASE = 1_024
_LOCK = 0x70686978  # "phix": one builder at a time
_WORD = re.compile(r"\w+")

log = structlog.get_logger(__name__)

_TEXTS = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'store.article_version'::regclass")
_FREQUENT = text("""
    SELECT most_common_elems::text::text[] AS words, most_common_elem_freqs AS shares
      FROM pg_stats WHERE schemaname = 'store' AND tablename = 'article_version' AND attname = 'search'
""")
_FUNCTION = """
CREATE OR REPLACE FUNCTION store.{name}(search tsvector) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    WITH word AS MATERIALIZED (
        SELECT at, ({numbers} -> lexeme)::integer AS number
          FROM unnest(search) w (lexeme, positions, weights)
         CROSS JOIN LATERAL unnest(positions) at
         WHERE {numbers} ? lexeme)
    SELECT coalesce(array_agg(DISTINCT (a.number * {base} + b.number) * 2 + apart - 1), '{{}}')
      FROM word a CROSS JOIN (VALUES (1), (2)) v (apart) JOIN word b ON b.at = a.at + apart
$$
"""


def renew(engine: Engine, now: datetime) -> bool:
    """Make the index where the archive is large and has none, or has outgrown it; returns whether it was made.

    Texts are read and written meanwhile. A builder that was killed leaves parts that the next one replaces.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if not conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
            return False
        try:
            _drop_older(conn)
            texts = conn.execute(_TEXTS).scalar_one()
            newest = conn.execute(select(phrase_index).order_by(phrase_index.c.id.desc()).limit(1)).first()
            if texts < LEAST_TEXTS or (newest is not None and texts < GROWTH * newest.texts):
                return False
            words = frequent_words(conn)
            if len(words) < 2:  # never analysed
                return False
            build(conn, (newest.id if newest else 0) + 1, words, texts, now)
            return True
        finally:
            conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def frequent_words(conn: Connection) -> list[str]:
    """The archive's frequent words as they are indexed, the most frequent first."""
    row = conn.execute(_FREQUENT).first()
    if row is None or row.words is None:
        return []
    shares = sorted(zip(row.shares, row.words, strict=False), reverse=True)  # the last shares are of no word
    frequent = [word for share, word in shares if share >= LEAST_SHARE and _WORD.fullmatch(word)]
    return frequent[:MOST_WORDS]


def build(conn: Connection, number: int, words: Sequence[str], texts: int, now: datetime) -> None:
    """Index the pairs of `words` and tell searches. `conn` commits each statement."""
    name = _name(number)
    log.info("indexing which frequent words stand side by side", words=len(words), texts=texts)
    numbers = json.dumps({word: place for place, word in enumerate(words)}, ensure_ascii=False)
    function = _FUNCTION.format(name=name, numbers=f"'{numbers}'::jsonb", base=_BASE)
    _run(conn, f"DROP INDEX CONCURRENTLY IF EXISTS store.ix_{name}")
    _run(conn, function)
    _run(
        conn,
        f"CREATE INDEX CONCURRENTLY ix_{name} ON store.article_version"
        f" USING gin (store.{name}(search)) WITH (fastupdate = off)",
    )
    _run(conn, "ANALYZE store.article_version")  # without it the planner takes each pair for frequent
    conn.execute(insert(phrase_index).values(id=number, words=list(words), texts=texts, built_at=now))


def _drop_older(conn: Connection) -> None:
    """Drop what the newest index replaced the last time: no search asks it any more."""
    newest = select(func.max(phrase_index.c.id)).scalar_subquery()
    for old in conn.scalars(select(phrase_index.c.id).where(phrase_index.c.id < newest)).all():
        _run(conn, f"DROP INDEX CONCURRENTLY IF EXISTS store.ix_{_name(old)}")
        _run(conn, f"DROP FUNCTION IF EXISTS store.{_name(old)}(tsvector)")
        conn.execute(phrase_index.delete().where(phrase_index.c.id == old))


def _name(number: int) -> str:
    return f"phrase_pairs_{number}"


def _run(conn: Connection, statement: str) -> None:
    conn.exec_driver_sql(statement, execution_options={"no_parameters": True})  # % is just %
