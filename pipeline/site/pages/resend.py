"""Send an alert again, to receivers that are chosen; only for who is logged in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from pipeline.site.desk import Desk, DeskRow, View, form_of
from pipeline.site.errors import Refused
from pipeline.site.pages.decide import require_writer
from pipeline.site.pages.meeting import number_of
from pipeline.store import repeated_deliveries
from pipeline.store.reports.alert_report import deliveries_of

_ON_ITS_WAY = ("pending", "held", "sending")
_Form = dict[str, list[str]]


def routes(desk: Desk) -> APIRouter:
    """GET and POST /alerts/{number}/resend."""
    router = APIRouter()

    @router.get("/alerts/{number}/resend")
    def ask(request: Request, number: str) -> Response:
        v = desk.view(request)
        if v.login is None:
            return RedirectResponse(v.url("/login", back=v.here()), 303)
        return _form(v, _newest(v, number), "")

    @router.post("/alerts/{number}/resend")
    async def send(request: Request, number: str) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(_send, desk, request, number, form)

    return router


def _form(v: View, rows: list[DeskRow], problem: str, status: int = 200) -> Response:
    return v.show("resend.html", status, rows=rows, problem=problem)


def _newest(v: View, number: str) -> list[DeskRow]:
    """The last delivery to each receiver of an alert."""
    alert = number_of(number)
    if v.desk.deciding is None:
        raise Refused(403, v.t("decide_closed"))
    with v.desk.reading.connect() as conn:
        rows = deliveries_of(conn, alert) if alert is not None else []
    if not rows:
        raise Refused(404, v.t("no_such_alert", what=number[:40]))
    return list({(row["channel"], row["receiver"]): row for row in rows}.values())  # the later ones come last


def _send(desk: Desk, request: Request, number: str, form: _Form) -> Response:
    v = desk.view(request)
    require_writer(v, form)
    rows = _newest(v, number)
    chosen = [row for row in rows if str(row["delivery_id"]) in form.get("delivery", [])]
    if not chosen:
        return _form(v, rows, v.t("choose_receiver"), 422)
    if desk.deciding is None:  # _newest has seen to it
        raise Refused(403, v.t("decide_closed"))
    ids = [row["delivery_id"] for row in chosen if row["state"] not in _ON_ITS_WAY]
    with desk.deciding() as ctx, ctx.engine.begin() as conn:
        repeated_deliveries.resend(conn, ids, new_key=False, now=v.now)
    return RedirectResponse(v.url("/alerts", done=len(chosen)), 303)
