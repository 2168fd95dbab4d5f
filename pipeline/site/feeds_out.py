"""Changes as an Atom feed and meetings as calendars, one for each watch: what readers subscribe to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from sqlalchemy import Engine

from pipeline.alerts import atom
from pipeline.alerts.calendar import calendar
from pipeline.alerts.message import Style
from pipeline.alerts.rules import AlertRules
from pipeline.configuration import Configuration
from pipeline.site.tokens import Gate
from pipeline.store.calendar_entries import load_entries
from pipeline.store.notices import load_notices
from pipeline.store.reports.alert_report import recent_alerts

RECENT = timedelta(days=30)
_HEADERS = {
    "Cache-Control": "private, max-age=60",
    "Referrer-Policy": "no-referrer",  # the address may hold a token
    "X-Robots-Tag": "noindex",
}
_METHODS = ["GET", "HEAD"]
_IfNoneMatch = Annotated[str | None, Header()]
_Language = Annotated[str, Query(pattern="^[a-z]{2}$", description="_Language of labels, dates and names")]
_Cancelled = Annotated[str, Query(pattern="^(hide|show)?$", description="show: as tentative, for Google")]


def routes(
    engine: Engine,
    configuration: Configuration,
    *,
    site_url: str = "",
    alerts: Callable[[], AlertRules] | None = None,
) -> APIRouter:
    """/feeds/changes.atom, /calendar.ics and /calendar/WATCH.ics.

    `alerts` gives the rules in force (without it those of `configuration`); `site_url` is the public address.
    """
    gate = Gate(engine)
    site = site_url.rstrip("/")
    host = urlsplit(site_url).hostname or "wirewatch.invalid"
    router = APIRouter(dependencies=[gate.reading()])

    def style(language: str) -> Style:
        if language not in configuration.words:
            raise HTTPException(404, f"there are no words in {language}")
        return Style(configuration.words[language], configuration.names)

    @router.api_route("/feeds/changes.atom", methods=_METHODS)
    def changes(request: Request, lang: _Language = "en", if_none_match: _IfNoneMatch = None) -> Response:
        """The changes of the last thirty days, newest first; a correction is an entry of its own."""
        now = datetime.now(UTC)
        with engine.connect() as conn:
            ids = recent_alerts(conn, since=now - RECENT, limit=atom.MOST)
            notices = load_notices(conn, ids, now=now)
        self_url = f"{site or str(request.base_url).rstrip('/')}/feeds/changes.atom?lang={lang}"
        newest = [notices[alert_id] for alert_id in ids]
        stamp = f"{lang} {site} {[(n.key, n.reports, n.now.status) for n in newest]}"
        etag = f'"{hashlib.sha256(stamp.encode()).hexdigest()[:32]}"'
        if if_none_match == etag:
            return Response(status_code=304, headers=_HEADERS | {"ETag": etag})
        body = atom.feed(newest, style(lang), self_url=self_url, site=site, now=now)
        return Response(body, media_type="application/atom+xml", headers=_HEADERS | {"ETag": etag})

    def calendar_of(name: str | None, lang: str, cancelled: str, if_none_match: str | None) -> Response:
        now = datetime.now(UTC)
        with engine.connect() as conn:
            entries = load_entries(conn, now=now)
        if name is not None:
            watch = (alerts() if alerts else configuration.alerts).watch(name)
            if watch is None:
                raise HTTPException(404, f"there is no watch {name}")
            entries = [entry for entry in entries if watch.is_about(entry.facts())]
        made = calendar(
            entries,
            style(lang),
            name=name or "all meetings",
            now=now,
            host=host,
            site=site,
            show_cancelled=cancelled == "show",
        )
        headers = _HEADERS | {"ETag": made.etag, "X-Wirewatch-Left-Out": str(made.left_out)}
        if if_none_match == made.etag:
            return Response(status_code=304, headers=headers)
        return Response(made.body, media_type="text/calendar; charset=utf-8", headers=headers)

    @router.api_route("/calendar.ics", methods=_METHODS)
    def whole(lang: _Language = "en", cancelled: _Cancelled = "", if_none_match: _IfNoneMatch = None) -> Response:
        """Every meeting of the last ninety days and of the time to come."""
        return calendar_of(None, lang, cancelled, if_none_match)

    @router.api_route("/calendar/{watch}.ics", methods=_METHODS)
    def of_a_watch(
        watch: str, lang: _Language = "en", cancelled: _Cancelled = "", if_none_match: _IfNoneMatch = None
    ) -> Response:
        """The meetings one watch of config/alerts.yml is about."""
        return calendar_of(watch, lang, cancelled, if_none_match)

    return router
