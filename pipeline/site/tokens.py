"""Read access to feeds and the API: everyone on this machine, and callers with a token."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Header, HTTPException, Query, Request
from sqlalchemy import Engine

from pipeline.store import api_tokens

PER_MINUTE = 60
BURST = 120
_NEAR = frozenset({"127.0.0.1", "::1"})


class Gate:
    """Checks tokens, and how often each asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._full_at: dict[str, float] = {}

    def reading(self) -> Any:
        """A dependency for routes that only read."""
        return Depends(self._scope("read"))

    def acting(self) -> Any:
        """A dependency for routes that change something."""
        return Depends(self._scope("ack"))

    def _scope(self, scope: str) -> Any:
        def check(
            request: Request,
            authorization: Annotated[str | None, Header()] = None,
            token: Annotated[str | None, Query(description="For readers that send no headers")] = None,
        ) -> None:
            given = (
                authorization.partition(" ")[2]
                if authorization and authorization.lower().startswith("bearer ")
                else token
            )
            self._admit(request, given, scope)

        return check

    def _admit(self, request: Request, given: str | None, scope: str) -> None:
        if given is None:
            direct = not any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
            if request.client and request.client.host in _NEAR and direct:
                return
            raise HTTPException(401, "a token is needed", headers={"WWW-Authenticate": "Bearer"})
        with self._engine.begin() as conn:
            known = api_tokens.use(conn, given, now=datetime.now(UTC))
        if known is None:
            raise HTTPException(401, "the token is not known, or over", headers={"WWW-Authenticate": "Bearer"})
        if scope not in known.scopes:
            raise HTTPException(403, f"the token may not {scope}")
        self._pace(known.name)

    def _pace(self, name: str) -> None:
        pause, now = 60 / PER_MINUTE, time.monotonic()
        with self._lock:
            full_at = max(self._full_at.get(name, now), now)
            wait = full_at - now - (BURST - 1) * pause
            if wait > 0:
                raise HTTPException(429, "too many requests", headers={"Retry-After": str(int(wait) + 1)})
            self._full_at[name] = full_at + pause
