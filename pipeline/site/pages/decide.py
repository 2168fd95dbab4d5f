"""Decisions by hand: what will change, the reason, a receipt. POST, redirect, GET; only for who is logged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy import text

from pipeline.errors import RulingError
from pipeline.site import meeting_model as model
from pipeline.site.desk import Desk, DeskRow, View, form_of
from pipeline.site.errors import Refused
from pipeline.site.login import Login
from pipeline.site.meeting_queries import head_of, rest_of
from pipeline.site.pages.meeting import number_of
from pipeline.site.titles import meeting_path, title_of
from pipeline.stages.maintain.rulings import Decision, deciding

VERBS = ("merge", "split", "link", "unlink", "dismiss", "restore")
MAX_REASON = 500
_Form = dict[str, list[str]]
_FEED = text("SELECT id FROM store.feed WHERE key = :key")
_POLL = text("UPDATE store.work SET due_at = least(due_at, :now) WHERE stage = 'poll' AND subject_id = :id")


def routes(desk: Desk) -> APIRouter:
    """GET and POST /meetings/{id}/decide/{verb}, POST /feeds/poll."""
    router = APIRouter()

    @router.get("/meetings/{address}/decide/{verb}")
    def ask(request: Request, address: str, verb: str) -> Response:
        v = desk.view(request)
        if v.login is None:
            return RedirectResponse(v.url("/login", back=v.here()), 303)
        return _form(v, address, verb, {}, "")

    @router.post("/meetings/{address}/decide/{verb}")
    async def decide(request: Request, address: str, verb: str) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(_decide, desk, request, address, verb, form)

    @router.post("/feeds/poll")
    async def poll(request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(_poll, desk, request, form)

    return router


def require_writer(v: View, form: _Form) -> Login:
    """The login of a form that may write.

    Raises:
        Refused: not logged in (401), or the form was not made here for this login (403).
    """
    if v.login is None:
        raise Refused(401, v.t("log_in_first"))
    if not v.desk.logins.is_own_form(v.request, v.login, form.get("form", [""])[0]):
        raise Refused(403, v.t("form_is_old"))
    return v.login


def _form(v: View, address: str, verb: str, form: _Form, problem: str, status: int = 200) -> Response:
    head = _head(v, address)
    if verb not in VERBS:
        raise Refused(404, v.t("no_page"))
    if v.desk.deciding is None:
        raise Refused(403, v.t("decide_closed"))
    rest = rest_of(v.desk, head, None) if head["status"] else {"reports": [], "near": [], "steps": []}
    asked = v.request.query_params.getlist("report")
    return v.show(
        "decide.html", status, head=head, verb=verb, reports=rest["reports"], near=rest["near"], problem=problem,
        chosen={*form.get("report", []), *asked}, other=form.get("other", [""])[0],
        reason=form.get("why", [""])[0],
        seen=_seen(rest), title=title_of(v, head), title_of=lambda row: title_of(v, row), most=MAX_REASON,
        claim_words=lambda row: v.d.edtf(row["date"], year=None), meeting_path=lambda row: meeting_path(v, row),
        articles=len({row["article_id"] for row in rest["reports"]}),
        independent=len({row["witness"] for row in rest["reports"]}), claims=model.claims,
    )  # fmt: skip


def _head(v: View, address: str) -> DeskRow:
    number = number_of(address)
    head = head_of(v.desk, number) if number is not None else None
    if head is None:
        raise Refused(404, v.t("no_such_meeting", what=address[:80]))
    return head


def _seen(rest: dict[str, Any]) -> str:
    """What the decision is made on: other reports or states are another ground."""
    newest = max((row["mention_id"] for row in rest["reports"]), default=0)
    return f"{len(rest['reports'])}.{newest}.{rest['steps'][-1]['step'] if rest['steps'] else 0}"


def _decide(desk: Desk, request: Request, address: str, verb: str, form: _Form) -> Response:
    v = desk.view(request)
    login = require_writer(v, form)
    if verb not in VERBS or desk.deciding is None:
        raise Refused(404, v.t("no_page"))
    head = _head(v, address)
    reason = form.get("why", [""])[0].strip()
    if not reason or len(reason) > MAX_REASON:
        return _form(v, address, verb, form, v.t("reason_needed", n=MAX_REASON), 422)
    if head["status"] and form.get("seen", [""])[0] != _seen(rest_of(desk, head, None)):
        return _form(v, address, verb, form, v.t("moved_since"), 409)
    try:
        with desk.deciding() as ctx, deciding(ctx, who=login.name, why=reason, now=v.now) as decision:
            target = _apply(decision, verb, head["meeting_id"], form, v)
    except RulingError as error:
        return _form(v, address, verb, form, str(error), 422)
    return RedirectResponse(v.url(f"/meetings/{target}", done=verb), 303)


def _apply(decision: Decision, verb: str, meeting_id: int, form: _Form, v: View) -> int:
    """Carry out one verb; returns the meeting to show afterwards."""
    reports = [int(number) for number in form.get("report", []) if number.isdecimal() and len(number) < 19]
    actions: dict[str, Callable[[], Any]] = {
        "merge": lambda: decision.merge(meeting_id, _other(form, v)),
        "split": lambda: decision.split(meeting_id, _some(reports, v)),
        "link": lambda: decision.link(_some(reports, v), meeting_id),
        "unlink": lambda: decision.unlink(meeting_id, _some(reports, v)),
        "dismiss": lambda: decision.dismiss(meeting_id),
        "restore": lambda: decision.dismiss(meeting_id, restore=True),
    }
    made = actions[verb]()
    return int(made) if verb == "split" else _other(form, v) if verb == "merge" else meeting_id


def _other(form: _Form, v: View) -> int:
    number = number_of(form.get("other", [""])[0].strip())
    if number is None:
        raise RulingError(v.t("which_meeting"))
    return number


def _some(reports: list[int], v: View) -> list[int]:
    if not reports:
        raise RulingError(v.t("which_reports"))
    return reports


def _poll(desk: Desk, request: Request, form: _Form) -> Response:
    v = desk.view(request)
    require_writer(v, form)
    if desk.deciding is None:
        raise Refused(403, v.t("decide_closed"))
    key = form.get("key", [""])[0]
    with desk.deciding() as ctx, ctx.engine.begin() as conn:
        feed = conn.scalar(_FEED, {"key": key})
        if feed is None:
            raise Refused(404, v.t("no_page"))
        conn.execute(_POLL, {"id": feed, "now": v.now})
    return RedirectResponse(v.url("/feeds") + f"#f-{key}", 303)
