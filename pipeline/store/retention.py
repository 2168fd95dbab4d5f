"""What may go after its time: the log of polls and looks, raw bytes of old pages, notes on robots.txt.

Each rule is one query for what has to go, with its bytes. Counting it and doing it share that query, so that what
is shown before is what is done after. Texts, meetings and alerts have no rule here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

from pipeline.settings import Settings

BATCH = 2_000  # rows a transaction: short locks, and a dump or a backup never waits long
_ROBOTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Gone:
    """So many rows, and the bytes they held as far as the server can say."""

    what: str
    rows: int
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """`gone` selects key and bytes of what is older than :before; `change` lets it go."""

    what: str
    table: str
    key: str
    gone: str
    before: datetime
    change: str = "DELETE FROM {table} t USING gone WHERE t.{key} = gone.key"


def rules(settings: Settings, now: datetime) -> tuple[Rule, ...]:
    """The policy of the settings, as of now."""
    logs = now - timedelta(days=settings.keep_log_d)
    return (
        Rule(
            "pages_emptied",  # the row stays: its address, headers, hash and size
            "store.page",
            "id",
            """SELECT p.id AS key, octet_length(p.body) AS bytes FROM store.page p
                WHERE p.fetched_at < :before AND p.body IS NOT NULL
                  AND NOT EXISTS (SELECT FROM store.work w WHERE w.stage = 'process' AND w.subject_id = p.id)""",
            now - timedelta(days=settings.keep_pages_d),
            "UPDATE {table} t SET body = NULL FROM gone WHERE t.{key} = gone.key",
        ),
        Rule(
            "polls",
            "store.poll",
            "id",
            "SELECT p.id AS key, pg_column_size(p.*) AS bytes FROM store.poll p WHERE p.polled_at < :before",
            logs,
        ),
        Rule(
            "looks",  # the last one, and the last that brought the whole page, say how the next is to be made
            "store.look",
            "id",
            """SELECT l.id AS key, pg_column_size(l.*) AS bytes FROM store.look l
                WHERE l.looked_at < :before
                  AND EXISTS (SELECT FROM store.look n
                               WHERE n.article_id = l.article_id AND n.looked_at > l.looked_at)
                  AND (l.status IS DISTINCT FROM 200
                       OR EXISTS (SELECT FROM store.look n WHERE n.article_id = l.article_id
                                     AND n.looked_at > l.looked_at AND n.status = 200))""",
            logs,
        ),
        Rule(
            "robots_notes",
            "store.robots",
            "origin",
            "SELECT r.origin AS key, pg_column_size(r.*) AS bytes FROM store.robots r WHERE r.asked_at < :before",
            now - _ROBOTS,
        ),
    )


def would_go(engine: Engine, rule: Rule) -> Gone:
    """Count what the rule lets go; nothing is changed."""
    with engine.connect() as conn:
        query = text(f"SELECT count(*), coalesce(sum(bytes), 0) FROM ({rule.gone}) gone")  # noqa: S608 - ours
        rows, size = conn.execute(query, {"before": rule.before}).one()
    return Gone(rule.what, rows, int(size))


def let_go(engine: Engine, rule: Rule) -> Iterator[Gone]:
    """Let it go batch by batch, each committed; yields what each batch was."""
    change = rule.change.format(table=rule.table, key=rule.key)
    statement = text(
        f"WITH gone AS MATERIALIZED ({rule.gone} LIMIT :batch), done AS ({change} RETURNING gone.bytes) "  # noqa: S608 - ours
        "SELECT count(*), coalesce(sum(bytes), 0) FROM done"
    )
    while True:
        with engine.begin() as conn:
            rows, size = conn.execute(statement, {"before": rule.before, "batch": BATCH}).one()
        if not rows:
            return
        yield Gone(rule.what, rows, int(size))


def rest_of_fingerprints(conn: Connection, before: datetime) -> Gone:
    """Fingerprints older than every week that is kept, which therefore lie in no week: let go."""
    statement = text("""
        WITH gone AS (
            DELETE FROM store.fingerprint_rest f WHERE published_at < :before
               AND NOT EXISTS (SELECT FROM store.work w WHERE w.stage = 'link' AND w.subject_id = f.version_id)
         RETURNING pg_column_size(f.*) AS bytes)
        SELECT count(*), coalesce(sum(bytes), 0) FROM gone
    """)
    rows, size = conn.execute(statement, {"before": before}).one()
    return Gone("fingerprints_without_week", rows, int(size))
