"""Turns at a host, booked in a ledger that all processes share (or in one of this process alone).

Bookings are batched: requests that arrive while the ledger is busy go to it together, so the cost per request
falls as the load rises.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from typing import Protocol, TypeVar

from pipeline.errors import FetchError, NotNowError
from pipeline.records import HostPace
from pipeline.web_client.domains import registrable_domain
from pipeline.web_client.manners import (
    UNREACHABLE,
    Departure,
    Full,
    PaceLimits,
    PendingRequest,
    Scope,
    Turn,
    arrive,
    leave,
    names_of,
)

T = TypeVar("T")
_Answer = Turn | Full | FetchError | NotNowError
_Waiting = tuple[PendingRequest | Departure, "asyncio.Future[tuple[_Answer, float]] | None"]

_ASK_AGAIN_S = 0.5  # while all places are taken by others
_LATE_S = 0.1  # seconds; a turn used this much later than booked is still in time
_ALONE_S = 120.0  # seconds without any answer: it may be our own line
_OVERLOADED = frozenset({429, 503})


class PaceStore(Protocol):
    """Storage for the pace of hosts. Called in a thread of its own."""

    def exchange(self, names: Sequence[str], change: Callable[[Mapping[str, HostPace], datetime], T]) -> T:
        """Lock `names`, apply `change` to their pace at the ledger's own time, and save the result."""


class OwnLedger:
    """A ledger for one process."""

    def __init__(self) -> None:
        self._paces: dict[str, HostPace] = defaultdict(lambda: HostPace(datetime.min.replace(tzinfo=UTC)))

    def exchange(self, names: Sequence[str], change: Callable[[Mapping[str, HostPace], datetime], T]) -> T:
        """See Ledger."""
        return change({name: self._paces[name] for name in names}, datetime.now(UTC))


