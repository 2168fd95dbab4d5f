"""Reports problems of wirewatch itself to the operator, and that they are over."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, text

from pipeline.alerts.holding import next_local
from pipeline.alerts.receivers import FileChannel
from pipeline.alerts.watches import Heartbeat, duration
from pipeline.records import Tally
from pipeline.stages.running import last_good
from pipeline.stages.running.context import Context
from pipeline.store import endpoints, file_channels, operator_notices, repeated_deliveries
from pipeline.store.alert_settings import accept, last_accepted
from pipeline.store.outcomes import record_outcome

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
BEAT_EVERY = timedelta(minutes=5)
_LOCK = 0x77_77_6F_70  # one process looks at a time
_BEAT_S = 10

_FACTS = text("""
    SELECT (SELECT count(*) FROM store.feed WHERE enabled) AS feeds,
           (SELECT first_seen_at FROM store.article ORDER BY id DESC LIMIT 1) AS last_article,
           (SELECT max(last_polled_at) FROM store.feed WHERE enabled) AS last_poll,
           (SELECT min(created_at) FROM store.feed WHERE enabled) AS first_feed,
           (SELECT count(*) FROM store.alert
             WHERE created_at > CAST(:now AS timestamptz) - interval '1 day') AS alerts,
           (SELECT count(*) FROM store.alert_delivery WHERE state = 'dead' AND alert_id IS NOT NULL
               AND last_tried_at > CAST(:now AS timestamptz) - interval '1 day') AS dead
""")
# Silent against their own rhythm, as feed_health has it, at the time that is passed in.
_SILENT = text("""
    SELECT key, outlet, last_new_item_at FROM store.feed
     WHERE enabled AND last_new_item_at IS NOT NULL
       AND coalesce(quiet_at, last_new_item_at + greatest(interval '1 day',
                                                          interval '5 days' / expected_items_per_day))
           < CAST(:now AS timestamptz)
     ORDER BY key
""")
_OPEN = text("""
    SELECT cause, subject, detail FROM store.operator_notice
     WHERE cleared_at IS NULL AND cause <> 'heartbeat' ORDER BY first_at
""")
_LOOKED = text("""
    INSERT INTO store.alert_channel AS c (name, next_send_at) VALUES (:name, :next)
    ON CONFLICT (name) DO UPDATE SET next_send_at = excluded.next_send_at
     WHERE c.next_send_at IS NULL OR c.next_send_at <= :now OR c.next_send_at > :next
 RETURNING name
