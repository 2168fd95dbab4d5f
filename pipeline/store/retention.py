"""Delete expired rows: the fetch log, robots.txt files. (Partitioned tables drop whole partitions instead.)

Each rule is one query for the expired rows, with their bytes. Counting and deleting share that query, so that a
dry run shows exactly what is deleted. Texts, meetings and alerts have no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from pipeline.settings import Settings

BATCH = 2_000  # rows a transaction: short locks, and a dump or a backup never waits long
_ROBOTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Gone:
    """A number of rows, and the bytes they held as far as the server knows."""

    what: str
    rows: int
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """`gone` selects key and bytes of the rows older than :before."""

    what: str
    table: str
    key: str
    gone: str
    before: datetime


def rules(settings: Settings, now: datetime) -> tuple[RetentionRule, ...]:
    """The retention rules of the settings, as of now."""
    return (
        RetentionRule(
            "fetches",  # the last one, and the last that brought the whole page, say how the next is to be made
            "store.page_fetch",
            "id",
            """SELECT l.id AS key, pg_column_size(l.*) AS bytes FROM store.page_fetch l
                WHERE l.fetched_at < :before
                  AND EXISTS (SELECT FROM store.page_fetch n
                               WHERE n.article_id = l.article_id AND n.fetched_at > l.fetched_at)
                  AND (l.status IS DISTINCT FROM 200
                       OR EXISTS (SELECT FROM store.page_fetch n WHERE n.article_id = l.article_id
                                     AND n.fetched_at > l.fetched_at AND n.status = 200))""",
            now - timedelta(days=settings.keep_log_d),
        ),
        RetentionRule(
            "robots_notes",
            "store.robots",
            "origin",
            "SELECT r.origin AS key, pg_column_size(r.*) AS bytes FROM store.robots r WHERE r.asked_at < :before",
            now - _ROBOTS,
        ),
    )


def would_go(engine: Engine, rule: RetentionRule) -> Gone:
    """Count the expired rows; nothing is changed."""
    with engine.connect() as conn:
        query = text(f"SELECT count(*), coalesce(sum(bytes), 0) FROM ({rule.gone}) gone")  # noqa: S608 - ours
        rows, size = conn.execute(query, {"before": rule.before}).one()
    return Gone(rule.what, rows, int(size))


def let_go(engine: Engine, rule: RetentionRule) -> Iterator[Gone]:
    """Delete batch by batch, each committed; yields the count of each batch."""
    statement = text(
        f"WITH gone AS MATERIALIZED ({rule.gone} LIMIT :batch), done AS ("  # noqa: S608 - ours
        f"DELETE FROM {rule.table} t USING gone WHERE t.{rule.key} = gone.key RETURNING gone.bytes) "
        "SELECT count(*), coalesce(sum(bytes), 0) FROM done"
    )
    while True:
        with engine.begin() as conn:
            rows, size = conn.execute(statement, {"before": rule.before, "batch": BATCH}).one()
        if not rows:
            return
        yield Gone(rule.what, rows, int(size))
