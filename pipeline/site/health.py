"""Health checks for monitors: /health, a JSON document, 503 if something is wrong; /livez, /readyz and /metrics.

Wrong is: the database cannot be queried, or pushes are not processed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline import __version__
from pipeline.site.metrics import CONTENT_TYPE, DOWN, exposition
from pipeline.store.reports.operation_report import operation_report

_FEEDS = text("SELECT health, count(*) FROM wirewatch.feed_health GROUP BY health ORDER BY health")
_BACKLOG = text(
    "SELECT stage, due, in_work, failing, extract(epoch FROM wirewatch.clock() - oldest) FROM wirewatch.backlog"
)
_READY = text("SELECT FROM wirewatch.backlog LIMIT 1")
_NEWEST = text("SELECT max(first_seen_at) FROM store.article_version")


def routes(engine: Engine, trouble: Callable[[], str], may_see: Callable[[Request], bool]) -> APIRouter:
    """GET /health, /livez, /readyz, /metrics; `trouble` says why hubs are not dealt with, "" if they are.

    Details and metrics are for whom `may_see` lets; others learn only whether all is well.
    """
    router = APIRouter()

    @router.get("/livez")
    def live() -> Response:
        """The process answers, whatever the database does: to restart it would not help."""
        return _plain("ok", 200)

    @router.get("/readyz")
    def ready() -> Response:
        """The database answers and has our schema: requests can be served."""
        try:
            with engine.connect() as conn:
                conn.execute(_READY)
        except SQLAlchemyError:
            return _plain("the database does not answer", 503)
        return _plain("ok", 200)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        if not may_see(request):
            return _plain(
                "log in, or send the token: Authorization: Bearer …", 401, {"WWW-Authenticate": "Bearer"}
            )
        try:
            with engine.connect() as conn:
                report = operation_report(conn)
        except SQLAlchemyError:
            return Response(DOWN, media_type=CONTENT_TYPE)
        return Response(exposition(report), media_type=CONTENT_TYPE)

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


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
