"""notify: the outbox to its receivers, at least once; what cannot be delivered is set aside where people see it.

Every channel has a thread of its own, so one that hangs delays no other; within a channel messages go
one after another, oldest first, and a receiver that fails is left alone for the rest of the run.
"""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from pipeline.alerts import channels
from pipeline.records import Tally
from pipeline.stages.notify.watchman import watch_over
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import deliveries, file_channels, work
from pipeline.store.work import LeasedRow

AT_ONCE = 8  # channels
BUDGET_S = 20.0  # seconds one channel may keep a run; what is left waits a little
_REST = timedelta(seconds=5)
_MOST = 200  # rows claimed at once

send = channels.send


def notify(ctx: Context, now: datetime) -> Tally:
    """Deliver every message that is due; counts deliveries by channel and result."""
    tally = Tally("notify")
    if mark := ctx.machine:
        with ctx.engine.begin() as conn:
            file_channels.show_presence(conn, mark, now=now)
    watch_over(ctx, now, tally)

    def handle(claims: list[LeasedRow]) -> None:
        queues = _by_channel(ctx, claims)
        with ThreadPoolExecutor(min(AT_ONCE, max(1, len(queues))), thread_name_prefix="notify") as pool:
            for result in [pool.submit(_work_off, ctx, queue, now) for queue in queues]:
                for reason, count in result.result().counts.items():
                    tally.count(reason, count)

    drain(ctx, "notify", now, tally, handle, most=_MOST)
    return tally


def _by_channel(ctx: Context, claims: list[LeasedRow]) -> list[list[LeasedRow]]:
    """The claims of each channel, oldest first."""
    with ctx.engine.connect() as conn:
        known = deliveries.load(conn, [claimed.subject_id for claimed in claims])
    queues: dict[str, list[LeasedRow]] = defaultdict(list)
    for claimed in claims:
        queues[known[claimed.subject_id].channel].append(claimed)
    return list(queues.values())


def _work_off(ctx: Context, queue: list[LeasedRow], now: datetime) -> Tally:
    from pipeline.stages.notify.courier import Courier  # here: with nothing due, no message is written

    tally = Tally("notify")
    courier = Courier(ctx, now, tally, lambda *a, **k: send(*a, **k))
    deadline = time.monotonic() + BUDGET_S
    for claimed in queue:
        if time.monotonic() < deadline and not ctx.stopping.is_set():
            courier.deliver(claimed)
            continue
        with saving(ctx, claimed, now, tally) as conn:
            work.wait(conn, claimed, due_at=now + _REST)
            tally.count("out_of_time")
    return tally
