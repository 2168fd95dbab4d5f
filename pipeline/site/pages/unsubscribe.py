"""The end of a mail: what a receiver's link shows, and what it does when it is posted.

A GET changes nothing, because filters of mail follow every link. The token is the only login: it was sent to that
receiver alone.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pipeline.site.desk import Desk, form_of
from pipeline.store import unsubscriptions
from pipeline.store.unsubscriptions import Unsubscription


def routes(desk: Desk) -> APIRouter:
    """GET and POST /unsubscribe/TOKEN."""
    router = APIRouter()

    @router.get("/unsubscribe/{token}")
    def ask(request: Request, token: str) -> Response:
        return _shown(desk, request, token, _find(desk, token))

    @router.post("/unsubscribe/{token}")
    async def leave(request: Request, token: str) -> Response:
        """`List-Unsubscribe=One-Click` (RFC 8058) or the button of the page; `again` comes back."""
        back = "again" in await form_of(request)
        return await run_in_threadpool(_set, desk, request, token, leave=not back)

    return router


def _find(desk: Desk, token: str) -> Unsubscription | None:
    if desk.deciding is None:
        return None
    with desk.deciding() as ctx, ctx.engine.connect() as conn:
        return unsubscriptions.find(conn, token)


def _set(desk: Desk, request: Request, token: str, *, leave: bool) -> Response:
    found = None
    if desk.deciding is not None:
        with desk.deciding() as ctx, ctx.engine.begin() as conn:
            found = unsubscriptions.set_left(conn, token, leave=leave, now=desk.now())
    return _shown(desk, request, token, found)


def _shown(desk: Desk, request: Request, token: str, found: Unsubscription | None) -> Response:
    if found is None:
        raise HTTPException(404)
    return desk.view(request).show("unsubscribe.html", found=found, token=token)
