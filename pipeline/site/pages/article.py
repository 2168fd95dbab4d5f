"""One article: its text with names, dates and evidence marked, its versions, and why it is here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from pipeline.site.desk import Desk, DeskRow, View, source_link
from pipeline.site.differences import paragraphs_changed
from pipeline.site.errors import Refused
from pipeline.site.highlights import Highlighter

VERSIONS, SHOWS = 40, ("text", "changes", "why")
_VERSIONS = text("""
    SELECT h.*, f.zone AS outlet_zone, f.country, a.dispatch_id, a.story_id, a.topics, a.withdrawn_at, a.copy_kind,
           a.published_source, a.published_precision, a.developing, a.text_source
      FROM wirewatch.article_history h
      JOIN wirewatch.articles a ON a.article_id = h.article_id
      LEFT JOIN LATERAL (SELECT outlet_zone AS zone, outlet_country AS country FROM wirewatch.meeting_reports r
                          WHERE r.article_id = h.article_id LIMIT 1) f ON true
     WHERE h.article_id = :id ORDER BY h.version DESC LIMIT :most
""")
_MENTIONS = text("""
    SELECT r.*, m.status AS status_now, m.place AS place_now, s.participants, s.participant_ids
      FROM wirewatch.meeting_reports r
      LEFT JOIN LATERAL (SELECT participants, participant_ids FROM wirewatch.reports
                          WHERE mention_id = r.mention_id LIMIT 1) s ON true
      LEFT JOIN wirewatch.meetings m ON m.meeting_id = r.meeting_id
     WHERE r.article_id = :id ORDER BY r.version, r.quote_field DESC, r.quote_start
""")
_EDITS = text("""
    SELECT version, kind, marker, marker_text, facts_changed, changed_at, extractor_changed,
           jsonb_agg(jsonb_build_object('change', change, 'old', old_text, 'new', new_text, 'facts', facts)
                     ORDER BY change_number) AS changes
      FROM wirewatch.article_changes WHERE article_id = :id
     GROUP BY version, kind, marker, marker_text, facts_changed, changed_at, extractor_changed ORDER BY version
""")
_COPIES = text("""
    SELECT article_id, outlet, title, kind, found_in_other, published_at FROM wirewatch.copies
     WHERE dispatch_id = :dispatch AND article_id <> :id ORDER BY published_at LIMIT 60
""")
_WHY = text("""
    SELECT 'fetch' AS what, fetched_at AS at, stage, outcome AS result, detail
      FROM wirewatch.fetches WHERE article_id = :id
     UNION ALL
    SELECT 'listed', seen_at, 'poll', what, feed || ': ' || title
      FROM wirewatch.feed_sightings WHERE article_id = :id
     UNION ALL
    SELECT 'origin', NULL, 'link', role || ' ' || agency, rule || ': ' || evidence
      FROM wirewatch.origins WHERE article_id = :id
     UNION ALL
    SELECT 'topic', known_from, 'process', 'topic', topic FROM wirewatch.topics WHERE article_id = :id
     UNION ALL
    SELECT 'outcome', last_at, stage, reason, detail FROM wirewatch.outcome_details WHERE article_id = :id
     ORDER BY at NULLS LAST, stage LIMIT 200
""")


def routes(desk: Desk) -> APIRouter:
    """GET /articles/{id}, `version` and `show` choose what of it."""
    router = APIRouter()

    @router.get("/articles/{number}")
    def article(request: Request, number: str) -> Response:
        v = desk.view(request)
        versions = desk.rows(_VERSIONS, id=int(number), most=VERSIONS) if _can_be(number) else []
        if not versions:
            raise Refused(404, v.t("no_such_article", what=number[:80]))
        chosen, show = _chosen(v, versions), request.query_params.get("show", "text")
        if show not in SHOWS:
            show = "text"
        mentions = desk.rows(_MENTIONS, id=int(number))
        values: dict[str, Any] = {"why": [], "edits": [], "compared": []}
        if show == "why":
            values["why"] = desk.rows(_WHY, id=int(number))
        else:
            values["edits"] = desk.rows(_EDITS, id=int(number))
        if show == "changes":
            values["compared"] = _compared(versions, chosen)
        copies = (
            desk.rows(_COPIES, dispatch=chosen["dispatch_id"], id=int(number)) if chosen["dispatch_id"] else []
        )
        return v.show("article.html", a=chosen, versions=versions, show=show, copies=copies, source=source_link,
                      mentions=[m for m in mentions if m["version"] == chosen["version"]],
                      **_marked(desk.highlighter, chosen, mentions), **values)  # fmt: skip

    return router


def _can_be(number: str) -> bool:
    return number.isdecimal() and len(number) < 19


def _chosen(v: View, versions: list[DeskRow]) -> DeskRow:
    asked = v.request.query_params.get("version", "")
    return next((row for row in versions if str(row["version"]) == asked), versions[0])


def _marked(highlighter: Highlighter, chosen: DeskRow, mentions: list[DeskRow]) -> dict[str, Any]:
    own = [row for row in mentions if row["version_id"] == chosen["version_id"]]
    day = chosen["published_at"].date()
    people = {
        (person, name)
        for row in own
        for person, name in zip(row["participant_ids"] or (), row["participants"] or (), strict=False)
        if person.startswith("per:") and name
    }
    return {
        field: highlighter.paragraphs(chosen[field], chosen["language"], day, own, field, sorted(people))
        for field in ("title", "body")
    }


def _compared(versions: list[DeskRow], chosen: DeskRow) -> list[Any]:
    """The chosen text against the one before it; nothing for the first."""
    before = next((row for row in versions if row["version"] == chosen["version"] - 1), None)
    if before is None:
        return []
    return paragraphs_changed(f"{before['title']}\n{before['body']}", f"{chosen['title']}\n{chosen['body']}")
