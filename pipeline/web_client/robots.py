"""Apply robots.txt (RFC 9309): what a site allows and how often. One answer per origin; notes outlive the
client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from protego import Protego
from yarl import URL

from pipeline.charsets import character_set, decoded, marked
from pipeline.errors import FetchError
from pipeline.records import Response, RobotsNote

AGENT = "wirewatch"
MAX_BYTES = 4 << 20  # bytes; a longer file counts as unreachable
MAX_DELAY_S = 60.0  # seconds; some sites ask for hours between two pages
FRESH = timedelta(hours=24)  # 2.4: no longer than a day
ASK_AGAIN = timedelta(minutes=10)  # an unreachable file is not requested with every page
GIVEN_UP = timedelta(days=30)  # 2.3.1.4: after this, it may be treated as a missing file
_READ_BYTES = 500_000  # the part that is parsed: 2.5 asks for at least 500 KiB

# The page has the same origin and would fail in the same way: this reason says more than "robots".
_SAME_FOR_PAGE = frozenset({"dns_failure", "connect_failed", "connect_timeout", "tls_error", "proxy_failed"})
# 2.3.1.2 and 2.3.1.3: no usable file means no rules.
_NO_FILE = frozenset({"empty_body", "too_many_redirects", "redirect_loop", "bad_redirect"})


@dataclass(frozen=True, slots=True)
class _Rules:
    allowed: Callable[[str], bool]
    delay_s: float


class RobotsRules:
    """Asks each origin for robots.txt once, through `fetch`, and answers from that.

    `notes` maps an origin to its last known file, which is used as long as RFC 9309 allows and updated with what
    is fetched at `now`. While a site's file cannot be fetched, its last copy applies; without a copy, nothing is
    fetched for thirty days.
    """

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[Response]],
        notes: MutableMapping[str, RobotsNote],
        now: datetime,
    ) -> None:
        self._fetch = fetch
        self._notes = notes
        self._now = now
        self._locks: dict[URL, asyncio.Lock] = {}
        self._known: dict[URL, _Rules | FetchError] = {}

    async def require_allowed(self, url: URL) -> float:
        """Return if `url` may be fetched, with the pause between two requests that the site asks for (seconds,
        0: none).

        Raises:
            FetchError: robots_disallowed; robots_unreachable (worth a retry) if the file could not be fetched;
            or the reason why the host cannot be reached at all.
            NotNowError: the file has not been fetched yet, and its host may not be asked right now.
        """
        origin = url.origin()
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._known:
                self._known[origin] = await self._learn(origin)
        rules = self._known[origin]
        if isinstance(rules, FetchError):
            raise FetchError(rules.reason, rules.detail, retry=True, retry_after_s=rules.retry_after_s)
        if not rules.allowed(str(url)):
            raise FetchError("robots_disallowed", str(url), retry=False)
        return rules.delay_s

    async def _learn(self, origin: URL) -> _Rules | FetchError:
        note = self._notes.get(str(origin), RobotsNote(self._now))
        if note.fetched_at and self._now - note.fetched_at < FRESH:
            return _parse(note.body)
        if note.unreachable_since and self._now - note.asked_at < ASK_AGAIN:
            return self._without_answer(note, "asked a short while ago")
        try:
            body = await self._ask(origin)
        except FetchError as error:
            if error.reason in _SAME_FOR_PAGE:
                return error
            note = replace(note, asked_at=self._now, unreachable_since=note.unreachable_since or self._now)
            self._notes[str(origin)] = note
            return self._without_answer(note, str(error), error.retry_after_s)
        self._notes[str(origin)] = RobotsNote(self._now, body, self._now)
        return _parse(body)

    async def _ask(self, origin: URL) -> str:
        """The file; empty if the site has no such file. Raises FetchError if it could not be fetched."""
        try:
            response = await self._fetch(str(origin.with_path("/robots.txt")))
        except FetchError as error:
            refused = error.status is not None and 400 <= error.status < 500 and error.status != 429
            if error.reason in _NO_FILE or (refused and error.reason != "challenge"):
                return ""
            raise
        return _text(response.body[:_READ_BYTES])

    def _without_answer(
        self, note: RobotsNote, why: str, retry_after_s: float | None = None
    ) -> _Rules | FetchError:
        if note.body is not None:
            return _parse(note.body)
        if note.unreachable_since and self._now - note.unreachable_since > GIVEN_UP:
            return _parse("")
        wait_s = max(retry_after_s or 0.0, ASK_AGAIN.total_seconds())
        return FetchError("robots_unreachable", why, retry=True, retry_after_s=wait_s)


def _text(body: bytes) -> str:
    known = marked(body)
    body, name = known or (body, character_set(body, []))
    # A NUL ends a text for the database, and means nothing here.
    return "".join(decoded(body, name if known or name.startswith("utf-") else "utf-8")).replace("\x00", "")


def _parse(body: str | None) -> _Rules:
    rules = Protego.parse((body or "").lstrip("\ufeff"))
    rate = rules.request_rate(AGENT)
    by_rate = _divided(rate.seconds, rate.requests) if rate else 0.0
    delay_s = max(_divided(rules.crawl_delay(AGENT) or 0, 1), by_rate, 0.0)
    return _Rules(lambda url: bool(rules.can_fetch(url, AGENT)), delay_s)


def _divided(seconds: float, requests: float) -> float:
    """Seconds for each request, at most MAX_DELAY_S; 0 where the figures mean nothing."""
    if not requests or requests < 0 or not seconds > 0:
        return 0.0
    return MAX_DELAY_S if seconds > MAX_DELAY_S * requests else float(seconds / requests)
