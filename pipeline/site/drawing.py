"""A meeting's time line for a terminal or a report: the page's picture without the page."""

from __future__ import annotations

from fastapi import Request

from pipeline.errors import WirewatchError
from pipeline.site.meeting_picture import picture
from pipeline.site.meeting_queries import head_of
from pipeline.site.opening import open_desk
from pipeline.site.pages.meeting import facts_of
from pipeline.stages.running.context import Context


def timeline_svg(ctx: Context, meeting_id: int, language: str = "en") -> str:
    """The picture as SVG with literal colours, for a meeting that is on.

    Raises:
        WirewatchError: there is nothing to draw.
    """
    scope = {"type": "http", "path": "/", "query_string": f"lang={language}".encode(), "headers": []}
    desk = open_desk(ctx)
    try:
        v = desk.view(Request(scope))
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
