"""Opens what the pages need: a database login that can only read, and on request one that may decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from sqlalchemy import Engine, text

from pipeline.configuration import load_configuration
from pipeline.errors import DatabaseError
from pipeline.settings import LOCAL_NAMES, Settings, load_settings
from pipeline.site.app import create_pages
from pipeline.site.desk import Desk
from pipeline.site.login import Logins
from pipeline.stages.running.context import Context
from pipeline.store.server.engine import connect, open_engine, parse_url
from pipeline.store.server.roles import ANALYST

_LOOPBACK = (*LOCAL_NAMES, "[::1]")
_OPEN = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
# May the login read what the analysts may not? Then its own statements are not to be had from the page.
_CAN_DO_MORE = text("SELECT has_schema_privilege('store', 'USAGE') OR r.rolsuper OR session_user <> current_user "
                    "FROM pg_roles r WHERE r.rolname = session_user")  # fmt: skip


def open_desk(ctx: Context) -> Desk:
    """The desk of `wirewatch site`; decisions of logged-in users run in the same process."""
    settings = ctx.settings
    reading = reader_of(settings, ctx.engine)
    logins = Logins(settings.site_token, _proxies(settings))
    return Desk(reading, settings.config_dir, settings.sql_dir, logins, settings.site_zone,
                deciding=lambda: nullcontext(ctx), free_sql=can_only_read(reading))  # fmt: skip


def open_pages(outside: Callable[[Request], str | None], dependencies: Sequence[Any]) -> FastAPI:
    """The pages for another program with a login of its own; `outside` names who may decide, None for a reader."""
    settings = load_settings()
    engine = connect(settings)

    @cache
    def context() -> Context:
        return Context(settings, engine, load_configuration(settings.config_dir))

    @contextmanager
    def deciding() -> Iterator[Context]:
        yield context()

    make: Callable[[], AbstractContextManager[Context]] = deciding
    reading = reader_of(settings, engine)
    desk = Desk(reading, settings.config_dir, settings.sql_dir, Logins(outside=outside), settings.site_zone,
                deciding=make, free_sql=can_only_read(reading))  # fmt: skip
    return create_pages(desk, dependencies)


def reader_of(settings: Settings, engine: Engine) -> Engine:
    """An engine that only reads: WIREWATCH_SITE_DATABASE_URL, or the analysts' role on the database of `engine`.

    Raises:
        DatabaseError: the server accepts neither of them.
    """
    if settings.site_database_url:
        return open_engine(_read_only(parse_url(settings.site_database_url)))
    if settings.database_url is None:
        return open_engine(_read_only(engine.url.set(username=ANALYST)))
    try:
        return open_engine(_read_only(engine.url, f"-c role={ANALYST}"))
    except DatabaseError:  # the role is missing, or not ours to take: the same login, told to read only
        return open_engine(_read_only(engine.url))


def can_only_read(reading: Engine) -> bool:
    """Whether a login can do nothing but read the views, whatever it is asked."""
    with reading.connect() as conn:
        return not conn.scalar(_CAN_DO_MORE)


def hosts_of(settings: Settings) -> tuple[str, ...]:
    """Which hosts may be asked for; none named: any, behind a proxy that sees to it."""
    if settings.site_host in _OPEN and not settings.site_url:
        return ()
    known = urlsplit(settings.site_url).hostname
    own = f"[{settings.site_host}]" if ":" in settings.site_host else settings.site_host
    return (*_LOOPBACK, own, *([known] if known else []))


def _proxies(settings: Settings) -> frozenset[str]:
    return frozenset(filter(None, (part.strip() for part in settings.site_proxies.split(","))))


def _read_only(url: Any, more: str = "") -> Any:
    options = url.query.get("options", "")
    own = f"{options} {more} -c default_transaction_read_only=on -c statement_timeout=15s"
    return url.update_query_dict({"options": own.strip()})
