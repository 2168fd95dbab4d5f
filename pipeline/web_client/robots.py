"""What sites allow robots to read (RFC 9309). One answer per origin; texts can outlive the client, see `texts`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping

from protego import Protego
from yarl import URL

from pipeline.errors import FetchError
from pipeline.records import Response

AGENT = "wirewatch"
MAX_BYTES = 4 << 20  # longer is taken for unreachable
_READ_BYTES = 500_000  # the part that counts: RFC 9309 asks for 500 KiB at least

# The page lies at the same origin, so it would fail in the same way: this reason tells more than "robots".
_SAME_FOR_PAGE = frozenset({"dns_failure", "connect_failed", "connect_timeout", "tls_error"})
# RFC 9309 2.3.1.2 and 2.3.1.3: no usable file means no rules.
_NO_FILE = frozenset({"empty_body", "too_many_redirects", "redirect_loop", "bad_redirect"})


class RobotsRules:
    """Asks each origin for robots.txt once, through `fetch`, and answers from that.

    `texts` maps an origin to its robots.txt: what is in it is believed, what is learned is added (an empty text
    where a site has no such file). The caller may keep it for up to a day.
    """

    def __init__(self, fetch: Callable[[str], Awaitable[Response]], texts: MutableMapping[str, str]) -> None:
        self._fetch = fetch
        self._texts = texts
        self._locks: dict[URL, asyncio.Lock] = {}
        self._known: dict[URL, Protego | FetchError] = {}

    async def require_allowed(self, url: URL) -> None:
        """Return where `url` may be fetched.

        Raises:
            FetchError: robots_disallowed; robots_unreachable (worth a retry) where the site could not say; or
                the reason why its host cannot be reached at all.
        """
        origin = url.origin()
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._known:
                self._known[origin] = await self._ask(origin)
        rules = self._known[origin]
        if isinstance(rules, FetchError):
            raise FetchError(rules.reason, rules.detail, retry=True, retry_after_s=rules.retry_after_s)
        if not rules.can_fetch(str(url), AGENT):
            raise FetchError("robots_disallowed", str(url), retry=False)

    async def _ask(self, origin: URL) -> Protego | FetchError:
        if str(origin) in self._texts:
            return Protego.parse(self._texts[str(origin)])
        try:
            response = await self._fetch(str(origin.with_path("/robots.txt")))
        except FetchError as error:
            if error.reason in _SAME_FOR_PAGE:
                return error
            forbidden = error.status is not None and 400 <= error.status < 500 and error.status != 429
            if forbidden or error.reason in _NO_FILE:
                return self._learn(origin, b"")
            return FetchError("robots_unreachable", str(error), retry=True, retry_after_s=error.retry_after_s)
        return self._learn(origin, response.body[:_READ_BYTES])

    def _learn(self, origin: URL, body: bytes) -> Protego:
        self._texts[str(origin)] = body.decode("utf-8", "replace")
        return Protego.parse(self._texts[str(origin)])
