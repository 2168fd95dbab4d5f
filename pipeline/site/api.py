"""The JSON API, version 1: meetings, alerts, reports and articles; cursors, ETags, problem documents, OpenAPI."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine
from starlette.exceptions import HTTPException as StarletteHTTPException

from pipeline import __version__
from pipeline.alerts import payload
from pipeline.alerts.dates import bounds
from pipeline.alerts.message import Sending
from pipeline.alerts.names import GazetteerNames
from pipeline.alerts.rules import AlertRules
from pipeline.configuration import Configuration
from pipeline.records import CalendarEntry
from pipeline.site import feeds_out
from pipeline.site.problems import invalid, problem
from pipeline.site.tokens import Gate
from pipeline.store import operator_notices, repeated_deliveries
from pipeline.store.calendar_entries import entries_after, entry_of
from pipeline.store.notices import load_notices
from pipeline.store.reports import alert_report, article_report, lists, meeting_report

PATH = "/api/v1"
Answers = TypeVar("Answers", bound=Callable[..., Response])
_CACHE = "private, max-age=15"
IfNoneMatch = Annotated[str | None, Header()]


class Page(BaseModel):
    """Which part of a list: what is not named here is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(default=None, description="`next` of the page before; keep it: it never runs out")
    limit: int = Field(default=50, ge=1, le=200)
    token: str | None = None


PageQuery = Annotated[Page, Query()]


def add_outlets(
    app: FastAPI,
    engine: Engine,
    configuration: Configuration,
    *,
    site_url: str = "",
    alerts: Callable[[], AlertRules] | None = None,
) -> None:
    """Put the feed, the calendars and the API on the site, and links to them on its pages."""
    app.include_router(feeds_out.routes(engine, configuration, site_url=site_url, alerts=alerts))
    app.mount(PATH, create_api(engine, configuration, site_url=site_url))
    app.state.feed_links = (("Atom", "/feeds/changes.atom"), ("iCalendar", "/calendar.ics"))
    app.state.meeting_links = lambda number: (("JSON", f"{PATH}/meetings/{number}"),)


def create_api(engine: Engine, configuration: Configuration, *, site_url: str = "") -> FastAPI:
    """The API as an application of its own, to be mounted at /api/v1: its OpenAPI page is /api/v1/openapi.json."""
    app = FastAPI(title="wirewatch API", version=__version__, docs_url=None, redoc_url=None)
    app.include_router(routes(engine, configuration, site_url=site_url))
    app.add_exception_handler(StarletteHTTPException, problem)
    app.add_exception_handler(RequestValidationError, invalid)
    return app


def routes(engine: Engine, configuration: Configuration, *, site_url: str = "") -> APIRouter:
    """Every route, without the path in front."""
    gate = Gate(engine)
    router = APIRouter(dependencies=[gate.reading()])
    _add_alerts(router, engine, gate, configuration.names, Sending(site=site_url.rstrip("/")))
    _add_meetings(router, engine)
    _add_operator(router, engine, gate)
    return router