@dataclass
class Pace:
    """Turns for requests, by host and registrable domain. One per client, within its event loop."""

    limits: PaceLimits
    ledger: PaceStore = field(default_factory=OwnLedger)
    scopes: Mapping[str, Scope] = field(default_factory=dict)  # by host or domain: the scope of a pause
    chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._desk = _Desk(self.ledger, self.limits)
        self._queues: dict[str, _Queue] = {}
        self._punctual_s = max(_LATE_S, self.limits.delay_s / 20)
        self._answered_at = float("-inf")  # loop time in seconds of the last answer of any host

    @asynccontextmanager
    async def turn(self, host: str, delay_s: float | None = None) -> AsyncIterator[None]:
        """Wait until `host` may be asked, then hold one of its places. `delay_s` is the pause its robots.txt
        asks for.

        A FetchError that passes through is counted against the host.

        Raises:
            NotNowError: the host wants a pause, or has too many waiting.
            FetchError: it could not be reached shortly before.
        """
        domain = registrable_domain(host)
        queue = self._queues.setdefault(host, _Queue(self.limits))
        async with queue.place(host):
            turn = await self._start(PendingRequest(host, domain, delay_s))
            failure: FetchError | None = None
            try:
                yield
            except FetchError as error:
                failure = error
                raise
            finally:
                self._desk.leave(self._departure(host, domain, turn, failure))

    async def _start(self, wish: PendingRequest) -> Turn:
        """Book a turn and wait for it. A turn missed because this process was delayed is booked again: used
        late, it would come too close to the next one."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.limits.max_wait_s
        while True:
            turn, starts_at = await self._book(wish, deadline)
            try:
                await asyncio.sleep(starts_at - loop.time())
            except asyncio.CancelledError:
                self._desk.leave(Departure(wish.host, wish.domain, turn.place, sent=False))
                raise
            if loop.time() - starts_at < self._punctual_s:
                return turn
            self._desk.leave(Departure(wish.host, wish.domain, turn.place, sent=False))
            if loop.time() > deadline:
                raise NotNowError("host_busy", "this machine is too busy to be punctual", retry_after_s=60.0)

    async def _book(self, wish: PendingRequest, deadline: float) -> tuple[Turn, float]:
        """A turn, and when it begins, in loop time."""
        loop = asyncio.get_running_loop()
        while True:
            answer, told_at = await self._desk.arrive(wish)
            if isinstance(answer, Turn):
                return answer, told_at + answer.wait_s
            if not isinstance(answer, Full):
                raise answer
            if loop.time() > deadline:
                raise NotNowError("host_busy", f"{wish.host} has no place free", retry_after_s=_ASK_AGAIN_S * 20)
            await asyncio.sleep(_ASK_AGAIN_S * (0.5 + self.chance.random()))

    def _departure(self, host: str, domain: str | None, turn: Turn, failure: FetchError | None) -> Departure:
        now = asyncio.get_running_loop().time()
        reason = failure.reason if failure else ""
        if reason not in UNREACHABLE:
            self._answered_at = now
        scope = self.scopes.get(host) or self.scopes.get(domain or "", "host")
        return Departure(
            host,
            domain,
            turn.place,
            reason=reason,
            pause_s=(failure.retry_after_s or 0.0) if failure else 0.0,
            overloaded=failure is not None and failure.status in _OVERLOADED,
            doubtful=now - self._answered_at > _ALONE_S,
            scope=scope,
            jitter=self.chance.random(),
        )

    async def close(self) -> None:
        """Tell the ledger what it has not heard yet."""
        await self._desk.close()


class _Queue:
    """The waiting requests of this process to one host; as many as are allowed at once go on to the ledger."""

    def __init__(self, limits: PaceLimits) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(limits.at_once)
        self._waiting = 0

    @asynccontextmanager
    async def place(self, host: str) -> AsyncIterator[None]:
        """A place in the queue, unless the queue is so long that the turn would be too far away."""
        ahead_s = self._waiting * self._limits.delay_s
        if ahead_s > self._limits.max_wait_s:
            raise NotNowError("host_busy", f"{host} has {self._waiting} waiting", retry_after_s=ahead_s)
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()


class _Desk:
    """Carries arrivals and departures to the ledger in batches, in the order they came."""

    def __init__(self, ledger: PaceStore, limits: PaceLimits) -> None:
        self._ledger = ledger
        self._limits = limits
        self._waiting: list[_Waiting] = []
        self._lost: BaseException | None = None
        self._clerk: asyncio.Task[None] | None = None

    async def arrive(self, wish: PendingRequest) -> tuple[_Answer, float]:
        """What the ledger says, and when it said so, in loop time."""
        answer: asyncio.Future[tuple[_Answer, float]] = asyncio.get_running_loop().create_future()
        self._put(wish, answer)
        return await answer

    def leave(self, gone: Departure) -> None:
        self._put(gone, None)

    async def close(self) -> None:
        """Wait for the last batch.

        Raises the error of the ledger, if it failed: entries it did not receive are lost, and their places with
        them.
        """
        while self._clerk is not None:
            await self._clerk
        if self._lost is not None:
            raise self._lost

    def _put(
        self, visitor: PendingRequest | Departure, answer: asyncio.Future[tuple[_Answer, float]] | None
    ) -> None:
        self._waiting.append((visitor, answer))
        if self._clerk is None:
            self._clerk = asyncio.ensure_future(self._serve())

    async def _serve(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._settle(batch)
        finally:
            self._clerk = None

    async def _settle(self, batch: list[_Waiting]) -> None:
        names = [name for visitor, _ in batch for name in names_of(visitor)]
        exchange = asyncio.to_thread(self._ledger.exchange, names, partial(self._round, batch))
        (outcome,) = await asyncio.gather(exchange, return_exceptions=True)
        told: list[_Answer | None] = []
        told_at = 0.0
        if isinstance(outcome, BaseException):  # the ledger failed: every waiting request must learn this
            self._lost = outcome
        else:
            told, told_at = outcome
        for (visitor, future), answer in zip_longest(batch, told):
            if future is None:
                continue
            if future.cancelled():
                if isinstance(answer, Turn):
                    self._put(Departure(visitor.host, visitor.domain, answer.place, sent=False), None)
            elif answer is None:
                future.set_exception(self._lost or RuntimeError("the ledger said nothing"))
            else:
                future.set_result((answer, told_at))

    def _round(
        self, batch: list[_Waiting], paces: Mapping[str, HostPace], now: datetime
    ) -> tuple[list[_Answer | None], float]:
        """The answers and their time, in the order of arrival: so a released place is free for the next
        request."""
        told: list[_Answer | None] = []
        for visitor, _ in batch:
            if isinstance(visitor, Departure):
                leave(paces, visitor, now)
                told.append(None)
            else:
                told.append(arrive(paces, visitor, now, self._limits))
        return told, time.monotonic()  # the clock of the event loop
