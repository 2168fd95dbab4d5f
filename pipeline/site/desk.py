"""The desk every page is made at: the read-only database, the clock, names, templates; and one reader's view."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import Engine, TextClause, text

from pipeline.alerts.outside import LONGEST_QUOTE, cut
from pipeline.site.days import Days
from pipeline.site.highlights import Highlighter
from pipeline.site.login import Login, Logins
from pipeline.site.names import Names
from pipeline.site.pictures.marks import MARKS, colour_of, icon
from pipeline.site.safe_text import visible
from pipeline.site.wording import LANGUAGES, Wording, accepted, wording
from pipeline.stages.running.context import Context

DeskRow = dict[str, Any]
HERE = Path(__file__).parent
LANGUAGE_COOKIE, ZONE_COOKIE = "wirewatch_language", "wirewatch_zone"
_CLOCK = text("SELECT nullif(current_setting('wirewatch.now', true), '')::timestamptz")


@dataclass
class Desk:
    """What all pages share."""

    reading: Engine  # of the read-only role
    config_dir: Path
    sql_dir: Path
    logins: Logins
    zone: str = "UTC"
    deciding: Callable[[], AbstractContextManager[Context]] | None = None
    free_sql: bool = False  # whether `reading` cannot do more than read, whatever it is asked
    _frozen: list[datetime | None] = field(default_factory=list)

    @cached_property
    def names(self) -> Names:
        """Read when first needed."""
        return Names(self.config_dir)

    @cached_property
    def highlighter(self) -> Highlighter:
        """Marks names and dates in texts."""
        return Highlighter(self.config_dir)

    def warm_up(self) -> None:
        """Read what the first pages would have to wait for, which is a second of work."""
        self.highlighter.load()
        self.names.topic("")
        for template in self.templates.list_templates():
            self.templates.get_template(template)

    @cached_property
    def assets(self) -> dict[str, tuple[bytes, str]]:
        """Files of assets/ by their name, with a hash that is part of their address."""
        files = sorted((HERE / "assets").iterdir())
        return {path.name: ((body := path.read_bytes()), hashlib.sha256(body).hexdigest()[:12]) for path in files}

    @cached_property
    def templates(self) -> Environment:
        """Everything is escaped; an undefined name is an error."""
        env = Environment(
            autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(HERE / "templates"),
            finalize=_shown, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        env.globals |= {"epoch": epoch, "icon": icon, "colour": colour_of, "marks": MARKS, "languages": LANGUAGES}
        env.filters["shown"] = lambda sentence: cut(sentence or "", LONGEST_QUOTE)  # SQL and the API have it whole
        return env

    def now(self) -> datetime:
        """The database's clock where it has one of its own (the demo's), else ours."""
        if not self._frozen:
            with self.reading.connect() as conn:
                self._frozen.append(conn.scalar(_CLOCK))
        return self._frozen[0] or datetime.now(UTC)

    def rows(self, query: TextClause, /, **values: Any) -> list[DeskRow]:
        """The rows of one query, read-only."""
        with self.reading.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(query, values)]

    def view(self, request: Request) -> View:
        """How this reader sees things."""
        return View(self, request)


class View:
    """One request's language, zone, login and way to build links."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk, self.request = desk, request
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
        self.language = asked if asked in LANGUAGES else accepted(request.headers.get("accept-language", ""))
        self.t: Wording = wording(self.language)
        zone = request.cookies.get(ZONE_COOKIE, "")
        self.zone = ZoneInfo(zone if zone in known_zones() else desk.zone)
        self.now = desk.now()
        self.d = Days(self.t, self.zone, self.now)
        self.names = desk.names
        self.login: Login | None = desk.logins.of(request)
        self.framed = request.headers.get("sec-fetch-dest") == "iframe"

    def url(self, path: str, **query: Any) -> str:
        """A link within the site, wherever it is mounted; empty values are left out."""
        asked = urlencode({name: value for name, value in query.items() if value not in (None, "")}, doseq=True)
        return f"{self.request.scope.get('root_path', '')}{path}" + (f"?{asked}" if asked else "")

    def here(self, **changes: Any) -> str:
        """This page with some of its parameters changed; None takes one out."""
        query = dict(self.request.query_params) | changes
        path = self.request.scope["path"].removeprefix(self.request.scope.get("root_path", ""))
        return self.url(path, **query)

    def place_url(self, place: str, country: str | None) -> str:
        """The page of a place; "" where its country is not known, which is part of the address."""
        return self.url(f"/places/{country}/{quote(place, safe='')}") if country else ""

    def subscriptions(self, **wish: Any) -> list[tuple[str, str]]:
        """Links to what is seen as a feed and a calendar, where the site has them."""
        return [(word, self.url(address, **wish)) for word, address in self.request.app.state.feed_links]

    def asset(self, name: str) -> str:
        """The address of a file of assets/, another one for other content."""
        return self.url(f"/assets/{self.desk.assets[name][1]}/{name}")

    def person(self, who: Mapping[str, Any]) -> str:
        """A participant's name in the reader's language."""
        return self.names.person(who["person_id"], self._said(who), self.language)

    def short(self, who: Mapping[str, Any]) -> str:
        """Surname, or its substitute."""
        return self.names.short(who["person_id"], self._said(who), self.language)

    def _said(self, who: Mapping[str, Any]) -> str:
        """The one name texts have for a person in the reader's language."""
        return str(who.get(f"name_{self.language}") or who["name"])

    def country(self, code: str | None) -> str:
        """Its name in the reader's language."""
        return self.names.country(code, self.language)

    def language_name(self, code: str) -> str:
        """Turkish, русский, Almanca; the code itself where the CLDR has no name for it."""
        return self.t.maybe(f"language_{code}", self.t.locale.languages.get(code, code))

    def status(self, status: str) -> str:
        """A status, flag, change or state of ours in words."""
        return self.t.maybe(f"status_{status.replace(' ', '_')}", status)

    def form_key(self) -> str:
        """For the hidden field of a form that writes."""
        return self.desk.logins.form_key(self.login) if self.login else ""

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """The page; 304 where the reader has it already."""
        html = self.desk.templates.get_template(template).render(
            v=self, t=self.t, rich=self.t.rich, d=self.d, url=self.url, **values
        )
        body = html.encode("utf-8", "replace")
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
        if status == 200 and self.request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(body, status, headers)


@cache
def known_zones() -> frozenset[str]:
    """Every time zone by name; a walk through six hundred files, which no page should wait for."""
    return frozenset(available_timezones())


async def form_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form; the guard bounds how long it may be."""
    body = (await request.body()).decode("utf-8", "replace")
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(body, keep_blank_values=True, max_num_fields=2000):
        fields.setdefault(name, []).append(value)
    return fields


def epoch(seconds: float) -> datetime:
    """A moment that came as a number, out of JSON."""
    return datetime.fromtimestamp(seconds, UTC)


def source_link(url: str) -> str:
    """An address from outside that may be linked to; "" for anything but http and https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def _shown(value: Any) -> Any:
    """None is nothing; text from outside cannot turn the line around."""
    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    return visible(value) if isinstance(value, str) else value
