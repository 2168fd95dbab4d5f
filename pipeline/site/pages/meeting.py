"""The page of one meeting: status in words, dates old to new, the proof, every report for and against."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from pipeline.site import meeting_model as model
from pipeline.site.desk import Desk, DeskRow, View, source_link
from pipeline.site.errors import Refused
from pipeline.site.exports import as_picture
from pipeline.site.meeting_picture import claim_words, picture
from pipeline.site.meeting_queries import NEWEST, head_of, rest_of
from pipeline.site.titles import meeting_path, title_of


def routes(desk: Desk) -> APIRouter:
    """GET /meetings/{number-and-slug}, and its picture as a file."""
    router = APIRouter()

    @router.get("/meetings/{address}")
    def meeting(request: Request, address: str) -> Response:
        v = desk.view(request)
        head = _found(v, address)
        if head["merged_into"]:
            return RedirectResponse(v.url(f"/meetings/{head['merged_into']}"), 301)
        if head["dismissed"]:
            return v.show("gone.html", 410, head=head)
        return v.show("meeting.html", **facts_of(v, head, _moment(v)))

    @router.get("/meetings/{address}/timeline.{kind}")
    def timeline(request: Request, address: str, kind: str) -> Response:
        v = desk.view(request)
        head = _found(v, address)
        facts = facts_of(v, head, _moment(v))
        drawn = picture(v, facts["claims"], facts["steps"], facts["alerts"], title=facts["title"], literal=True)
        return as_picture(v, drawn, kind, f"meeting-{head['meeting_id']}")

    return router


def number_of(address: str) -> int | None:
    """The number an address begins with; None where it has none that can be."""
    number = address.partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else None


def _found(v: View, address: str) -> DeskRow:
    number = number_of(address)
    head = head_of(v.desk, number) if number is not None else None
    if head is None or (head["status"] is None and not head["merged_into"] and not head["dismissed"]):
        raise Refused(404, v.t("no_such_meeting", what=address[:80]))
    return head


def _moment(v: View) -> datetime | None:
    asked = v.request.query_params.get("at", "")
    if not asked:
        return None
    try:
        at = datetime.fromisoformat(asked.replace(" ", "+") if " " in asked and ":" in asked[-6:] else asked)
    except ValueError:
        raise Refused(400, v.t("bad_moment", what=asked[:40])) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def facts_of(v: View, head: DeskRow, at: datetime | None = None) -> dict[str, Any]:
    """Everything the template shows."""
    rest = rest_of(v.desk, head, at)
    steps, reports = rest["steps"], rest["reports"]
    if not steps:
        raise Refused(404, v.t("not_known_then"))
    state = _state(head, steps[-1], at, reports)
    claims = model.claims(reports, state)
    current = next((claim for claim in claims if claim.is_current), None)
    proof = model.proof_of(reports, steps[-1])
    title = title_of(v, head)
    alerts = sorted(rest["alert"], key=lambda alert: -alert["at"])
    wide = picture(v, claims, steps, alerts, title=title)
    tall = picture(v, claims, steps, alerts, title=title, width=360, uid="tln")
    return {
        "head": head, "state": state, "steps": steps, "title": title, "at": at, "reports": reports,
        "leaves": model.dates_of(steps), "claims": claims, "current": current, "proof": proof,
        "same": model.same_in(current, v.language, proof), "against": model.against(reports, state),
        "wide": Markup(wide), "tall": Markup(tall),  # noqa: S704 - drawn here, texts escaped by the pen
        "alerts": alerts, "rulings": sorted(rest["ruling"], key=lambda r: -r["at"]), "possible": rest["possible"],
        "topics": sorted(rest["topic"], key=lambda t: -t["articles"])[:3], "near": rest["near"],
        "summary": _summary(v, steps), "outlets": len({row["outlet"] for row in reports}),
        "independent": len({row["witness"] for row in reports}), "claim_words": lambda key: claim_words(v, key),
        "articles": len({row["article_id"] for row in reports}), "newest": NEWEST,
        "all_reports": reports[0]["all_reports"] if reports else 0, "source": source_link,
        "meeting_path": lambda row: meeting_path(v, row), "title_of": lambda row: title_of(v, row),
        **_of_side(v, reports, claims, state),
        "amended": {alert["amends"] for alert in alerts if alert["amends"]},
    }  # fmt: skip


def _of_side(v: View, reports: list[DeskRow], claims: list[Any], state: DeskRow) -> dict[str, Any]:
    """The countries whose outlets report it, and the claims of one of them where the reader asked for one."""
    sides = Counter(row["outlet_country"] for row in reports if row["outlet_country"])
    asked = v.request.query_params.get("of", "")
    if asked not in sides:
        return {"sides": sides.most_common() if len(sides) > 1 else [], "side": "", "listed": claims}
    own = [row for row in reports if row["outlet_country"] == asked]
    return {"sides": sides.most_common(), "side": asked, "listed": model.claims(own, state)}


def _state(head: DeskRow, step: DeskRow, at: datetime | None, reports: list[DeskRow]) -> DeskRow:
    """The newest state, with the days it covers and when its proof was published."""
    proof = model.proof_of(reports, step)
    days = proof or head if at else head
    return step | {"earliest": days["earliest"], "latest": days["latest"]}


def _summary(v: View, steps: list[DeskRow]) -> str:
    """Postponed on 9 October, new date since 13 October."""
    parts = []
    for step in model.changes_of(steps):
        day = v.d.plain(step["recorded_at"].astimezone(v.zone).date())
        parts.append(v.t.maybe(f"sum_{step['change'] or 'first'}", day, day=day))
    words = ", ".join([*parts[:1], *parts[-3:]] if len(parts) > 4 else parts)
    return words[:1].upper() + words[1:] + "."
