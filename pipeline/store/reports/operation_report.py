"""The state of the pipeline by the database: the source of `status`, `doctor` and `/metrics`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from pipeline.store.file_channels import ChannelMachine, channel_machines

NEEDS_A_PERSON = frozenset({"gone", "failing", "empty", "silent", "moved"})

_NOW = text("SELECT clock_timestamp()")
_BACKLOG = text("""
    SELECT stage, count(*) FILTER (WHERE due_at <= :now) AS due,
           count(*) FILTER (WHERE leased_until > :now) AS in_work,
           count(*) FILTER (WHERE failures > 0) AS failing, count(*) AS waiting,
           min(due_at) FILTER (WHERE due_at <= :now AND coalesce(leased_until, :now) <= :now) AS oldest
      FROM store.work GROUP BY stage ORDER BY stage
""")
_FEEDS = text("SELECT health, count(*) FROM wirewatch.feed_health GROUP BY health ORDER BY health")
_FEED_ERRORS = text("""
    SELECT split_part(last_error, ':', 1) AS reason, count(*) FROM wirewatch.feed_health
     WHERE health = 'failing' GROUP BY reason ORDER BY count(*) DESC, reason
""")
_DELIVERIES = text("SELECT state, count(*) FROM store.alert_delivery GROUP BY state ORDER BY state")
_DEAD = text("""
    SELECT channel, count(*) AS deliveries, max(last_error) AS example FROM store.alert_delivery
     WHERE state = 'dead' GROUP BY channel ORDER BY channel
""")
_OUTCOMES = text(
    "SELECT stage, reason, sum(times)::bigint FROM store.outcome GROUP BY stage, reason ORDER BY 1, 2"
)
_TROUBLES = text("""
    SELECT cause, count(*) FROM store.operator_notice
     WHERE cleared_at IS NULL AND cause <> 'heartbeat' GROUP BY cause ORDER BY cause
""")
# Of the last day: how long from publication to the alert, and from the alert to the receiver.
_LATENCIES = text("""
    WITH took AS (
        SELECT 'published' AS since, created_at - CAST(payload ->> 'published_at' AS timestamptz) AS time
          FROM store.alert WHERE created_at > CAST(:now AS timestamptz) - interval '1 day'
         UNION ALL
        SELECT 'alerted', delivered_at - created_at
          FROM store.alert_delivery
         WHERE delivered_at > CAST(:now AS timestamptz) - interval '1 day' AND created_at IS NOT NULL)
    SELECT since, percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM time))
      FROM took GROUP BY since
""")
_ACCEPTED = text("SELECT max(accepted_at) FROM store.alert_configuration")
_SINGLE = text("""
    SELECT (SELECT max(polled_at) FROM store.poll) AS last_poll_at,
           (SELECT max(last_polled_at) FROM store.feed) AS newest_poll_of_a_feed,
           (SELECT max(first_seen_at) FROM store.article_version) AS last_text_at,
           (SELECT max(created_at) FROM store.alert) AS last_alert_at,
           (SELECT count(*) FROM store.article) AS articles,
           (SELECT count(*) FROM store.article_version) AS texts,
           (SELECT count(*) FROM store.meeting) AS meetings,
           (SELECT count(*) FROM store.alert) AS alerts,
           pg_database_size(current_database()) AS database_bytes
""")


@dataclass(frozen=True, slots=True)
class Backlog:
    """The list of one stage: rows due, being worked on, failing and in all; when the oldest idle one was due."""

    stage: str
    due: int
    in_work: int
    failing: int
    waiting: int
    oldest: datetime | None

    def age(self, now: datetime) -> timedelta:
        """How long the oldest row has been due without anybody working on it."""
        return max(timedelta(0), now - self.oldest) if self.oldest else timedelta(0)


@dataclass(frozen=True, slots=True)
class DeadDeliveries:
    """Deliveries of a channel that were given up, and the error of one of them."""

    channel: str
    deliveries: int
    example: str | None


@dataclass(frozen=True, slots=True)
class OperationReport:
    """Counts and moments of the whole pipeline at `now`, which is the database server's clock."""

    now: datetime
    backlog: tuple[Backlog, ...]
    feeds: Mapping[str, int]  # health -> feeds
    feed_errors: Mapping[str, int]  # reason of the last error -> failing feeds, the most frequent first
    deliveries: Mapping[str, int]  # state -> deliveries
    dead: tuple[DeadDeliveries, ...]
    outcomes: Mapping[tuple[str, str], int]  # (stage, reason) -> times
    last_poll_at: datetime | None
    newest_poll_of_a_feed: datetime | None  # in the future where a clock was wrong
    last_text_at: datetime | None
    last_alert_at: datetime | None
    articles: int
    texts: int
    meetings: int
    alerts: int
    database_bytes: int
    troubles: Mapping[str, int]  # cause -> open notices to the operator
    latencies: Mapping[str, tuple[float, float]]  # published, alerted -> p50, p95 of the last day, seconds
    configuration_at: datetime | None  # when alerts.yml was last accepted
    file_channels: tuple[ChannelMachine, ...]  # and the machine whose disk has the file

    @property
    def feeds_in_need(self) -> int:
        """Feeds that fail, are gone, empty, silent or have moved."""
        return sum(count for health, count in self.feeds.items() if health in NEEDS_A_PERSON)


def operation_report(conn: Connection) -> OperationReport:
    """Ask the database how everything is doing."""
    now = conn.execute(_NOW).scalar_one()
    single: dict[str, Any] = dict(conn.execute(_SINGLE).mappings().one())
    return OperationReport(
        now=now,
        backlog=tuple(Backlog(**row) for row in conn.execute(_BACKLOG, {"now": now}).mappings()),
        feeds={health: count for health, count in conn.execute(_FEEDS)},
        feed_errors={reason: count for reason, count in conn.execute(_FEED_ERRORS)},
        deliveries={state: count for state, count in conn.execute(_DELIVERIES)},
        dead=tuple(DeadDeliveries(**row) for row in conn.execute(_DEAD).mappings()),
        troubles={cause: count for cause, count in conn.execute(_TROUBLES)},
        latencies={since: (p50, p95) for since, (p50, p95) in conn.execute(_LATENCIES, {"now": now})},
        configuration_at=conn.scalar(_ACCEPTED),
        file_channels=tuple(channel_machines(conn)),
        outcomes={(stage, reason): times for stage, reason, times in conn.execute(_OUTCOMES)},
        **single,
    )
