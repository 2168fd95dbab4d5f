"""The site as one ASGI application. It reads and writes the database and starts nothing by itself."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from sqlalchemy import Engine

from pipeline import __version__
from pipeline.site import health, websub


def create_app(
    engine: Engine, *, pushed: Callable[[], None] = lambda: None, trouble: Callable[[], str] = str
) -> FastAPI:
    """The application on a migrated database.

    `pushed` is called when a hub has brought something; `trouble` says why
    hubs are not dealt with, "" if they are.
    """
    app = FastAPI(title="wirewatch", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health.routes(engine, trouble))
    app.include_router(websub.routes(engine, pushed))
    return app
