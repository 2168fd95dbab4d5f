"""Records the result of a try: delivered, tried later, waiting for its channel, or dead and visible to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from pipeline.alerts import delivery as classes
from pipeline.alerts.rules import AlertRules
from pipeline.errors import DeliveryError
from pipeline.records import Tally
from pipeline.store import deliveries, endpoints, operator_notices, work
from pipeline.store.deliveries import Delivery, Result
from pipeline.store.outcomes import record_outcome
from pipeline.store.work import LeasedRow


class Aftermath:
    """Records results in the caller's transaction, by the class of each error."""

    def __init__(self, rules: AlertRules, now: datetime, tally: Tally) -> None:
        self._rules, self._now, self._tally = rules, now, tally

    def record(
        self,
        conn: Connection,
        claimed: LeasedRow,
        delivery: Delivery,
        failure: DeliveryError | None,
        receipt: str | None,
    ) -> str:
        """Write down what became of a try; returns delivered, pending, waiting or dead."""
        if failure is None:
            work.finish(conn, claimed)
            deliveries.record(conn, delivery.id, Result("delivered", receipt=receipt), now=self._now)
            endpoints.answered(conn, delivery.endpoint, delivery.channel, delivery.receiver, now=self._now)
            for cause in ("channel_broken", "delivery_dead"):
                operator_notices.clear_one(conn, cause, delivery.endpoint, now=self._now)
            return "delivered"
        result = Result(
            "pending",
            str(failure),
            failure.kind,
            failure.code,
            maybe_sent=failure.kind == "unsure",
            bare=failure.kind in ("bad_message", "bug"),
        )
        if failure.kind == "misconfigured":
            deliveries.record(conn, delivery.id, result, now=self._now)
            self.misconfigured(conn, claimed, delivery, str(failure))
            return "waiting"
        last = claimed.failures + 1 >= classes.MOST_TRIES
        if failure.kind in classes.FINAL or (result.bare and delivery.bare) or (last and failure.kind != "busy"):
            if failure.kind == "gone":
                endpoints.leave_alone(
                    conn, delivery.endpoint, "off", until=None, reason=str(failure), now=self._now
                )
            self.die(conn, claimed, delivery, replace(result, state="dead"))
            return "dead"
        deliveries.record(conn, delivery.id, result, now=self._now)
        self._again(conn, claimed, delivery, failure)
        return "pending"

    def _again(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, failure: DeliveryError) -> None:
        """Put it on the list for later; what ails the endpoint makes its other messages wait too."""
        if failure.kind in ("bad_message", "bug"):
            work.wait(conn, claimed, due_at=self._now)
            return
        if failure.kind == "busy":
            until = self._now + classes.pause(failure.retry_after_s, claimed.failures)
            work.wait(conn, claimed, due_at=until)
        else:
            until = self._now + classes.next_try(claimed.failures + 1)
            work.postpone(conn, claimed, due_at=until, failed=True)
        endpoints.leave_alone(conn, delivery.endpoint, "paused", until=until, reason=str(failure), now=self._now)

    def misconfigured(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, reason: str) -> None:
        """Nothing of the message's fault: it waits, the channel is probed, the operator hears of it at once."""
        result = Result("pending", reason, "misconfigured")
        if self.is_out_of_patience(delivery):
            self.die(conn, claimed, delivery, replace(result, state="dead"))
            return
        deliveries.record(conn, delivery.id, result, now=self._now)
        until = self._now + classes.PROBE
        endpoints.leave_alone(conn, delivery.endpoint, "broken", until=until, reason=reason, now=self._now)
        work.wait(conn, claimed, due_at=until)
        self._tell_the_operator(conn, "channel_broken", delivery, reason)
        self._tally.count("misconfigured")

    def is_out_of_patience(self, delivery: Delivery) -> bool:
        since = delivery.created_at or delivery.first_tried_at
        return since is not None and self._now - since > classes.PATIENCE

    def die(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, result: Result) -> None:
        work.finish(conn, claimed)
        deliveries.record(conn, delivery.id, result, now=self._now)
        subject = f"{delivery.endpoint} {delivery.key}"
        record_outcome(conn, "notify", "delivery_dead", now=self._now, subject=subject, detail=result.error or "")
        if delivery.notice_id is None:
            self._tell_the_operator(conn, "delivery_dead", delivery, f"{delivery.key}: {result.error}")

    def _tell_the_operator(self, conn: Connection, cause: str, delivery: Delivery, detail: str) -> None:
        operator_notices.raise_notice(
            conn,
            cause,
            delivery.endpoint,
            detail,
            channels=self._rules.operator_channels(),
            now=self._now,
        )

    def end(self, conn: Connection, claimed: LeasedRow, delivery: Delivery, state: str, reason: str) -> None:
        """It is not sent at all, and that is counted."""
        work.finish(conn, claimed)
        deliveries.set_state(conn, delivery.id, state, why=reason.replace("_", " "))
        record_outcome(
            conn, "notify", reason, now=self._now, subject=f"{delivery.endpoint} {delivery.key}", detail=""
        )
        self._tally.count(reason)
