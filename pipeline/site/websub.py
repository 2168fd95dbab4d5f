"""The WebSub callback: hubs verify subscriptions there, and push new items.

The address of a callback is a secret; any other address gets a 404.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from sqlalchemy import Connection, Engine
from starlette.requests import ClientDisconnect

from pipeline.stages.poll.poll import MAX_FEED_BYTES
from pipeline.store.outcomes import record_outcome
from pipeline.store.subscriptions import Subscription, by_token, note, save_push

DEFAULT_LEASE = timedelta(days=10)
LONGEST_LEASE = timedelta(days=30)
_OPEN = timedelta(days=1)  # how long after our request a hub may verify it
_MAX_CHALLENGE = 1024
BODIES_AT_ONCE = 8  # of 15 MB at most, and kept twice while they are put together
_BODY_WITHIN_S = 60.0  # a caller that falls silent must not keep its place
_AGAIN_IN_S = 10
_METHODS = ("sha1", "sha256", "sha384", "sha512")


def routes(engine: Engine, pushed: Callable[[], None]) -> APIRouter:
    """GET (verification) and POST (content) of /websub/{token}."""
    router = APIRouter()
    _add_verification(router, engine)
    _add_content(router, engine, pushed)
    return router


def _add_verification(router: APIRouter, engine: Engine) -> None:
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
            # We never unsubscribe, so a confirmation of that is not meant for us.
            if mode != "subscribe" or not challenge or not _is_open(agreed, now):
                return _nothing_here()
            expires = now + _lease(lease_seconds)
            note(
                conn, agreed.feed_id,
                state="active", verified_at=now, expires_at=expires, failures=0, misses=0, detail="",
            )  # fmt: skip
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})


def _add_content(router: APIRouter, engine: Engine, pushed: Callable[[], None]) -> None:
    room = asyncio.Semaphore(BODIES_AT_ONCE)

    @router.post("/websub/{token}")
    async def receive(token: str, request: Request) -> Response:
        # A sender that does not know the address costs no memory: its body is not read.
        refused = await run_in_threadpool(_look_up, engine, token)
        if refused is not None:
            return Response(status_code=refused)
        if room.locked():
            await run_in_threadpool(_count, engine, token, "push_no_room")
            return Response(status_code=503, headers={"Retry-After": str(_AGAIN_IN_S)})
        async with room:
            status = await _receive(engine, token, request)
        if status == 202:
            pushed()
        return Response(status_code=status)


async def _receive(engine: Engine, token: str, request: Request) -> int:
    """Read what a hub brings and keep it; returns the status to answer with."""
    try:
        async with asyncio.timeout(_BODY_WITHIN_S):
            body = await _body(request)
    except TimeoutError:
        status, reason = 408, "push_too_slow"
    except ClientDisconnect:
        status, reason = 400, "push_cut_short"  # the sender is gone
    else:
        if body is not None:
            return await run_in_threadpool(_take, engine, token, dict(request.headers), body)
        status, reason = 413, "push_too_big"
    await run_in_threadpool(_count, engine, token, reason)
    return status


def _look_up(engine: Engine, token: str) -> int | None:
    """The status to turn a caller away with before anything is read; None where it may bring something."""
    now = datetime.now(UTC)
    with engine.begin() as conn:
        agreed = by_token(conn, token)
        return 404 if agreed is None else _too_late(conn, agreed, now)


def _count(engine: Engine, token: str, reason: str) -> None:
    """Something was on its way to this address and is not read."""
    with engine.begin() as conn:
        agreed = by_token(conn, token)
        if agreed is not None:  # otherwise treat it like an unknown address
            record_outcome(conn, "push", reason, now=datetime.now(UTC), feed_id=agreed.feed_id)


def _too_late(conn: Connection, agreed: Subscription, now: datetime) -> int | None:
    """410 where the hub's promise has run out: it may forget us."""
    if agreed.verified_at is not None and agreed.expires_at is not None and agreed.expires_at > now:
        return None
    record_outcome(conn, "push", "push_too_late", now=now, feed_id=agreed.feed_id)
    return 410


def _take(engine: Engine, token: str, headers: dict[str, str], body: bytes) -> int:
    """Keep what came, if it comes from our hub; returns the status to answer with."""
    now = datetime.now(UTC)
    with engine.begin() as conn:
        agreed = by_token(conn, token)  # again: the feed may have left its hub meanwhile
        if agreed is None:
            return 404
        refused = _too_late(conn, agreed, now)
        if refused is not None:
            return refused
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
