"""The health check for monitors: one JSON document, status 503 if something is wrong.

That is the case if the database cannot be queried, or if pushes are not processed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline import __version__

_FEEDS = text("SELECT health, count(*) FROM wirewatch.feed_health GROUP BY health ORDER BY health")
_BACKLOG = text(
    "SELECT stage, due, in_work, failing, extract(epoch FROM wirewatch.clock() - oldest) FROM wirewatch.backlog"
)
_NEWEST = text("SELECT max(first_seen_at) FROM store.article_version")


def routes(engine: Engine, trouble: Callable[[], str], may_see: Callable[[Request], bool]) -> APIRouter:
    """GET /health; `trouble` says why hubs are not dealt with, "" if they are.

    Details are for whom `may_see` lets; everybody else hears whether all is well.
    """
    router = APIRouter()

    @router.get("/health")
    def health(request: Request) -> JSONResponse:
        answer = full()
        if may_see(request):
            return answer
        return JSONResponse({"ok": answer.status_code == 200}, answer.status_code)

    def full() -> JSONResponse:
        hubs = trouble()
        facts: dict[str, Any] = {"version": __version__, "hubs": hubs or "ok"}
        try:
            with engine.connect() as conn:
                newest = conn.scalar(_NEWEST)
                facts |= {
                    "feeds": {row[0]: row[1] for row in conn.execute(_FEEDS)},
                    "backlog": {
                        stage: {"due": due, "in_work": in_work, "failing": failing, "late_s": max(0, int(late))}
                        for stage, due, in_work, failing, late in conn.execute(_BACKLOG)
                    },
                    "newest_text_at": newest.isoformat() if newest else None,
                }
        except SQLAlchemyError as error:  # also that of the pool, where no connection is free
            reason = str(getattr(error, "orig", None) or error).strip()
            return JSONResponse(facts | {"ok": False, "error": reason}, status_code=503)
        return JSONResponse(facts | {"ok": not hubs}, status_code=503 if hubs else 200)

    return router
