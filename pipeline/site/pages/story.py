"""Stories, and the dispatches in them: who took it from whom, after how long, and what they changed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from sqlalchemy import text

from pipeline.site.desk import Desk, DeskRow, View, source_link
from pipeline.site.differences import paragraphs_changed
from pipeline.site.errors import Refused
from pipeline.site.exports import as_picture
from pipeline.site.pages.meeting import number_of
from pipeline.site.pictures.small import Copied, copied

PER_PAGE = 40
_NEWEST = text("""
    SELECT s.story_id, s.title, s.started_at, s.dispatches, s.articles, s.outlets, s.languages, s.origins
      FROM wirewatch.stories s
     WHERE s.started_at BETWEEN CAST(:until AS timestamptz) - interval '10 days' AND :until
     ORDER BY s.started_at DESC, s.story_id DESC LIMIT :most
""")
_STORY = text("SELECT * FROM wirewatch.stories WHERE story_id = :id")
_DISPATCHES = text("""
    SELECT d.*, (SELECT array_agg(DISTINCT r.meeting_id) FROM wirewatch.meeting_reports r
                  WHERE r.dispatch_id = d.dispatch_id) AS meetings
      FROM wirewatch.dispatches d WHERE d.dispatch_id = ANY (:ids) ORDER BY d.lead_published_at
""")
_COPIES = text("""
    SELECT c.dispatch_id, c.article_id, c.version_id, c.kind, c.outlet, c.title, c.url, c.published_at,
           c.found_in_other, c.other_found_in, h.language, h.body, h.version
      FROM wirewatch.copies c
     CROSS JOIN LATERAL (SELECT language, body, version FROM wirewatch.article_history
                          WHERE version_id = c.version_id LIMIT 1) h -- planned for one text, not for all
     WHERE c.dispatch_id = :id ORDER BY c.published_at, c.article_id LIMIT 200
""")
_HEAD = text("SELECT * FROM wirewatch.dispatches WHERE dispatch_id = :id")
_MOVED = text("SELECT dispatch_id, article_id FROM wirewatch.copies WHERE article_id = :id LIMIT 1")


def routes(desk: Desk) -> APIRouter:
    """GET /stories, /stories/{id}, /dispatches/{id} with `copy`, and the picture of who copied whom."""
    router = APIRouter()

    @router.get("/stories")
    def stories(request: Request) -> Response:
        v = desk.view(request)
        rows = desk.rows(_NEWEST, until=v.now, most=PER_PAGE)
        return v.show("stories.html", rows=rows)

    @router.get("/stories/{address}")
    def story(request: Request, address: str) -> Response:
        v, number = desk.view(request), number_of(address)
        found = desk.rows(_STORY, id=number) if number is not None else []
        if not found:
            raise Refused(404, v.t("no_such_story", what=address[:80]))
        dispatches = desk.rows(_DISPATCHES, ids=list(found[0]["dispatch_ids"]))
        return v.show("story.html", story=found[0], dispatches=dispatches)

    @router.get("/dispatches/{address}")
    def dispatch(request: Request, address: str) -> Response:
        v = desk.view(request)
        head, copies = _found(v, address)
        if head is None:
            moved = desk.rows(_MOVED, id=number_of(address))
            if not moved:
                raise Refused(404, v.t("no_such_dispatch", what=address[:80]))
            return RedirectResponse(v.url(f"/dispatches/{moved[0]['dispatch_id']}"), 302)
        lead = next((c for c in copies if c["url"] == head["lead_url"]), copies[0])
        others = [c for c in copies if c is not lead]
        chosen = next((c for c in others if str(c["article_id"]) == request.query_params.get("copy", "")), None)
        return v.show("dispatch.html", head=head, lead=lead, copies=others, chosen=chosen, source=source_link,
                      compared=_compared(lead, chosen), picture=Markup(_drawn(v, lead, others)))  # noqa: S704 # fmt: skip

    @router.get("/dispatches/{address}/copies.{kind}")
    def picture(request: Request, address: str, kind: str) -> Response:
        v = desk.view(request)
        head, copies = _found(v, address)
        if head is None:
            raise Refused(404, v.t("no_such_dispatch", what=address[:80]))
        lead = next((c for c in copies if c["url"] == head["lead_url"]), copies[0])
        drawn = _drawn(v, lead, [c for c in copies if c is not lead], literal=True)
        return as_picture(v, drawn, kind, f"dispatch-{head['dispatch_id']}")

    return router


def _found(v: View, address: str) -> tuple[DeskRow | None, list[DeskRow]]:
    number = number_of(address)
    head = v.desk.rows(_HEAD, id=number) if number is not None else []
    return (head[0], v.desk.rows(_COPIES, id=number)) if head else (None, [])


def _drawn(v: View, lead: DeskRow, copies: list[DeskRow], *, literal: bool = False) -> str:
    if not copies:
        return ""
    rows = [
        Copied(
            c["outlet"], round((c["published_at"] - lead["published_at"]).total_seconds() / 60),
            1.0 if c["other_found_in"] is None else c["other_found_in"],
            v.t.maybe(f"copy_{c['kind']}", c["kind"]),
        )
        for c in copies
    ]  # fmt: skip
    return copied(lead["outlet"], rows, title=v.t("copied_title", outlet=lead["outlet"]), head=v.t("taken_of_it"),
                  literal=literal)  # fmt: skip


def _compared(lead: DeskRow, copy: DeskRow | None) -> list[Any]:
    if copy is None:
        return []
    return paragraphs_changed(f"{lead['title']}\n{lead['body']}", f"{copy['title']}\n{copy['body']}")
