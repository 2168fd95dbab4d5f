"""The context of every stage, and their shared loop: claim a batch, do it, commit, until nothing is due."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.configuration import Configuration
from pipeline.errors import LeaseLostError
from pipeline.records import RobotsNote, Tally
from pipeline.settings import Settings
from pipeline.store import work
from pipeline.store.outcomes import record_outcome
from pipeline.store.work import LeasedRow

if TYPE_CHECKING:  # each stage needs some of them: what makes one imports it
    from pipeline.alerts.rules import AlertRules
    from pipeline.stages.running.alert_rules import CurrentAlerts
    from pipeline.stages.running.feed_workers import FeedWorkers
    from pipeline.stages.running.page_workers import PageWorkers
    from pipeline.web_client.client import WebClient
    from pipeline.web_client.manners import PaceLimits, Scope

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Context:
    """Settings, database and configuration of one run. A context manager: it ends the worker processes."""

    settings: Settings
    engine: Engine
    configuration: Configuration
    progress: Callable[[str, int], None] | None = None  # stage, number of newly done rows
    stopping: threading.Event = field(
        default_factory=threading.Event
    )  # set: finish the row in hand, return the rest

    def web_client(self, now: datetime, robots_notes: MutableMapping[str, RobotsNote]) -> WebClient:
        """The polite client of one run of a stage; its pace is shared with all other processes."""
        return self.make_client(now, robots_notes)

    def make_client(
        self, now: datetime, robots_notes: MutableMapping[str, RobotsNote], **options: Any
    ) -> WebClient:
        """A client by the settings; `options` are for those who look names up themselves (benchmarks, tests)."""
        from pipeline.store.pace import PaceLedger
        from pipeline.web_client.client import Timeouts, WebClient

        settings = self.settings
        whole = settings.http_timeout_s
        return WebClient(
            contact=settings.contact,
            allow_private=settings.private_hosts,
            limits=limits_of(settings),
            timeouts=Timeouts(connect=min(10.0, whole), read=min(20.0, whole), total=whole),
            ledger=PaceLedger(self.engine),
            pause_scopes=self.pause_scopes,
            robots_notes=robots_notes,
            now=now,
            **options,
        )

    @cached_property
    def pause_scopes(self) -> dict[str, Scope]:
        """By host, what a wish for a pause is for, as feeds.yml has it."""
        from yarl import URL

        return {URL(feed.url).raw_host or "": feed.pause_scope for feed in self.configuration.feeds}

    @cached_property
    def current_alerts(self) -> CurrentAlerts:
        """alerts.yml as it is now, or as it was when it was last right."""
        from pipeline.stages.running.alert_rules import CurrentAlerts

        return CurrentAlerts(self.engine, self.configuration, self.settings.config_dir)

    @property
    def alerts(self) -> AlertRules:
        """The alert rules of the last valid alerts.yml."""
        return self.current_alerts.rules()

    @cached_property
    def page_workers(self) -> PageWorkers:
        """The processes that analyse pages, started when first used and kept between rounds."""
        from pipeline.stages.running.page_workers import PageWorkers

        return PageWorkers(self.settings, self.configuration)

    @cached_property
    def feed_workers(self) -> FeedWorkers:
        """The processes that read big feeds, in the same way."""
        from pipeline.stages.running.feed_workers import FeedWorkers

        return FeedWorkers(self.settings)

    @property
    def machine(self) -> str | None:
        """The mark of this machine; None before its first delivery to a file."""
        from pipeline.stages.running.machine import mark_of

        return mark_of(self.settings.data_dir)

    def close(self) -> None:
        """Stop the worker processes. The engine belongs to the caller."""
        if "page_workers" in self.__dict__:
            self.page_workers.close()
        if "feed_workers" in self.__dict__:
            self.feed_workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def limits_of(settings: Settings) -> PaceLimits:
    """How gently hosts are asked."""
    from pipeline.web_client.manners import PaceLimits

    return PaceLimits(
        delay_s=settings.host_delay_s,
        at_once=settings.host_requests,
        domain_delay_s=min(settings.domain_delay_s, settings.host_delay_s),
        domain_at_once=max(settings.domain_requests, settings.host_requests),
        hold_s=2 * settings.http_timeout_s + PaceLimits().max_wait_s,
    )


def drain(
    ctx: Context,
    stage: str,
    now: datetime,
    tally: Tally,
    handle: Callable[[list[LeasedRow]], int | None],
    *,
    times: int = 1,
    most: int | None = None,
    with_the_clock: bool = False,
    until: Callable[[], bool] = lambda: False,
) -> None:
    """Claim due rows of `stage` and `handle` them until none is due or the time budget is spent.

    `times` the usual batch is claimed at once, for a stage that does a batch as one, and never more than `most`.
    `with_the_clock`: rows that become due meanwhile are claimed too, so that news need not wait for the end of a
    backlog. `until`: stop after the batch after which it says so.
    A handler that may stop early returns the number of rows it finished; the others are released.

    If the loop ends early for any reason, rows that were claimed and not done are released at once.
    """
    began = time.monotonic()
    batch, lease_s = min(times * ctx.settings.batch, most or sys.maxsize), ctx.settings.lease_s
    machine = ctx.machine

    def claim() -> list[LeasedRow]:
        moment = later(now, began) if with_the_clock else now
        return work.claim(ctx.engine, stage, now=moment, batch=batch, lease_s=lease_s, machine=machine)

    while claims := claim():
        try:
            handled = handle(claims)
            done = len(claims) if handled is None else handled
            if done < len(claims):
                tally.count("given_back", len(claims) - done)
                work.release(ctx.engine, claims, blameless=True)
        except BaseException as error:
            with contextlib.suppress(DBAPIError):  # the server may be what failed: then the lease runs out
                work.release(ctx.engine, claims, blameless=not isinstance(error, Exception))
            raise
        if ctx.progress:
            ctx.progress(stage, done)
        if ctx.stopping.is_set() or until():
            return
        if time.monotonic() > began + ctx.settings.stage_budget_s:
            tally.count("budget_spent")
            return


def later(now: datetime, began: float) -> datetime:
    """`now` plus the time since `began` on the monotonic clock: the present of a run that began at `now`."""
    return now + timedelta(seconds=time.monotonic() - began)


@contextlib.contextmanager
def saving(ctx: Context, claimed: LeasedRow, now: datetime, tally: Tally) -> Iterator[Connection]:
    """One transaction for one claimed row.

    If its lease was lost, nothing is saved. An unforeseen error is logged and counted as `row_failed`, and the row
    is retried after growing pauses: one row must not block the others. Only a lost database ends the stage.
    """
    try:
        with ctx.engine.begin() as conn:
            yield conn
    except LeaseLostError as error:
        _count_lost(claimed, error, tally)
    except OperationalError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        log.exception("row failed", stage=claimed.stage, subject=claimed.subject_id)
        _put_off(ctx, claimed, error, now, tally)


def _put_off(ctx: Context, claimed: LeasedRow, error: Exception, now: datetime, tally: Tally) -> None:
    """Have a row that failed tried again later, unless another worker has it by now: then that one decides."""
    subject, detail = f"{claimed.stage} {claimed.subject_id}", f"{type(error).__name__}: {error}"
    try:
        with ctx.engine.begin() as conn:
            record_outcome(conn, claimed.stage, "row_failed", now=now, subject=subject, detail=detail)
            work.postpone(conn, claimed, due_at=now + _again_in(claimed), failed=True)
    except LeaseLostError as lost:
        _count_lost(claimed, lost, tally)
    else:
        tally.count("row_failed")


def _count_lost(claimed: LeasedRow, error: LeaseLostError, tally: Tally) -> None:
    tally.count("lease_lost")
    log.warning("lease lost", stage=claimed.stage, subject=claimed.subject_id, error=str(error))


def _again_in(claimed: LeasedRow) -> timedelta:
    """2 minutes, 4, 8, … up to most of a day."""
    return timedelta(minutes=2 ** min(claimed.failures + 1, 10))
