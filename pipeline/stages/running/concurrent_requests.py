"""The loop of the stages that send requests: claim ahead, ask many hosts at once, save answers as they arrive.

A slow host delays only its own requests. The number of claimed rows is limited by the number of running
requests, so a lease starts shortly before its request.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog
from psycopg2.errors import DeadlockDetected
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.errors import LeaseLostError, NotNowError
from pipeline.records import RobotsNote, Tally
from pipeline.stages.running.context import Context, later, saving
from pipeline.store import work
from pipeline.store.work import LeasedRow

if TYPE_CHECKING:
    from pipeline.web_client.client import WebClient

log = structlog.get_logger(__name__)
S = TypeVar("S")
A = TypeVar("A")

_LOOK_AGAIN_S = 1.0
_FAREWELL_S = 3.0  # for requests under way when this process is to end: Airflow kills after five
_LINGER_S = 0.05  # answers that come in so shortly after one another are saved together


@dataclass(frozen=True)
class Job(Generic[S, A]):
    """What one stage does with each row it claims.

    `ask` turns what can go wrong with a request into an answer of its own; a NotNowError it lets through, and the
    row is put off. Answers share a transaction, unless `alone` says that saving one locks rows others may want;
    `save_many` is for those that share one, where there is a quicker way than one by one. `with_the_clock`: rows
    that become due during the run are done too.
    """

    stage: str
    load: Callable[[Connection, Sequence[int]], Mapping[int, S]]
    ask: Callable[[WebClient, S], Awaitable[A]]
    save: Callable[[Connection, LeasedRow, S, A, Tally], None]
    alone: Callable[[A], bool]
    save_many: Callable[[Connection, Sequence[tuple[LeasedRow, S, A]], Tally], None] | None = None
    with_the_clock: bool = False


def stream(
    ctx: Context,
    job: Job[S, A],
    now: datetime,
    tally: Tally,
    robots_notes: MutableMapping[str, RobotsNote] | None = None,
) -> None:
    """Do the due rows of `job` until none is due or the time budget is spent.

    If it ends early for any reason, rows that were claimed and not saved are released at once.
    """
    if not work.is_due(ctx.engine, (job.stage,), now=now):
        return  # without a client, whose import takes longer than the question
    flow = _Flow(ctx, job, now, tally)
    try:
        asyncio.run(flow.run({} if robots_notes is None else robots_notes))
    except BaseException as error:
        with contextlib.suppress(DBAPIError):  # the server may be what failed: then the lease runs out
            work.release(ctx.engine, list(flow.open.values()), blameless=not isinstance(error, Exception))
        raise


@contextlib.asynccontextmanager
async def _tasks() -> AsyncIterator[set[asyncio.Task[None]]]:
    """Tasks that do not outlive the block."""
    tasks: set[asyncio.Task[None]] = set()
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class _Row(Generic[S, A]):
    """A claimed row whose request is over."""

    claimed: LeasedRow
    subject: S
    request: asyncio.Future[A]

    @property
    def put_off(self) -> NotNowError | None:
        error = None if self.request.cancelled() else self.request.exception()
        return error if isinstance(error, NotNowError) else None


@dataclass
class _Flow(Generic[S, A]):
    ctx: Context
    job: Job[S, A]
    now: datetime
    tally: Tally
    open: dict[int, LeasedRow] = field(default_factory=dict)  # claimed and not saved, by subject
    answered: list[_Row[S, A]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    began: float = field(default_factory=time.monotonic)
    is_spent: bool = False
    stopped_at: float = 0.0  # 0: it is not to stop

    async def run(self, robots_notes: MutableMapping[str, RobotsNote]) -> None:
        async with self.ctx.web_client(self.now, robots_notes) as client, _tasks() as requests:
            while True:
                begins = not await asyncio.to_thread(self._is_over)
                while begins and len(self.open) + self.ctx.settings.batch <= self._room():
                    begins = await self._begin(client, requests)
                if not self.open or self._is_left_behind():
                    break
                with contextlib.suppress(
                    TimeoutError
                ):  # a slow host must not keep us from what became due meanwhile
                    await asyncio.wait_for(self.news.wait(), _LOOK_AGAIN_S)
                    await asyncio.sleep(_LINGER_S)
                await self._save_answered()
        if self.open:  # this process is to end: other processes do these
            work.release(self.ctx.engine, list(self.open.values()), blameless=True)
            self.tally.count("given_back", len(self.open))

    def _is_over(self) -> bool:
        """Whether no request is begun any more: the time is spent, or this process is to end."""
        spent = time.monotonic() > self.began + self.ctx.settings.stage_budget_s
        if spent and not self.is_spent and work.is_due(self.ctx.engine, (self.job.stage,), now=self.now):
            self.tally.count("budget_spent")
        self.is_spent = spent
        return spent or self.ctx.stopping.is_set()

    def _is_left_behind(self) -> bool:
        """Whether requests under way are given up, since this process is to end and they took too long."""
        if not self.ctx.stopping.is_set():
            return False
        self.stopped_at = self.stopped_at or time.monotonic()
        return time.monotonic() > self.stopped_at + _FAREWELL_S

    @property
    def moment(self) -> datetime:
        """The present as this job counts it."""
        return later(self.now, self.began) if self.job.with_the_clock else self.now

    def _room(self) -> int:
        return max(self.ctx.settings.requests, self.ctx.settings.batch)

    async def _begin(self, client: WebClient, requests: set[asyncio.Task[None]]) -> bool:
        """Claim a batch and start its requests; False where nothing is due any more."""
        claims, subjects = await asyncio.to_thread(self._claim)
        for claimed in claims:
            request = asyncio.create_task(self._ask(client, claimed, subjects[claimed.subject_id]))
            requests.add(request)
            request.add_done_callback(requests.discard)
        return bool(claims)

    def _claim(self) -> tuple[list[LeasedRow], Mapping[int, S]]:
        settings = self.ctx.settings
        claims = work.claim(
            self.ctx.engine,
            self.job.stage,
            now=self.moment,
            batch=settings.batch,
            lease_s=settings.lease_s,
        )
        claims.sort(key=lambda claimed: not claimed.urgent)  # the first to ask has the first turn of its host
        self.open.update((claimed.subject_id, claimed) for claimed in claims)
        if not claims:
            return [], {}
        with self.ctx.engine.connect() as conn:
            return claims, self.job.load(conn, [claimed.subject_id for claimed in claims])

    async def _ask(self, client: WebClient, claimed: LeasedRow, subject: S) -> None:
        """One row's request. What it fails with, foreseen or not, is that row's trouble alone."""
        request = asyncio.ensure_future(self.job.ask(client, subject))
        await asyncio.wait([request])
        self.answered.append(_Row(claimed, subject, request))
        self.news.set()

    async def _save_answered(self) -> None:
        self.news.clear()
        batch, self.answered = self.answered, []
        if not batch:
            return
        await asyncio.to_thread(self._save, batch)
        for row in batch:
            del self.open[row.claimed.subject_id]
        if self.ctx.progress:
            self.ctx.progress(self.job.stage, len(batch))

    def _save(self, batch: list[_Row[S, A]]) -> None:
        together = [row for row in batch if not self._needs_own_transaction(row)]
        alone = [row for row in batch if self._needs_own_transaction(row)]
        if not self._save_together(together):
            alone += together
        for row in alone:
            with saving(self.ctx, row.claimed, self.now, self.tally) as conn:
                self._save_one(conn, row, self.tally)

    def _needs_own_transaction(self, row: _Row[S, A]) -> bool:
        if row.request.cancelled() or row.request.exception():
            return row.put_off is None
        return self.job.alone(row.request.result())

    def _save_together(self, rows: list[_Row[S, A]]) -> bool:
        """All in one transaction; False, and nothing saved, where one of them cannot be."""
        counted = Tally(self.job.stage)
        try:
            with self.ctx.engine.begin() as conn:
                ordered = sorted(rows, key=lambda row: row.claimed.subject_id)
                many = [row for row in ordered if self.job.save_many and not row.put_off]
                for row in ordered:
                    if row not in many:
                        self._save_one(conn, row, counted)
                if self.job.save_many:
                    answers = [(row.claimed, row.subject, row.request.result()) for row in many]
                    self.job.save_many(conn, answers, counted)
        except LeaseLostError:
            return False
        except OperationalError as error:
            if isinstance(error.orig, DeadlockDetected):  # another process wants the same rows in another order
                return False
            raise
        except Exception:
            log.exception("rows are saved one by one", stage=self.job.stage)
            return False
        for reason, n in counted.counts.items():
            self.tally.count(reason, n)
        return True

    def _save_one(self, conn: Connection, row: _Row[S, A], tally: Tally) -> None:
        if row.put_off:
            work.wait(conn, row.claimed, due_at=self.moment + timedelta(seconds=row.put_off.retry_after_s))
            tally.count(row.put_off.reason)
        else:
            self.job.save(conn, row.claimed, row.subject, row.request.result(), tally)
