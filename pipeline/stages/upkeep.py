"""upkeep: once a day, what may go after its time goes, counted, and the weeks ahead are made.

Texts, meetings and alerts are never deleted. Every step is a transaction of its own and may be repeated or killed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from pipeline.records import Tally
from pipeline.stages.context import Context
from pipeline.store import retention, weeks
from pipeline.store.fingerprints import forget_stop_keys
from pipeline.store.pace import forget_idle_hosts
from pipeline.store.retention import Gone

STOP_KEYS_STAY = timedelta(days=14)
LOCK_TIMEOUT = "5s"  # dropping a week stops all who link: better tomorrow than a queue of them today
_LOCK_NOT_AVAILABLE = "55P03"

log = structlog.get_logger(__name__)


def upkeep(ctx: Context, now: datetime, *, dry_run: bool = False) -> Tally:
    """Do what `look_after` does; counts rows by what they were, and their bytes as `bytes`."""
    tally = Tally("upkeep")
    for gone in look_after(ctx, now, dry_run=dry_run):
        tally.count(gone.what, gone.rows)
        tally.count("bytes", gone.bytes)
    return tally


def look_after(ctx: Context, now: datetime, *, dry_run: bool = False) -> list[Gone]:
    """Let go of what had its time and make the weeks ahead. With `dry_run` nothing changes."""
    found = [_by_rule(ctx, rule, dry_run=dry_run) for rule in retention.rules(ctx.settings, now)]

    def small(what: str, step: Callable[[Connection], int]) -> None:
        with ctx.engine.connect() as conn:  # a dry run is never committed
            found.append(Gone(what, step(conn)))
            if not dry_run:
                conn.commit()

    small("idle_hosts", forget_idle_hosts)
    small("stop_keys", lambda conn: forget_stop_keys(conn, now - STOP_KEYS_STAY))
    return found + _weeks(ctx, now, dry_run=dry_run)


def _by_rule(ctx: Context, rule: retention.Rule, *, dry_run: bool) -> Gone:
    if dry_run:
        return retention.would_go(ctx.engine, rule)
    rows = size = 0
    for gone in retention.let_go(ctx.engine, rule):
        rows, size = rows + gone.rows, size + gone.bytes
        if ctx.progress:
            ctx.progress("upkeep", gone.rows)
    return Gone(rule.what, rows, size)


def _weeks(ctx: Context, now: datetime, *, dry_run: bool) -> list[Gone]:
    """Fingerprints: old weeks go, what lies in no week gets one or goes, the weeks ahead are made."""
    oldest = now - timedelta(days=ctx.settings.keep_fingerprints_d)
    with ctx.engine.connect() as conn:
        old = weeks.weeks_before(conn, oldest)
    found = [_week(ctx, name, dry_run=dry_run) for name in old]
    with ctx.engine.connect() as conn:
        made = weeks.ensure_current_weeks(conn, now)
        for moment in weeks.weeks_in_rest(conn, oldest, now):
            made += weeks.ensure_weeks(conn, moment, moment)
        gone = retention.rest_of_fingerprints(conn, oldest)
        left = weeks.count_rest(conn)
        if not dry_run:
            conn.commit()
    if left:
        log.warning("fingerprints lie in no week: texts dated far ahead, or still to be linked", count=left)
    return [*found, gone, Gone("weeks_made", len(made)), Gone("left_in_no_week", left)]


def _week(ctx: Context, name: str, *, dry_run: bool) -> Gone:
    """Drop one week, unless something waits for it or somebody is reading it for long."""
    try:
        with ctx.engine.connect() as conn:
            conn.execute(text("SELECT set_config('lock_timeout', :limit, true)"), {"limit": LOCK_TIMEOUT})
            if weeks.week_is_awaited(conn, name):
                return Gone("weeks_awaited", 1)
            rows, size = weeks.week_size(conn, name)
            if not dry_run:
                weeks.forget_week(conn, name)
                conn.commit()
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE:
            raise
        log.warning("a week of fingerprints is in use and stays until the next run", week=name)
        return Gone("weeks_in_use", 1)
    return Gone("fingerprints_of_old_weeks", rows, size)
