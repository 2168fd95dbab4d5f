"""Two fictional outlets with one article each, for tests that are about the machinery around the stages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from local_web import Entry, LocalWeb, Reply, rss
from staging import source

PARAGRAPHS = (
    "The harbour authority of Port Lorne said on Monday that the eastern pier would close for repairs in the autumn.",
    "Engineers found cracks in eleven of the forty pillars during an inspection in March, a spokeswoman told reporters.",
    "Ferries to the outer islands will leave from the fishing quay until the work is done, which may take a year.",
    "Traders at the fish market asked for lower rents meanwhile; the council will discuss the matter next week.",
)


def put_up(web: LocalWeb) -> list[dict[str, object]]:
    """Serve both feeds and both pages; returns the entries for feeds.yml. Articles: 2."""
    feeds = []
    for n, outlet in enumerate(("lorne-gazette", "island-post")):
        title = ("Eastern pier of Port Lorne to close in autumn", "Ferries move to the fishing quay")[n]
        body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[n:])
        page = f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body>"
        web.pages[f"/{outlet}/1.html"] = Reply(page.encode())
        published = format_datetime(datetime.now(UTC) - timedelta(hours=1 + n))
        web.pages[f"/{outlet}.rss"] = rss([Entry(web.url(f"/{outlet}/1.html"), published, title=title)])
        feeds.append(source(outlet, web.url(f"/{outlet}.rss"), kind="newspaper"))
    return feeds
