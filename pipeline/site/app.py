"""The site as one ASGI application. It reads and writes the database and starts nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from pipeline import __version__
from pipeline.errors import WirewatchError
from pipeline.site import health, websub
from pipeline.site.desk import Desk
from pipeline.site.errors import Refused
from pipeline.site.guard import RequestGuard
from pipeline.site.pages import PAGES

log = structlog.get_logger(__name__)

FOREVER = "public, max-age=31536000, immutable"
_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


def create_app(
    engine: Engine,
    *,
    desk: Desk | None = None,
    hosts: Iterable[str] = (),
    pushed: Callable[[], None] = lambda: None,
    trouble: Callable[[], str] = str,
    outlets: Callable[[FastAPI], None] = lambda _app: None,
) -> FastAPI:
    """The application on a migrated database: pages where there is a desk, /health, the callback of hubs.

    `hosts` may be asked for (none: all); `pushed` is called when a hub has brought something; `trouble` says why
    hubs are not dealt with, "" if they are; `outlets` adds feeds, calendars and the API.
    """
    app = _bare()
    app.include_router(health.routes(engine, trouble, lambda request: may_see(desk, request)))
    app.include_router(websub.routes(engine, pushed))
    if desk is not None:
        add_pages(app, desk)
    outlets(app)
    app.add_middleware(RequestGuard, hosts=hosts)
    return app


def create_pages(desk: Desk, dependencies: Sequence[Any] = ()) -> FastAPI:
    """The pages alone, to be mounted inside another program, whose login the `dependencies` of every route ask."""
    app = _bare(dependencies)
    add_pages(app, desk)
    app.add_middleware(RequestGuard, framed=True)
    return app


def may_see(desk: Desk | None, request: Request) -> bool:
    """Who sees details of the health check: logged-in users, holders of the token, and callers on this machine."""
    if desk is not None and (desk.logins.of(request) is not None or desk.logins.knows(request)):
        return True
    near = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    through_a_proxy = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    return near and not through_a_proxy and not (desk is not None and desk.logins.token)


def add_pages(app: FastAPI, desk: Desk) -> None:
    """Every page, its style sheet, and the answers for pages that cannot be shown."""
    app.state.desk = desk
    app.state.meeting_links = lambda _number: ()
    app.state.feed_links = ()
    for routes in PAGES:
        app.include_router(routes(desk))
    app.include_router(_assets(desk))
    app.add_middleware(GZipMiddleware, minimum_size=1024)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        v = desk.view(request)
        return v.show("refused.html", error.status, status_code=error.status, reason=error.reason, hint=error.hint)

    @app.exception_handler(HTTPException)
    def failed(request: Request, error: HTTPException) -> Response:
        v = desk.view(request)
        reason = v.t("no_page") if error.status_code == 404 else str(error.detail)
        return v.show("refused.html", error.status_code, status_code=error.status_code, reason=reason, hint="")

    @app.exception_handler(SQLAlchemyError)
    def down(request: Request, error: SQLAlchemyError) -> Response:  # noqa: ARG001 - what it says is not for strangers
        return Response("The database did not answer. Try again in a minute.\n", 503, {"Retry-After": "30"})

    @app.exception_handler(WirewatchError)
    def wrong(request: Request, error: WirewatchError) -> Response:
        log.error("a page cannot be made", path=request.url.path, error=str(error))
        return Response("This page cannot be made now: the log of the site says why.\n", 503)


def _bare(dependencies: Sequence[Any] = ()) -> FastAPI:
    return FastAPI(title="wirewatch", version=__version__, docs_url=None, redoc_url=None, openapi_url=None,
                   dependencies=list(dependencies))  # fmt: skip


def _assets(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/assets/{version}/{name}")
    def asset(version: str, name: str) -> Response:
        found = desk.assets.get(name)
        if found is None or found[1] != version:
            raise HTTPException(404)
        return Response(found[0], media_type=_KINDS[name.rpartition(".")[2]], headers={"Cache-Control": FOREVER})

    return router
