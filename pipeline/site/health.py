"""Health checks for monitors: /health, a JSON document, 503 if something is wrong; /livez, /readyz and /metrics.

Wrong is: the database cannot be queried, or pushes are not processed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Connection, Engine, text
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
    checks, router = _Checks(engine, trouble, may_see), APIRouter()
    for path, check in (
        ("/livez", checks.live),
        ("/readyz", checks.ready),
        ("/metrics", checks.metrics),
        ("/health", checks.health),
    ):
        router.add_api_route(path, check, response_model=None)
    return router


@dataclass(frozen=True)
class _Checks:
    engine: Engine
    trouble: Callable[[], str]
    may_see: Callable[[Request], bool]

    def live(self) -> Response:
        """The process answers, whatever the database does: to restart it would not help."""
        return _plain("ok", 200)

    def ready(self) -> Response:
        """The database answers and has our schema: requests can be served."""
        try:
            with self.engine.connect() as conn:
                conn.execute(_READY)
        except SQLAlchemyError:
            return _plain("the database does not answer", 503)
        return _plain("ok", 200)

    def metrics(self, request: Request) -> Response:
        """For Prometheus."""
        if not self.may_see(request):
            return _plain(
                "log in, or send the token: Authorization: Bearer …", 401, {"WWW-Authenticate": "Bearer"}
            )
        try:
            with self.engine.connect() as conn:
                report = operation_report(conn)
        except SQLAlchemyError:
            return Response(DOWN, media_type=CONTENT_TYPE)
        return Response(exposition(report), media_type=CONTENT_TYPE)

    def health(self, request: Request) -> Response:
        """Whether all is well; 503 if not."""
        facts, ok = self._facts()
        shown = facts | {"ok": ok} if self.may_see(request) else {"ok": ok}
        return JSONResponse(shown, 200 if ok else 503)

    def _facts(self) -> tuple[dict[str, Any], bool]:
        hubs = self.trouble()
        facts: dict[str, Any] = {"version": __version__, "hubs": hubs or "ok"}
        try:
            with self.engine.connect() as conn:
                return facts | _from_database(conn), not hubs
        except SQLAlchemyError as error:  # also that of the pool, where no connection is free
            return facts | {"error": str(getattr(error, "orig", None) or error).strip()}, False


def _from_database(conn: Connection) -> dict[str, Any]:
    newest = conn.scalar(_NEWEST)
    return {
        "feeds": {row[0]: row[1] for row in conn.execute(_FEEDS)},
        "backlog": {
            stage: {"due": due, "in_work": in_work, "failing": failing, "late_s": max(0, int(late))}
            for stage, due, in_work, failing, late in conn.execute(_BACKLOG)
        },
        "newest_text_at": newest.isoformat() if newest else None,
    }


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
