"""Changes as an Atom feed and meetings as calendars, one for each watch: what readers subscribe to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from sqlalchemy import Engine, text

from pipeline.alerts import atom
from pipeline.alerts.calendar import calendar
from pipeline.alerts.rules import AlertRules
from pipeline.alerts.style import Style
from pipeline.configuration import Configuration
from pipeline.records import AlertFacts
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


_CLOCK = text("SELECT wirewatch.clock()")  # the demo's calendar is not of today
_Number = Annotated[int | None, Query(ge=1, description="Of this meeting only")]
_Countries = Annotated[
    str, Query(pattern="^([A-Za-z]{2}(,[A-Za-z]{2})*)?$", description="Only where all of these take part: RU,TR")
]
_Id = Annotated[str, Query(max_length=100, description="Only with this person, office or country: per:ru.sokolov")]
_Place = Annotated[str, Query(max_length=100, description="Only there: Istanbul, or a country by its code")]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a subscription is narrowed to; empty: everything."""

    meeting: int | None
    countries: frozenset[str]
    person: str
    place: str

    def holds(self, number: int, facts: AlertFacts) -> bool:
        """Whether a meeting is one of those asked for."""
        return (
            self.meeting in (None, number)
            and self.countries <= set(facts.countries)
            and self.person in ("", *facts.parties)
            and self.place in ("", facts.place, facts.place_country)
        )

    def name(self) -> str:
        """Its name in a calendar."""
        return ", ".join(
            filter(None, (f"meeting {self.meeting}" if self.meeting else "", " – ".join(sorted(self.countries)),
                          self.person.partition(".")[2].title() or self.person, self.place))
        )  # fmt: skip


def _wish(meeting: _Number = None, country: _Countries = "", person: _Id = "", place: _Place = "") -> _Wish:
    return _Wish(meeting, frozenset(filter(None, country.upper().split(","))), person, place)


_Wanted = Annotated[_Wish, Depends(_wish)]


class _Outlets:
    """The feed and the calendars of one configuration."""

    def __init__(
        self, engine: Engine, configuration: Configuration, site_url: str, alerts: Callable[[], AlertRules] | None
    ) -> None:
        self._engine, self._configuration = engine, configuration
        self._site = site_url.rstrip("/")
        self._host = urlsplit(site_url).hostname or "wirewatch.invalid"
        self._alerts = alerts or (lambda: configuration.alerts)

    def changes(self, request: Request, language: str, wish: _Wish, if_none_match: str | None) -> Response:
        """The Atom feed; 304 where the reader has it."""
        with self._engine.connect() as conn:
            now = conn.execute(_CLOCK).scalar_one()
            ids = recent_alerts(conn, since=now - RECENT, limit=atom.MOST)
            notices = load_notices(conn, ids, now=now)
        site = self._site
        narrowed = {name: value for name, value in request.query_params.items() if name != "lang"}
        self_url = f"{site or str(request.base_url).rstrip('/')}/feeds/changes.atom?" + urlencode(
            {"lang": language} | narrowed
        )
        newest = [notices[i] for i in ids if wish.holds(notices[i].meeting_id, notices[i].facts())]
        stamp = f"{language} {site} {[(n.key, n.reports, n.now.status) for n in newest]}"
        etag = f'"{hashlib.sha256(stamp.encode()).hexdigest()[:32]}"'
        if if_none_match == etag:
            return Response(status_code=304, headers=_HEADERS | {"ETag": etag})
        body = atom.feed(newest, self._style(language), self_url=self_url, site=site, now=now)
        return Response(body, media_type="application/atom+xml", headers=_HEADERS | {"ETag": etag})

    def calendar(
        self,
        watch_name: str | None,
        language: str,
        wish: _Wish,
        *,
        show_cancelled: bool,
        if_none_match: str | None,
    ) -> Response:
        """The calendar of one watch, or of all meetings; 304 where the reader has it."""
        with self._engine.connect() as conn:
            now = conn.execute(_CLOCK).scalar_one()
            entries = [e for e in load_entries(conn, now=now) if wish.holds(e.number, e.facts())]
        if watch_name is not None:
            watch = self._alerts().watch(watch_name)
            if watch is None:
                raise HTTPException(404, f"there is no watch {watch_name}")
            entries = [entry for entry in entries if watch.is_about(entry.facts())]
        made = calendar(
            entries,
            self._style(language),
            name=watch_name or wish.name() or "all meetings",
            now=now,
            host=self._host,
            site=self._site,
            show_cancelled=show_cancelled,
        )
        headers = _HEADERS | {"ETag": made.etag, "X-Wirewatch-Left-Out": str(made.left_out)}
        if if_none_match == made.etag:
            return Response(status_code=304, headers=headers)
        return Response(made.body, media_type="text/calendar; charset=utf-8", headers=headers)

    def _style(self, language: str) -> Style:
        if language not in self._configuration.words:
            raise HTTPException(404, f"there are no words in {language}")
        return Style(self._configuration.words[language], self._configuration.names)


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
    outlets = _Outlets(engine, configuration, site_url, alerts)
    router = APIRouter(dependencies=[Gate(engine).reading()])

    @router.api_route("/feeds/changes.atom", methods=_METHODS)
    def changes(
        request: Request, wish: _Wanted, lang: _Language = "en", if_none_match: _IfNoneMatch = None
    ) -> Response:
        """The changes of the last thirty days, newest first; a correction is an entry of its own."""
        return outlets.changes(request, lang, wish, if_none_match)

    @router.api_route("/calendar.ics", methods=_METHODS)
    def whole(
        wish: _Wanted, lang: _Language = "en", cancelled: _Cancelled = "", if_none_match: _IfNoneMatch = None
    ) -> Response:
        """Every meeting of the last ninety days and of the time to come."""
        return outlets.calendar(None, lang, wish, show_cancelled=cancelled == "show", if_none_match=if_none_match)

    @router.api_route("/calendar/{watch}.ics", methods=_METHODS)
    def of_a_watch(
        watch: str,
        wish: _Wanted,
        lang: _Language = "en",
        cancelled: _Cancelled = "",
        if_none_match: _IfNoneMatch = None,
    ) -> Response:
        """The meetings one watch of config/alerts.yml is about."""
        return outlets.calendar(watch, lang, wish, show_cancelled=cancelled == "show", if_none_match=if_none_match)

    return router
