"""upkeep: once a day, what may go after its time goes, counted, and the weeks and months ahead are made.

Texts, meetings and alerts are never deleted. Every step is a transaction of its own and may be repeated or killed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from pipeline.errors import PartitionInUseError
from pipeline.records import Tally
from pipeline.stages.running.context import Context
from pipeline.store import phrase_pairs, retention
from pipeline.store.fingerprints import forget_stop_keys
from pipeline.store.pace import forget_idle_hosts
from pipeline.store.retention import Gone
from pipeline.store.server import partitions
from pipeline.store.server.partitions import FINGERPRINTS, PAGE_BODIES, POLLS, Series

STOP_KEYS_STAY = timedelta(days=14)

log = structlog.get_logger(__name__)


def upkeep(ctx: Context, now: datetime, *, dry_run: bool = False) -> Tally:
    """Run `clean_up`, then index the phrases of an archive that has grown.

    Counts rows by kind, and their bytes as `bytes`.
    """
    tally = Tally("upkeep")
    for gone in clean_up(ctx, now, dry_run=dry_run):
        tally.count(gone.what, gone.rows)
        tally.count("bytes", gone.bytes)
    if not dry_run and phrase_pairs.renew(ctx.engine, now):
        tally.count("phrase_indexes_built")
    return tally


def clean_up(ctx: Context, now: datetime, *, dry_run: bool = False) -> list[Gone]:
    """Delete data past its retention period and make partitions ahead. With `dry_run` nothing changes."""
    found = [_by_rule(ctx, rule, dry_run=dry_run) for rule in retention.rules(ctx.settings, now)]

    def small(what: str, step: Callable[[Connection], int]) -> None:
        with ctx.engine.connect() as conn:  # a dry run is never committed
            found.append(Gone(what, step(conn)))
            if not dry_run:
                conn.commit()

    small("idle_hosts", forget_idle_hosts)
    small("stop_keys", lambda conn: forget_stop_keys(conn, now - STOP_KEYS_STAY))
    for series, what, days in (
        (PAGE_BODIES, "raw_pages", ctx.settings.keep_pages_d),
        (POLLS, "polls", ctx.settings.keep_log_d),
        (FINGERPRINTS, "fingerprints", ctx.settings.keep_fingerprints_d),
    ):
        found += _by_partition(ctx, series, what, now, oldest=now - timedelta(days=days), dry_run=dry_run)
    return found


def _by_rule(ctx: Context, rule: retention.RetentionRule, *, dry_run: bool) -> Gone:
    if dry_run:
        return retention.would_go(ctx.engine, rule)
    rows = size = 0
    for gone in retention.let_go(ctx.engine, rule):
        rows, size = rows + gone.rows, size + gone.bytes
        if ctx.progress:
            ctx.progress("upkeep", gone.rows)
    return Gone(rule.what, rows, size)


def _by_partition(
    ctx: Context, series: Series, what: str, now: datetime, *, oldest: datetime, dry_run: bool
) -> list[Gone]:
    """Drop old partitions, give rows without a partition one or delete them, make partitions ahead."""
    with ctx.engine.connect() as conn:
        old = partitions.ended_before(conn, series, oldest)
    found = [_partition(ctx, series, what, name, dry_run=dry_run) for name in old]
    try:
        with ctx.engine.connect() as conn:
            made = partitions.ensure_current(conn, series, now)
            for moment in partitions.moments_in_rest(conn, series, series.start(oldest), now):
                made += partitions.ensure(conn, series, moment, moment)
            gone = Gone(what, *partitions.clear_rest(conn, series, series.start(oldest)))
            left = partitions.count_rest(conn, series)
            if not dry_run:
                conn.commit()
        if not (left or dry_run):
            with ctx.engine.begin() as conn:
                partitions.give_back_rest(conn, series)
    except PartitionInUseError as error:
        log.warning("partitions have to wait until the next run", reason=str(error))
        return [*found, Gone("partitions_in_use", 1)]
    if left:
        log.warning(
            "rows are in no partition: dated far ahead, or with pending work", table=series.table, count=left
        )
    return [*found, gone, Gone("partitions_made", len(made)), Gone("rows_in_no_partition", left)]


def _partition(ctx: Context, series: Series, what: str, name: str, *, dry_run: bool) -> Gone:
    """Drop a partition, unless it has pending work or another session reads it for long."""
    try:
        with ctx.engine.connect() as conn:
            rows, size = partitions.size_of(conn, name)
            if dry_run:
                goes = not partitions.is_awaited(conn, series, name)
            else:
                goes = partitions.drop(conn, series, name)
                conn.commit()
    except PartitionInUseError as error:
        log.warning("a partition stays until the next run", reason=str(error))
        return Gone("partitions_in_use", 1)
    return Gone(what, rows, size) if goes else Gone("partitions_awaited", 1)
