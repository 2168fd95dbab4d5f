"""One hop of a chain of redirects: the request, the answer, and the cookies of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import aiohttp
from yarl import URL

_MAX_COOKIES, _MAX_COOKIE = 20, 4096  # in one answer; bytes of one


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop: either a target to go on to, or a status with a decoded body."""

    status: int
    headers: dict[str, str]
    body: bytes
    location: URL | None
    elapsed_s: float
    cookies: tuple[str, ...] = ()  # as set, a header each


@dataclass(frozen=True, slots=True)
class Question:
    """What to send, and which statuses are an answer; a 200 always is."""

    headers: Mapping[str, str]
    max_bytes: int
    form: Mapping[str, str] | None = None
    welcome: frozenset[int] = frozenset()  # answers whose body may be empty

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    def with_cookies(self, cookies: str) -> Question:
        """The same question as a browser would ask it that was given these cookies on its way here."""
        return replace(self, headers={**self.headers, "Cookie": cookies}) if cookies else self


class Cookies:
    """The cookies of one chain of redirects: gates send readers round until they bring theirs back."""

    def __init__(self) -> None:
        # By whether the host is an IP address.
        self._jars = {
            False: aiohttp.CookieJar(quote_cookie=False),
            True: aiohttp.CookieJar(unsafe=True, quote_cookie=False),
        }

    def keep(self, headers: Iterable[str], url: URL) -> None:
        """Take over what an answer from `url` sets."""
        for header in list(headers)[:_MAX_COOKIES]:
            if len(header) <= _MAX_COOKIE:
                self._jars[_is_address(url)].update_cookies_from_headers([header], url)

    def of(self, url: URL) -> str:
        """The Cookie header for `url`; "" for none."""
        return "; ".join(
            f"{one.key}={one.value}" for one in self._jars[_is_address(url)].filter_cookies(url).values()
        )


def _is_address(url: URL) -> bool:
    """Whether the host is an IP address, whose cookies the library keeps only when told to."""
    host = url.raw_host or ""
    return ":" in host or host.replace(".", "").isdigit()
