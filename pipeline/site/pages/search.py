"""Search in three languages: words, "phrases", -not; ten answers a page with what was found marked."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pipeline.site.desk import Desk, DeskRow, View
from pipeline.site.errors import Refused

PER_PAGE, MOST = 10, 200
_SEARCH = text("""
    SELECT s.*, h.version FROM wirewatch.search(:query, :language, :since, :until, :most) s
      LEFT JOIN LATERAL (SELECT max(version) AS version FROM wirewatch.article_history
                          WHERE article_id = s.article_id) h ON true
""")
_MARKED = re.compile(r"\[([^\[\]]*)\]")
_NOTHING_ASKED = "22023"  # what our search raises for a query of signs or of common words only
_NOT = re.compile(r"(?<!\S)-\S+")


def routes(desk: Desk) -> APIRouter:
    """GET /search."""
    router = APIRouter()

    @router.get("/search")
    def search(request: Request) -> Response:
        v = desk.view(request)
        asked = request.query_params.get("q", "").strip()[:300]
        values = _values(v)
        page = _page(v)
        rows = _rows(v, asked, values, most=min(MOST, PER_PAGE * (page + 1) + 1)) if asked else []
        start = page * PER_PAGE
        hints = _hints(v, asked, values) if asked and not rows else {}
        return v.show("search.html", asked=asked, rows=rows[start : start + PER_PAGE], page=page, typed=values,
                      more=len(rows) > start + PER_PAGE, marked=marked, hints=hints,
                      span=lambda days: timedelta(days=days))  # fmt: skip

    return router


def marked(snippet: str) -> list[tuple[bool, str]]:
    """What search() puts in brackets, apart from the rest."""
    return [(number % 2 == 1, piece) for number, piece in enumerate(_MARKED.split(snippet)) if piece]


def _page(v: View) -> int:
    asked = v.request.query_params.get("page", "")
    return min(int(asked[:4]), MOST // PER_PAGE - 1) if asked.isdecimal() else 0


def _values(v: View) -> dict[str, Any]:
    query = v.request.query_params
    days: dict[str, Any] = {}
    for name in ("from", "to"):
        asked = query.get(name, "")
        try:
            days[name] = date.fromisoformat(asked) if asked else None
        except ValueError:
            raise Refused(400, v.t("bad_day", what=asked[:20])) from None
    language = query.get("language", "")
    return days | {"language": language if language in ("en", "ru", "tr") else ""}


def _rows(v: View, asked: str, values: dict[str, Any], *, most: int) -> list[DeskRow]:
    since, until = values["from"], values["to"]
    try:
        return v.desk.rows(
            _SEARCH, query=asked.replace("\x00", " "), language=values["language"] or None, most=most,
            since=datetime.combine(since, clock.min, UTC) if since else None,
            until=datetime.combine(until, clock.max, UTC) if until else v.now,
        )  # fmt: skip
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != _NOTHING_ASKED:
            raise
        return []


def _hints(v: View, asked: str, values: dict[str, Any]) -> dict[str, Any]:
    """What may help where nothing was found: the same without what was excluded, a known name nearly like it."""
    hints: dict[str, Any] = {}
    without = " ".join(_NOT.sub(" ", asked).split())
    if without and without != asked and (found := _rows(v, without, values, most=MOST)):
        hints["without"] = (without, len(found))
    words = [word for word in re.findall(r"\w{4,}", asked) if word]
    known = v.names.surnames
    for word in words:
        near = difflib.get_close_matches(word.capitalize(), known, n=1, cutoff=0.75)
        if near and near[0].lower() != word.lower():
            hints["near"] = asked.replace(word, near[0])
    return hints
