"""The callback that hubs use (WebSub): they verify there that we asked, and bring what is new.

Whoever does not know the address of a callback, which is a secret of its own, finds nothing here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from sqlalchemy import Engine

from pipeline.stages.poll import MAX_FEED_BYTES
from pipeline.store.outcomes import record_outcome
from pipeline.store.subscriptions import Subscription, by_token, note, save_push

DEFAULT_LEASE = timedelta(days=10)
LONGEST_LEASE = timedelta(days=30)
_OPEN = timedelta(days=1)  # how long after our request a hub may verify it
_MAX_CHALLENGE = 1024
_METHODS = ("sha1", "sha256", "sha384", "sha512")


def routes(engine: Engine, pushed: Callable[[], None]) -> APIRouter:
    """GET (verification) and POST (content) of /websub/{token}."""
    router = APIRouter()

    @router.get("/websub/{token}")
    def verify(
        token: str,
        mode: Annotated[str, Query(alias="hub.mode")],
        topic: Annotated[str, Query(alias="hub.topic")],
        challenge: Annotated[str, Query(alias="hub.challenge", max_length=_MAX_CHALLENGE)] = "",
        lease_seconds: Annotated[int | None, Query(alias="hub.lease_seconds")] = None,
        reason: Annotated[str, Query(alias="hub.reason")] = "",
    ) -> Response:
        now = datetime.now(UTC)
        with engine.begin() as conn:
            agreed = by_token(conn, token)
            if agreed is None or topic != agreed.topic:
                return _nothing_here()
            if mode == "denied":
                note(conn, agreed.feed_id, state="denied", expires_at=None, detail=reason[:1000])
                record_outcome(conn, "subscribe", "hub_denied", now=now, feed_id=agreed.feed_id, detail=reason)
                return PlainTextResponse("")
            # We never ask to be unsubscribed, so whoever confirms that is not asked by us.
            if mode != "subscribe" or not challenge or not _is_open(agreed, now):
                return _nothing_here()
            expires = now + _lease(lease_seconds)
            note(
                conn, agreed.feed_id,
                state="active", verified_at=now, expires_at=expires, failures=0, misses=0, detail="",
            )  # fmt: skip
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})

    @router.post("/websub/{token}")
    async def receive(token: str, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        status = await run_in_threadpool(_take, engine, token, dict(request.headers), body)
        if status == 202:
            pushed()
        return Response(status_code=status)

    return router


def _take(engine: Engine, token: str, headers: dict[str, str], body: bytes) -> int:
    """Keep what came, if it comes from our hub; returns the status to answer with."""
    now = datetime.now(UTC)
    with engine.begin() as conn:
        agreed = by_token(conn, token)
        if agreed is None:
            return 404
        if agreed.verified_at is None or agreed.expires_at is None or agreed.expires_at <= now:
            return 410  # the hub's promise has run out: it may forget us
        if not is_signed(headers.get("x-hub-signature", ""), agreed.secret, body):
            # Said to be well, as the standard asks: a forger learns nothing. It is counted, and not read.
            record_outcome(conn, "push", "push_not_signed", now=now, feed_id=agreed.feed_id)
            return 200
        if not body:
            record_outcome(conn, "push", "push_empty", now=now, feed_id=agreed.feed_id)
            return 200
        save_push(conn, agreed.feed_id, headers, body, now=now)
    return 202


def is_signed(signature: str, secret: str, body: bytes) -> bool:
    """True where `signature` ("sha256=…") proves that the sender knows the secret."""
    method, _, digest = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), digest.strip().lower().encode())


async def _body(request: Request) -> bytes | None:
    """The body; None where it is longer than a feed may be."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FEED_BYTES:
            return None
    return bytes(body)


def _is_open(agreed: Subscription, now: datetime) -> bool:
    """True where we asked the hub a while ago and it has not verified that yet."""
    return agreed.awaits_hub() and agreed.requested_at is not None and now - agreed.requested_at < _OPEN


def _lease(seconds: int | None) -> timedelta:
    if seconds is None or seconds <= 0:
        return DEFAULT_LEASE
    return min(timedelta(seconds=min(seconds, 10**9)), LONGEST_LEASE)


def _nothing_here() -> Response:
    return Response(status_code=404)
