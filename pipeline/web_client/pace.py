"""How often one host is asked: a delay between starts, and few requests at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipeline.errors import FetchError

_AT_ONCE_PER_HOST = 2


class _Host:
    def __init__(self) -> None:
        self.places = asyncio.Semaphore(_AT_ONCE_PER_HOST)
        self.next_start = 0.0  # loop time, s
        self.closed_until = 0.0  # loop time, s
        self.closed_by = ""  # the reason of the answer that asked for it


class Pace:
    """Turns for requests, by host, within this process."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until `host` may be asked again, then hold one of its places.

        Raises:
            FetchError: the host asked for a pause (`close`) that is not over; with its reason, worth a retry.
        """
        state = self._hosts.setdefault(host, _Host())
        async with state.places:
            now = asyncio.get_running_loop().time()
            if state.closed_until > now:
                left = state.closed_until - now
                raise FetchError(state.closed_by, f"{host} asked for a pause", retry=True, retry_after_s=left)
            start = max(now, state.next_start)
            state.next_start = start + self._delay_s  # taken before the wait, so that the next one queues behind
            await asyncio.sleep(start - now)
            yield

    def close(self, host: str, reason: str, seconds: float) -> None:
        """Send `host` no more requests for so long: it said Retry-After when it answered with `reason`."""
        state = self._hosts.setdefault(host, _Host())
        state.closed_until = max(state.closed_until, asyncio.get_running_loop().time() + seconds)
        state.closed_by = reason