""")


def watch_over(ctx: Context, now: datetime, tally: Tally) -> None:
    """Once a minute, by one process: raise what is wrong, clear what is over, give the signs of life."""
    beat = False
    with ctx.engine.begin() as conn:
        if not conn.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
            return
        if not _is_due(conn, "operator:look", EVERY, now):
            return
        _settle(ctx, conn, now, tally)
        _look(ctx, conn, now, tally)
        heartbeat = ctx.alerts.operator.heartbeat
        if heartbeat:
            _daily(ctx, conn, heartbeat, now, tally)
            beat = heartbeat.url_env is not None and _is_due(conn, "operator:beat", BEAT_EVERY, now)
            beat = beat and not _stalled(ctx, _facts(conn, now), now)
    if beat and heartbeat and heartbeat.url_env:
        asyncio.run(_beat(os.environ.get(heartbeat.url_env, ""), tally))


def _settle(ctx: Context, conn: Connection, now: datetime, tally: Tally) -> None:
    """Keep a good alerts.yml, so that a restart with a bad one still has it; say where one was refused."""
    current = ctx.current_alerts
    for subject, refused in ((last_good.SUBJECT, ctx.configuration.refused), ("alerts.yml", current.refused)):
        if refused:
            _refuse(ctx, conn, subject, "\n".join(refused), now, tally)
    if current.refused:
        return
    operator_notices.clear_one(conn, "configuration_refused", "alerts.yml", now=now)
    if current.text is not None and accept(conn, current.text, now=now):
        endpoints.try_all_again(conn, now=now)
        file_channels.free_all(conn)
        tally.count("configuration_accepted")


def _refuse(ctx: Context, conn: Connection, subject: str, detail: str, now: datetime, tally: Tally) -> None:
    channels = ctx.alerts.operator_channels()
    if operator_notices.raise_notice(conn, "configuration_refused", subject, detail, channels=channels, now=now):
        tally.count("configuration_refused")
        record_outcome(conn, "notify", "configuration_refused", now=now, subject=subject, detail=detail)


def _look(ctx: Context, conn: Connection, now: datetime, tally: Tally) -> None:
    channels = ctx.alerts.operator_channels()
    facts = _facts(conn, now)
    if stalled := _stalled(ctx, facts, now):
        if operator_notices.raise_notice(conn, "ingest_stalled", "ingest", stalled, channels=channels, now=now):
            tally.count("ingest_stalled")
    else:
        operator_notices.clear(conn, "ingest_stalled", now=now)
    silent = conn.execute(_SILENT, {"now": now}).all()
    for feed in silent:
        since = feed.last_new_item_at.astimezone(UTC).isoformat(timespec="minutes")
        detail = f"{feed.outlet}: nothing new since {since}"
        if operator_notices.raise_notice(conn, "feed_silent", feed.key, detail, channels=channels, now=now):
            tally.count("feed_silent")
    operator_notices.clear(conn, "feed_silent", but=[feed.key for feed in silent], now=now)
    away = [owner for owner in file_channels.machines_away(conn, now=now) if _is_file(ctx, owner.channel)]
    for owner in away:
        detail = f"{owner.trouble}; where it is gone for good: wirewatch alerts move {owner.channel}"
        if operator_notices.raise_notice(conn, "channel_away", owner.channel, detail, channels=channels, now=now):
            tally.count("channel_away")
    operator_notices.clear(conn, "channel_away", but=[owner.channel for owner in away], now=now)
    for notice_id, _, subject in operator_notices.unanswered(conn, now=now):
        told = [(channel, "operator") for channel in channels if channel != subject.partition("/")[0]]
        repeated_deliveries.remind(conn, notice_id, told, now=now)


def _is_file(ctx: Context, channel: str) -> bool:
    return isinstance(ctx.alerts.channel(channel), FileChannel)


def _facts(conn: Connection, now: datetime) -> Any:
    return conn.execute(_FACTS, {"now": now}).one()


def _stalled(ctx: Context, facts: Any, now: datetime) -> str:
    """Why ingest has stalled, in words; "" where it has not, or where there is nothing to be read yet."""
    limit = duration(ctx.alerts.operator.stalled_after)
    if not facts.feeds or facts.first_feed is None or now - facts.first_feed < limit:
        return ""
    last = max(filter(None, (facts.last_article, facts.first_feed)))
    if facts.last_poll is None or now - facts.last_poll > limit:
        since = facts.last_poll.isoformat(timespec="minutes") if facts.last_poll else "the beginning"
        return f"no feed was asked since {since}"
    return f"no new article since {last.isoformat(timespec='minutes')}" if now - last > limit else ""


def _daily(ctx: Context, conn: Connection, heartbeat: Heartbeat, now: datetime, tally: Tally) -> None:
    """The daily message, once for each local day: the first look at or after its time."""
    last = operator_notices.last_of(conn, "heartbeat")
    if last is not None and next_local(heartbeat.daily, heartbeat.zone, last) > now:
        return
    facts = _facts(conn, now)
    accepted = last_accepted(conn)
    troubles = [f"{row.cause.replace('_', ' ')}: {row.subject}: {row.detail}" for row in conn.execute(_OPEN)]
    said = {
        "feeds": facts.feeds,
        "silent": [row.outlet for row in conn.execute(_SILENT, {"now": now})],
        "last_article": facts.last_article.isoformat() if facts.last_article else None,
        "alerts": facts.alerts,
        "dead": facts.dead,
        "configuration": accepted[1].isoformat() if accepted else None,
        "troubles": troubles,
        "unwell": bool(troubles),
    }
    channels = heartbeat.channels or list(ctx.alerts.operator_channels())
    operator_notices.clear(conn, "heartbeat", now=now)
    operator_notices.raise_notice(
        conn, "heartbeat", now.date().isoformat(), "", channels=channels, now=now, facts=said
    )
    tally.count("heartbeat")


def _is_due(conn: Connection, name: str, every: timedelta, now: datetime) -> bool:
    values = {"name": name, "now": now, "next": now + every}
    return conn.scalars(_LOOKED, values).first() is not None


async def _beat(address: str, tally: Tally) -> None:
    """Ask the outside watcher's address. That it cannot be reached is counted; its own silence is the alarm."""
    import aiohttp  # here: few rounds send a beat

    from pipeline.alerts.senders.webhook import USER_AGENT

    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_BEAT_S), headers={"User-Agent": USER_AGENT}
            ) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            tally.count("beat" if answer.status < 300 else "beat_refused")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        tally.count("beat_failed")
        log.warning("the outside watcher was not reached", error=type(error).__name__)
