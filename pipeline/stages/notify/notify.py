"""notify: the outbox to its channels, at least once; what cannot be delivered is set aside where people see it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.alerts.channels import send
from pipeline.errors import DeliveryError
from pipeline.records import Tally
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import work
from pipeline.store.alerts import Delivery, hold, load_deliveries, record_delivery
from pipeline.store.outcomes import record_outcome
from pipeline.store.work import LeasedRow

RETRY = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
MAX_TRIES = 10  # about half a day
_SLOW_S = 30  # what one slow channel may take: they are tried one after another, all within their lease


def notify(ctx: Context, now: datetime) -> Tally:
    """Deliver every alert that is due; counts deliveries by channel and result."""
    tally = Tally("notify")

    def handle(claims: list[LeasedRow]) -> None:
        with ctx.engine.connect() as conn:
            deliveries = load_deliveries(conn, [c.subject_id for c in claims])
        for claimed in claims:
            delivery = deliveries[claimed.subject_id]
            with saving(ctx, claimed, now, tally) as conn:
                _hold(ctx, claimed)
                error = _try(ctx, delivery)  # no transaction is open yet: the first statement begins it
                state = _record(conn, claimed, delivery, error, now)
                tally.count(f"{delivery.channel}_{state}")

    drain(ctx, "notify", now, tally, handle, most=max(1, ctx.settings.lease_s // _SLOW_S))
    return tally


def _hold(ctx: Context, claimed: LeasedRow) -> None:
    """Renew leases: send nothing that another notifier now holds, and let no other take what is being sent."""
    with ctx.engine.begin() as conn:
        hold(conn, claimed, lease_s=ctx.settings.lease_s)


def _try(ctx: Context, delivery: Delivery) -> DeliveryError | None:
    channel = next((c for c in ctx.configuration.alerts.channels if c.name == delivery.channel), None)
    if channel is None:
        return DeliveryError(f"the channel {delivery.channel} is no longer in alerts.yml", retry=True)
    try:
        send(channel, delivery.key, delivery.payload, data_dir=ctx.settings.data_dir)
    except DeliveryError as error:
        return error
    return None


def _record(
    conn: Connection, claimed: LeasedRow, delivery: Delivery, error: DeliveryError | None, now: datetime
) -> str:
    if error is None:
        state = "delivered"
        work.finish(conn, claimed)
    elif error.retry and claimed.failures + 1 < MAX_TRIES:
        state = "pending"
        work.postpone(conn, claimed, due_at=now + RETRY[min(claimed.failures, len(RETRY) - 1)], failed=True)
    else:
        state = "dead"
        work.finish(conn, claimed)
        subject = f"{delivery.channel} {delivery.key}"
        record_outcome(conn, "notify", "delivery_dead", now=now, subject=subject, detail=str(error))
    record_delivery(conn, delivery.id, state, now=now, error=str(error) if error else None)
    return state
