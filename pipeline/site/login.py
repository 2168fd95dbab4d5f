"""Login: by the token, a trusted proxy or Airflow. Without any of them no one may make decisions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Request

COOKIE = "wirewatch_login"
USER_HEADER = "x-forwarded-user"
LASTS_S = 12 * 3600
TRIES = 5  # a minute, by all callers together: too few to guess a token
_NAME = 80


@dataclass(frozen=True, slots=True)
class Login:
    """Who is there. `key` ties forms to this login."""

    name: str
    key: str


@dataclass
class Logins:
    """Finds out who sends a request. `token` "" and no proxies: no one is ever logged in."""

    token: str = ""
    proxies: frozenset[str] = frozenset()
    outside: Callable[[Request], str | None] | None = None  # another program's login: Airflow's
    _secret: bytes = b""
    _tries: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """With a token, logins outlast a restart."""
        self._secret = hashlib.sha256(self.token.encode()).digest() if self.token else secrets.token_bytes(32)

    @property
    def possible(self) -> bool:
        """Whether anybody can log in at all."""
        return bool(self.token or self.proxies or self.outside)

    def of(self, request: Request) -> Login | None:
        """Who sends this request, if that is known."""
        name = self._named(request)
        if name:
            return Login(name[:_NAME], self._sign(f"outside {name}"))
        cookie = request.cookies.get(COOKIE, "")
        name, until, signature = parts if len(parts := cookie.split("~")) == 3 else ("", "", "")
        if not name or not self.token or not until.isdecimal() or int(until) < time.time():
            return None
        if not hmac.compare_digest(signature.encode(), self._sign(f"{name}~{until}").encode()):
            return None
        return Login(bytes.fromhex(name).decode(), self._sign(cookie))

    def _named(self, request: Request) -> str | None:
        if self.outside is not None:
            return self.outside(request)
        peer = request.client.host if request.client else ""
        return request.headers.get(USER_HEADER) if peer in self.proxies else None

    def enter(self, token: str, name: str) -> str | None:
        """The value of the login cookie for a right token; None for a wrong one.

        Raises:
            TooManyTriesError: five a minute were wrong.
        """
        now = time.monotonic()
        while self._tries and now - self._tries[0] > 60:
            self._tries.popleft()
        if len(self._tries) >= TRIES:
            raise TooManyTriesError
        if not self.token or not hmac.compare_digest(token.encode(), self.token.encode()):
            self._tries.append(now)
            return None
        signed = f"{name.strip()[:_NAME].encode().hex()}~{int(time.time()) + LASTS_S}"
        return f"{signed}~{self._sign(signed)}"

    def knows(self, request: Request) -> bool:
        """Whether a program shows the token: Authorization: Bearer …"""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return bool(self.token) and hmac.compare_digest(given.encode(), self.token.encode())

    def form_key(self, login: Login) -> str:
        """What a form of this login must carry."""
        return self._sign(f"form {login.key}")

    def is_own_form(self, request: Request, login: Login, given: str) -> bool:
        """Whether a POST comes from a form of ours that this login was shown: no other site can send it."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        origin = request.headers.get("origin")
        if site is None and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            return False
        return hmac.compare_digest(given.encode(), self.form_key(login).encode())

    def _sign(self, words: str) -> str:
        return hmac.new(self._secret, words.encode(), hashlib.sha256).hexdigest()


class TooManyTriesError(Exception):
    """Too many wrong tokens."""
