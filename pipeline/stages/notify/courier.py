"""One delivery from its claim to its record: may it go now, what does it say, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from pipeline.alerts import channels, holding
from pipeline.alerts import delivery as classes
from pipeline.alerts.dates import in_words
from pipeline.alerts.receivers import Channel, FileChannel
from pipeline.alerts.senders.outgoing import Outgoing
from pipeline.errors import DeliveryError
from pipeline.records import Notice, Tally
from pipeline.stages.notify.aftermath import Aftermath
from pipeline.stages.notify.compose import Composer, severity
from pipeline.stages.running.context import Context, saving
from pipeline.stages.running.machine import make_mark, name_of
from pipeline.store import deliveries, endpoints, file_channels, operator_notices, unsubscriptions, work
from pipeline.store.deliveries import Delivery, Result
from pipeline.store.notices import load_notices
from pipeline.store.outcomes import record_outcome
from pipeline.store.work import LeasedRow

log = structlog.get_logger(__name__)

Send = Callable[..., str | None]
_OVERTAKEN = "told of in a later message"
_MACHINES = frozenset({"webhook", "file"})  # get every change, each in order: nothing is merged for them


@dataclass(frozen=True)
class Ready:
    """A delivery that goes out now."""

    delivery: Delivery
    channel: Channel
    outgoing: Outgoing


class Courier:
    """Delivers claimed rows, each in two transactions with the sending between them."""

    def __init__(self, ctx: Context, now: datetime, tally: Tally, send: Send = channels.send) -> None:
        self._ctx, self._now, self._tally, self._send = ctx, now, tally, send
        self._rules = ctx.alerts
        self._after = Aftermath(ctx.alerts, now, tally)
        self._composer = Composer(ctx.configuration, ctx.settings.site_url)

    def deliver(self, claimed: LeasedRow) -> None:
        """Try one delivery, unless it has to wait; what cannot be foreseen costs only this one."""
        ready: Ready | None = None
        with saving(self._ctx, claimed, self._now, self._tally) as conn:
            ready = self._prepare(conn, claimed)
        if ready is None:
            return
        failure, receipt = self._try(ready)
        with saving(self._ctx, claimed, self._now, self._tally) as conn:
            state = self._after.record(conn, claimed, ready.delivery, failure, receipt)
            self._tally.count(f"{ready.channel.name}_{state}")

    # Before -----------------------------------------------------------------------------------------------

    def _prepare(self, conn: Connection, claimed: LeasedRow) -> Ready | None:
        """What to send, after saying in the database that it is being sent; None where it waits or is no more."""
        delivery = deliveries.load(conn, [claimed.subject_id])[claimed.subject_id]
        if delivery.state == "pending" and delivery.bundle_id not in (None, delivery.id):
            return None  # told of in another message, whose delivery took this row off the list
        deliveries.hold(conn, claimed, lease_s=self._ctx.settings.lease_s)
        if delivery.state == "sending":  # the process that sent it died before it could say so
            delivery = self._crashed(conn, delivery)
        channel = self._rules.channel(delivery.channel)
        if channel is None:
            self._after.misconfigured(
                conn, claimed, delivery, f"the channel {delivery.channel} is no longer in alerts.yml"
            )
            return None
        if isinstance(channel, FileChannel) and not self._is_kept_here(conn, claimed, delivery):
            return None
        if not self._is_addressed(conn, claimed, delivery, channel):
            return None
        delivery = deliveries.load(conn, [delivery.id])[delivery.id]
        return self._message(conn, claimed, delivery, channel)

    def _crashed(self, conn: Connection, delivery: Delivery) -> Delivery:
        unsure = Result("pending", "we stopped while it was being sent", "unsure", maybe_sent=True)
        deliveries.record(conn, delivery.id, unsure, now=self._now)
        self._tally.count("found_half_sent")
        return replace(delivery, state="pending", maybe_sent=True)

    def _is_kept_here(self, conn: Connection, claimed: LeasedRow, delivery: Delivery) -> bool:
        """Whether the file of a channel lies on this machine; if not, the delivery is left to the one it lies on.

        The first machine to deliver takes the channel: two would each write a file with a part of the alerts.
        """
        folder = self._ctx.settings.data_dir
        try:
            mark = make_mark(folder)
        except OSError as error:
            failure = DeliveryError(f"{folder}: {error.strerror}", kind="down")
            self._tally.count(f"{delivery.channel}_{self._after.record(conn, claimed, delivery, failure, None)}")
            return False
        if file_channels.belongs_here(conn, delivery.channel, mark, name_of(folder), now=self._now):
            return True
        owner = file_channels.owner_of(conn, delivery.channel)
        assert owner is not None, "or it would have been taken"
        work.bind(conn, claimed, owner.machine)
        reason, subject = "left_to_another_machine", f"{delivery.endpoint} {delivery.key}"
        record_outcome(conn, "notify", reason, now=self._now, subject=subject, detail=owner.machine_name)
        self._tally.count(reason)
        return False

    def _is_addressed(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, channel: Channel) -> bool:
        """Whether it is known who gets it; a channel with several receivers becomes several deliveries."""
        if delivery.receiver:
            return True
        try:
            receivers = channels.receivers(channel)
        except DeliveryError as error:
            self._after.misconfigured(conn, claimed, delivery, str(error))
            return False
        if receivers != [""]:
            deliveries.split(conn, delivery, receivers, now=self._now)
        return True

    def _message(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, channel: Channel) -> Ready | None:
        if delivery.notice_id is not None:
            notice = operator_notices.load(conn, delivery.notice_id)
            outgoing = self._composer.operator(channel, delivery, notice, self._now)
        else:
            alerted = self._alert(conn, claimed, delivery, channel)
            if alerted is None:
                return None
            delivery, outgoing = alerted
            outgoing = replace(outgoing, unsubscribe=self._way_out(conn, delivery, channel))
        if self._has_to_wait(conn, claimed, delivery, channel):
            return None
        deliveries.mark_sending(conn, delivery.id, now=self._now)
        return Ready(delivery, channel, outgoing)

    def _alert(
        self, conn: Connection, claimed: LeasedRow, delivery: Delivery, channel: Channel
    ) -> tuple[Delivery, Outgoing] | None:
        assert delivery.alert_id is not None
        if delivery.resend == 0 and unsubscriptions.has_left(
            conn, delivery.channel, delivery.receiver, delivery.watch
        ):
            self._after.end(conn, claimed, delivery, "dropped", "unsubscribed")
            return None
        notices = load_notices(conn, [delivery.alert_id, *delivery.bundled], now=self._now)
        notice = notices[delivery.alert_id]
        if delivery.resend == 0 and delivery.attempts == 0 and self._is_held(conn, claimed, delivery, notice):
            return None
        if delivery.state == "held":
            deliveries.gather(conn, delivery, claimed, now=self._now)
            delivery = deliveries.load(conn, [delivery.id])[delivery.id]
            notices = load_notices(conn, [notice.alert_id, *delivery.bundled], now=self._now)
        watch = self._rules.watch(delivery.watch)
        sending = self._composer.sending(delivery, notice, watch, self._now)
        if delivery.bundled:
            several = [notices[i] for i in sorted(notices)]
            return delivery, self._composer.digest(channel, delivery, several, sending, self._now)
        before = deliveries.received(conn, delivery)
        if delivery.resend == 0:
            corrected = self._without_what_never_arrived(conn, claimed, delivery, notice, before)
            if corrected is None:
                return None
            if self._waits_for_older(conn, claimed, delivery, channel):
                return None
            before = deliveries.received(conn, delivery)
            notice, sending = corrected, replace(sending, also=self._also(conn, channel, before))
        had = [row.key for row in before if row.state == "delivered" and row.id != delivery.id]
        return delivery, self._composer.alert(channel, delivery, notice, sending, had)

    def _way_out(self, conn: Connection, delivery: Delivery, channel: Channel) -> str:
        """The address at which this receiver ends these mails: only where the site has one that mailers take."""
        site = self._ctx.settings.site_url.rstrip("/")
        if channel.kind != "email" or not site.startswith("https://"):
            return ""
        token = unsubscriptions.token_for(conn, delivery.channel, delivery.receiver, delivery.watch, now=self._now)
        return f"{site}/unsubscribe/{token}"

    def _is_held(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, notice: Notice) -> bool:
        """Whether the watch wants it later; then it is given back until that time."""
        watch = self._rules.watch(delivery.watch)
        if watch is None:
            return False
        if delivery.held_for in ("digest", "quiet", "muted", "group", "rate") and delivery.state == "held":
            return False  # its time has come
        lately = holding.Lately(**deliveries.lately(conn, delivery, now=self._now))
        held = holding.held(notice, watch, severity(notice, watch), lately, self._now)
        if held is None and notice.independent < watch.min_witnesses:
            self._after.end(conn, claimed, delivery, "dropped", "too_few_witnesses")
            return True
        if held is None:
            if delivery.state == "held":  # it waited for witnesses, and they came
                deliveries.set_state(conn, delivery.id, "pending")
            return False
        deliveries.set_state(conn, delivery.id, "held", held_for=held.why)
        work.wait(conn, claimed, due_at=held.until)
        if delivery.state != "held":
            self._tally.count(f"held_{held.why}")
        return True

    def _without_what_never_arrived(
        self, conn: Connection, claimed: LeasedRow, delivery: Delivery, notice: Notice, before: Sequence[Any]
    ) -> Notice | None:
        """A correction of an alert that never arrived is sent as a first alert, a retraction of one not at all."""
        if not notice.amends:
            return notice
        rows = [row for row in before if row.key == notice.amends]
        if any(row.state == "sending" for row in rows):
            work.wait(conn, claimed, due_at=self._now + classes.LADDER[2])
            return None
        if any(row.state == "delivered" or row.maybe_sent for row in rows):
            return notice
        for row in rows:
            if row.state in ("pending", "held"):
                deliveries.set_state(conn, row.id, "superseded", why="corrected before it was sent")
                work.drop(conn, "notify", row.id)
        if notice.kind == "retracted":
            self._after.end(conn, claimed, delivery, "superseded", "retraction_of_unsent")
            return None
        return replace(notice, amends=None)

    def _waits_for_older(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, channel: Channel) -> bool:
        """Older news of the meeting is still on its way: a machine gets it first, a person with this message."""
        older = deliveries.older_unsent(conn, delivery)
        if not older:
            return False
        if channel.kind in _MACHINES or any(row.state == "sending" for row in older):
            due = max([self._now + classes.LADDER[1], *(row.due_at for row in older if row.due_at)])
            work.wait(conn, claimed, due_at=due)
            return True
        for row in older:
            deliveries.set_state(conn, row.id, "superseded", why=_OVERTAKEN)
            work.drop(conn, "notify", row.id)
        return False

    def _also(self, conn: Connection, channel: Channel, before: Sequence[Any]) -> tuple[str, ...]:
        """The changes since this receiver's last message that were overtaken: this one tells of them too."""
        last = max((row.alert_id for row in before if row.state == "delivered"), default=0)
        overtaken = [row.alert_id for row in before if row.last_error == _OVERTAKEN and row.alert_id > last]
        words = self._composer.style(channel).words
        known = load_notices(conn, overtaken, now=self._now) if overtaken else {}
        return tuple(
            f"{words.kinds.get(n.kind, n.kind)} {in_words(n.new_date or n.old_date, words)}"  # type: ignore[call-overload]
            for n in (known[alert_id] for alert_id in overtaken)
        )

    def _has_to_wait(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, channel: Channel) -> bool:
        """Whether the endpoint is paused, broken or at its pace: nothing is tried, nothing counts as failed."""
        endpoint = endpoints.get(conn, delivery.endpoint)
        if endpoint.state == "off":
            self._after.die(conn, claimed, delivery, Result("dead", "the receiver is gone (410)", "gone"))
            return True
        until = endpoint.until if endpoint.waits(self._now) else None
        if until is None:
            until = endpoints.may_send(conn, delivery.endpoint, per_minute=channel.per_minute, now=self._now)
        if until is None:
            return False
        if endpoint.state == "broken" and self._after.is_out_of_patience(delivery):
            self._after.die(
                conn, claimed, delivery, Result("dead", "misconfigured for three days", "misconfigured")
            )
            return True
        work.wait(conn, claimed, due_at=until)
        self._tally.count("waiting")
        return True

    # The try ------------------------------------------------------------------------------------

    def _try(self, ready: Ready) -> tuple[DeliveryError | None, str | None]:
        try:
            receipt = self._send(
                ready.channel, ready.delivery.receiver, ready.outgoing, data_dir=self._ctx.settings.data_dir
            )
        except DeliveryError as error:
            return error, None
        except Exception as error:  # a sender's fault costs one message its beauty, never the others their time
            log.exception("a sender failed", channel=ready.channel.name)
            return DeliveryError(f"{type(error).__name__}", kind="bug"), None
        return None, receipt
