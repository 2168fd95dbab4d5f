"""One file a page: its address, its queries, what it hands to its template."""

from __future__ import annotations

from pipeline.site.pages import (
    article,
    decide,
    login,
    meeting,
    meetings,
    operation,
    people,
    places,
    resend,
    search,
    sql,
    story,
    today,
    unsubscribe,
)

PAGES = tuple(
    page.routes
    for page in (
        today,
        meetings,
        decide,
        meeting,
        article,
        story,
        search,
        people,
        places,
        operation,
        resend,
        sql,
        login,
        unsubscribe,
    )
)
