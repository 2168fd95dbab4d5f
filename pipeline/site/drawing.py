"""The time line of a meeting and the calendar of a month for a terminal or a report, without their pages."""

from __future__ import annotations

from datetime import date

from fastapi import Request

from pipeline.errors import WirewatchError
from pipeline.site.desk import Desk, View
from pipeline.site.exports import png_of
from pipeline.site.meeting_picture import picture
from pipeline.site.meeting_queries import head_of
from pipeline.site.opening import open_desk
from pipeline.site.pages.meeting import facts_of
from pipeline.site.pages.meetings import month_drawn
from pipeline.stages.running.context import Context


def month_svg(ctx: Context, first: date | None, language: str = "en") -> str:
    """The calendar of a month as SVG with literal colours; without `first`, of the month it is."""
    query = f"lang={language}" + (f"&month={first:%Y-%m}" if first else "")
    desk = open_desk(ctx)
    try:
        return month_drawn(_view(desk, query)) + "\n"
    finally:
        desk.reading.dispose()


def png(svg: str) -> bytes:
    """The picture as PNG, twice as large as drawn.

    Raises:
        WirewatchError: the extra `pictures` is not installed.
    """
    drawn = png_of(svg)
    if drawn is None:
        raise WirewatchError("PNG needs the extra `pictures`: pip install 'wirewatch[pictures]'")
    return drawn


def timeline_svg(ctx: Context, meeting_id: int, language: str = "en") -> str:
    """The picture as SVG with literal colours, for a meeting that is on.

    Raises:
        WirewatchError: there is nothing to draw.
    """
    desk = open_desk(ctx)
    try:
        v = _view(desk, f"lang={language}")
        head = head_of(desk, meeting_id)
        facts = facts_of(v, head) if head and head["status"] else None
        drawn = facts and picture(
            v, facts["claims"], facts["steps"], facts["alerts"], title=facts["title"], literal=True
        )
    finally:
        desk.reading.dispose()
    if not drawn:
        raise WirewatchError(f"meeting {meeting_id} has nothing to draw")
    return drawn + "\n"


def _view(desk: Desk, query: str) -> View:
    return desk.view(Request({"type": "http", "path": "/", "query_string": query.encode(), "headers": []}))