def _add_alerts(router: APIRouter, engine: Engine, gate: Gate, names: GazetteerNames, sending: Sending) -> None:
    @_reads(router, "/alerts")
    def alerts(request: Request, page: PageQuery, if_none_match: IfNoneMatch = None) -> Response:
        """Alerts, oldest first: ask again with `next` for what came since. An outage of a webhook ends with it."""
        now = datetime.now(UTC)
        with engine.connect() as conn:
            ids = alert_report.alerts_after(conn, after=_after(page.cursor, "alerts"), limit=page.limit, now=now)
            notices = load_notices(conn, ids, now=now)
        items = [payload.data(notices[i], names, sending) for i in ids]
        return _list(request, "alerts", items, ids[-1] if ids else None, page, now, if_none_match)

    @_reads(router, "/alerts/{key:path}/deliveries")
    def alert_deliveries(key: str) -> Response:
        """What became of an alert at each receiver."""
        with engine.connect() as conn:
            return _json({"items": alert_report.deliveries_of(conn, _found(alert_report.alert_of(conn, key)))})

    @router.post("/alerts/{key:path}/resend", dependencies=[gate.acting()], status_code=202)
    def resend(key: str) -> Response:
        """Send an alert again to those it was for, under the same key: a receiver that has it drops it."""
        now = datetime.now(UTC)
        with engine.begin() as conn:
            rows = alert_report.deliveries_of(conn, _found(alert_report.alert_of(conn, key)))
            waiting = [row for row in rows if row["state"] == "pending"]
            made = (
                []
                if waiting
                else repeated_deliveries.resend(conn, [r["delivery_id"] for r in rows], new_key=False, now=now)
            )
        return _json({"on_their_way": len(made) or len(waiting)}, status=202)

    @_reads(router, "/alerts/{key:path}")
    def alert(key: str, if_none_match: IfNoneMatch = None) -> Response:
        """One alert by its key or number."""
        now = datetime.now(UTC)
        with engine.connect() as conn:
            number = _found(alert_report.alert_of(conn, key))
            notice = load_notices(conn, [number], now=now)[number]
        return _json(payload.document(notice, names, sending), if_none_match)


def _add_meetings(router: APIRouter, engine: Engine) -> None:
    @_reads(router, "/meetings")
    def meetings(request: Request, page: PageQuery, if_none_match: IfNoneMatch = None) -> Response:
        """Meetings as they stand, by number."""
        now = datetime.now(UTC)
        with engine.connect() as conn:
            found = entries_after(conn, after=_after(page.cursor, "meetings"), limit=page.limit)
        items = [_meeting(entry) for entry in found]
        return _list(request, "meetings", items, found[-1].number if found else None, page, now, if_none_match)

    @_reads(router, "/meetings/{name}")
    def meeting(name: str, if_none_match: IfNoneMatch = None) -> Response:
        """One meeting by its number or uid, with its states and every report."""
        with engine.connect() as conn:
            entry = entry_of(conn, name)
            if entry is None:
                raise HTTPException(404, f"there is no meeting {name}")
            whole = meeting_report.meeting_report(conn, entry.number) or {}
        parts = {part: whole.get(part, []) for part in ("timeline", "reports", "rulings", "alerts")}
        return _json(_meeting(entry) | parts, if_none_match)

    @_reads(router, "/reports")
    def reports(request: Request, page: PageQuery, if_none_match: IfNoneMatch = None) -> Response:
        """What texts say of meetings, sentence by sentence, by number."""
        with engine.connect() as conn:
            found = lists.reports_after(conn, after=_after(page.cursor, "reports"), limit=page.limit)
        last = found[-1]["number"] if found else None
        return _list(request, "reports", found, last, page, datetime.now(UTC), if_none_match)

    @_reads(router, "/articles")
    def articles(request: Request, page: PageQuery, if_none_match: IfNoneMatch = None) -> Response:
        """Articles by number, without their texts."""
        now = datetime.now(UTC)
        with engine.connect() as conn:
            found = lists.articles_after(conn, after=_after(page.cursor, "articles"), limit=page.limit, now=now)
        last = found[-1]["number"] if found else None
        return _list(request, "articles", found, last, page, now, if_none_match)

    @_reads(router, "/articles/{number}")
    def article(number: int, if_none_match: IfNoneMatch = None) -> Response:
        """What became of one article, stage by stage."""
        with engine.connect() as conn:
            trail = article_report.explain_article(conn, number)
        if trail is None:
            raise HTTPException(404, f"there is no article {number}")
        return _json(trail, if_none_match)


