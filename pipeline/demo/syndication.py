"""Render the outlets' feeds, RSS 2.0 and Atom 1.0, at a given moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from pipeline.demo.story import DatedText, DemoArticle, Outlet

LENGTH = 20  # items in a feed; older ones fall out

CONTENT_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


def render_feed(outlet: Outlet, articles: Sequence[DemoArticle], base: str, now: datetime) -> str:
    """The feed document of `outlet` at `now`; `base` is the address of its server, without a slash at the end.

    `articles` are its published ones, newest first.
    """
    entries = [
        (article, revision) for article in articles[:LENGTH] if (revision := article.revision(now)) is not None
    ]
    render = _rss if outlet.feed == "rss" else _atom
    return f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n{render(outlet, entries, base)}'


def _rss(outlet: Outlet, entries: Sequence[tuple[DemoArticle, DatedText]], base: str) -> str:
    items = "\n".join(_rss_item(article, revision, base) for article, revision in entries)
    return f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
  xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(outlet.title)}</title>
<link>{base}/</link>
<atom:link href="{base}{outlet.feed_path}" rel="self" type="application/rss+xml"/>
<description>{escape(outlet.title)}</description>
<language>{outlet.language}</language>
{items}
</channel>
</rss>
"""


def _rss_item(article: DemoArticle, revision: DatedText, base: str) -> str:
    url = f"{base}{article.path}"
    zone = ZoneInfo(article.outlet.zone)
    byline = f"<dc:creator>{escape(article.byline)}</dc:creator>" if article.byline else ""
    changed = revision.at.astimezone(zone).isoformat()
    modified = f"<dcterms:modified>{changed}</dcterms:modified>" if revision.note else ""
    content = (
        f"<content:encoded>{escape(_html(revision))}</content:encoded>" if article.outlet.full_content else ""
    )
    return f"""<item>
<title>{escape(revision.title)}</title>
<link>{escape(url)}</link>
<guid isPermaLink="false">{article.outlet.key}-{article.id}</guid>
<pubDate>{format_datetime(article.published.astimezone(zone))}</pubDate>
<category>{escape(article.section)}</category>
<description>{escape(revision.paragraphs[0])}</description>
{byline}{modified}{content}
</item>"""


def _atom(outlet: Outlet, entries: Sequence[tuple[DemoArticle, DatedText]], base: str) -> str:
    zone = ZoneInfo(outlet.zone)
    latest = max((revision.at for _, revision in entries), default=None)
    updated = f"<updated>{latest.astimezone(zone).isoformat()}</updated>" if latest else ""
    items = "\n".join(_atom_entry(article, revision, base) for article, revision in entries)
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">
<title>{escape(outlet.title)}</title>
<id>{base}/</id>
<link rel="alternate" type="text/html" href="{base}/"/>
<link rel="self" href="{base}{outlet.feed_path}"/>
{updated}
{items}
</feed>
"""


def _atom_entry(article: DemoArticle, revision: DatedText, base: str) -> str:
    zone = ZoneInfo(article.outlet.zone)
    url = f"{base}{article.path}"
    return f"""<entry>
<title>{escape(revision.title)}</title>
<id>tag:{article.outlet.key}.example,2025:{article.id}</id>
<link rel="alternate" type="text/html" href="{escape(url)}"/>
<published>{article.published.astimezone(zone).isoformat()}</published>
<updated>{revision.at.astimezone(zone).isoformat()}</updated>
<author><name>{escape(article.byline or article.outlet.name)}</name></author>
<summary type="html">{escape(f"<p>{escape(revision.paragraphs[0])}</p>")}</summary>
</entry>"""


def _html(revision: DatedText) -> str:
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in revision.paragraphs)