def _add_operator(router: APIRouter, engine: Engine, gate: Gate) -> None:
    @router.post("/operator/{number}/ack", dependencies=[gate.acting()], status_code=204)
    def ack(number: int) -> Response:
        """Take on a trouble of wirewatch's own."""
        with engine.begin() as conn:
            if not operator_notices.acknowledge(conn, number, who="api", now=datetime.now(UTC)):
                raise HTTPException(404, f"there is no open notice {number}")
        return Response(status_code=204)

    @_reads(router, "/schema/alert/1.json")
    def schema() -> Response:
        """The JSON Schema of alerts."""
        return _json(payload.schema())


def _reads(router: APIRouter, path: str) -> Callable[[Answers], Answers]:
    """A route for GET, and for HEAD, which calendars and monitors ask; the documentation names it once."""

    def add(answers: Answers) -> Answers:
        router.add_api_route(path, answers, methods=["GET"])
        router.add_api_route(path, answers, methods=["HEAD"], include_in_schema=False)
        return answers

    return add


def _meeting(entry: CalendarEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "uid": entry.uid,
        "sequence": entry.sequence,
        "status": entry.status,
        "flags": entry.flags,
        "format": entry.format,
        "countries": entry.countries,
        "participants": [
            {"id": p.id, "name": p.name, "office": p.office, "country": p.country, "role": p.role}
            for p in entry.participants
        ],
        "place": {"name": entry.place.name, "country": entry.place.country} if entry.place else None,
        "date": _when(entry.date, entry.clock),
        "previous_dates": [_when(edtf, None) for edtf in entry.previous],
        "proof": {"quote": entry.quote, "outlet": entry.outlet, "url": entry.url},
        "changed_at": entry.changed_at,
        "merged_into": entry.merged_into,
        "dismissed": entry.dismissed,
    }


def _when(edtf: str | None, clock: str | None) -> dict[str, Any] | None:
    if edtf is None:
        return None
    said = bounds(edtf)
    return {"edtf": edtf, "from": said.first, "to": said.last, "precision": said.precision, "time": clock}


def _found(number: int | None) -> int:
    if number is None:
        raise HTTPException(404, "there is no such alert")
    return number


def _list(
    request: Request,
    what: str,
    items: list[dict[str, Any]],
    last: int | None,
    page: Page,
    now: datetime,
    if_none_match: str | None,
) -> Response:
    following = _cursor(what, last) if last is not None else page.cursor or _cursor(what, 0)
    body = {"items": items, "next": following, "more": len(items) == page.limit}
    answer = _json(body, if_none_match, beside={"as_of": now})
    answer.headers["Link"] = (
        f'<{request.url.include_query_params(cursor=following).remove_query_params("token")}>; rel="next"'
    )
    return answer


def _json(
    content: Any, if_none_match: str | None = None, *, status: int = 200, beside: dict[str, Any] | None = None
) -> Response:
    """JSON with an ETag of `content`; `beside` is said too and does not count."""
    stamp = json.dumps(_without_the_moment(content), default=str, ensure_ascii=False, sort_keys=True)
    etag = f'"{hashlib.sha256(stamp.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": _CACHE}
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    whole = {**content, **beside} if beside else content
    body = json.dumps(whole, default=_plain, ensure_ascii=False).encode()
    return Response(body, status, headers | {"Content-Type": "application/json"})


def _without_the_moment(content: Any) -> Any:
    """What an ETag is made from: without `as_of`, the moment of asking."""
    if isinstance(content, dict):
        return {name: _without_the_moment(value) for name, value in content.items() if name != "as_of"}
    return [_without_the_moment(item) for item in content] if isinstance(content, list) else content


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _cursor(what: str, last: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([1, what, last]).encode()).decode().rstrip("=")


def _after(cursor: str | None, what: str) -> int:
    """The last number a cursor has seen.

    Raises:
        HTTPException: 400, it is not from this list.
    """
    if cursor is None:
        return 0
    try:
        version, of, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if (version, of) != (1, what) or not isinstance(last, int) or not 0 <= last < 1 << 62:
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise HTTPException(400, "the cursor is not from this list: start again without one") from None
    return last
