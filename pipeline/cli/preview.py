"""`wirewatch feeds preview`: what would be stored of a feed and of its pages, and what not, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from pipeline.cli.console import out, print_json, printable
from pipeline.cli.tables import print_table
from pipeline.configuration import Configuration, load_configuration
from pipeline.errors import ItemError, NotNowError
from pipeline.feeds.hub import offered_hub
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.urls import address_key, canonical_url, stated_address
from pipeline.records import FeedItem, PageHints, ParsedFeed, Rejected, Response
from pipeline.settings import Settings, load_settings
from pipeline.stages.analysts import analyse_article
from pipeline.stages.fetch import get_page
from pipeline.stages.poll import ACCEPT, MAX_FEED_BYTES
from pipeline.store.articles import Analysis
from pipeline.text.extract import FeedText, extract_article
from pipeline.web_client.client import WebClient

_MAX_PAGES = 50  # one site is asked for all of them


@dataclass(frozen=True, slots=True)
class PagePreview:
    """What would be kept of one page, or why nothing."""

    url: str
    analysis: Analysis | None = None
    stated_address: str | None = None
    reason: str = ""
    detail: str = ""


def preview(
    url: Annotated[str, typer.Argument(help="http(s) address of a feed; it need not be in feeds.yml.")],
    pages: Annotated[
        int, typer.Option("--pages", min=0, max=_MAX_PAGES, help="Also fetch and read that many of its pages.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
) -> None:
    """Ask a feed once, politely, and show what would be stored of it. Nothing is stored."""
    settings = load_settings()
    now = datetime.now(UTC)
    response, parsed, read = asyncio.run(_look(url, pages, settings, now))
    items, rejected = _addressed(parsed)
    offer = offered_hub(response.headers, response.body, url=response.final_url)
    if as_json:
        document = {"url": url, "final_url": response.final_url, "bytes": len(response.body)}
        hub = asdict(offer) if offer else None
        print_json(
            document | asdict(parsed) | {"rejected": [asdict(r) for r in rejected], "hub": hub}
            | ({"pages": [_as_document(page) for page in read]} if pages else {})
        )  # fmt: skip
        return
    _print_feed(response, parsed, items, rejected)
    if offer:
        out.print(
            printable(f"pushed by the hub {offer.hub} to sites that subscribe"), markup=False, soft_wrap=True
        )
    for page in read:
        _print_page(page)


async def _look(
    url: str, pages: int, settings: Settings, now: datetime
) -> tuple[Response, ParsedFeed, list[PagePreview]]:
    async with WebClient(contact=settings.contact, allow_private=settings.private_hosts) as client:
        response = await client.get(url, max_bytes=MAX_FEED_BYTES, accept=ACCEPT, robots=False)
        content_type = response.headers.get("content-type")
        parsed = parse_feed(response.body, url=response.final_url, content_type=content_type, now=now)
        if not pages:
            return response, parsed, []
        configuration = load_configuration(settings.config_dir)
        return response, parsed, [await _read(client, item, url, configuration) for item in parsed.items[:pages]]


async def _read(client: WebClient, item: FeedItem, feed_url: str, configuration: Configuration) -> PagePreview:
    """One page as fetch and process would take it, with the language and zone that feeds.yml has for its feed."""
    known = next((feed for feed in configuration.feeds if feed.url == feed_url), None)
    try:
        page = await get_page(client, canonical_url(item.url))
        hints = PageHints(
            url=page.url,
            title=item.title,
            summary=item.summary,
            published=item.published,
            language=known.language if known else None,
            zone=known.zone if known else "UTC",
            fetched_at=page.fetched_at,
        )
        article = extract_article(
            page.body,
            content_type=page.headers.get("content-type"),
            hints=hints,
            feed=FeedText(item.content_html, item.summary),
        )
    except (ItemError, NotNowError) as error:
        return PagePreview(item.url, reason=error.reason, detail=str(error))
    except ValueError as error:
        return PagePreview(item.url, reason="item_with_bad_url", detail=str(error))
    stated = stated_address(page.final_url, *article.stated_urls)
    return PagePreview(page.url, analyse_article(article, configuration), stated)


def _addressed(parsed: ParsedFeed) -> tuple[list[tuple[FeedItem, str]], list[Rejected]]:
    """Items with the address that would be fetched; what has none is rejected, as in poll."""
    items, rejected = [], list(parsed.rejected)
    for item in parsed.items:
        try:
            items.append((item, canonical_url(item.url)))
        except ValueError as error:
            rejected.append(Rejected("item_with_bad_url", f"{item.url}: {error}"))
    return items, rejected


def _as_document(page: PagePreview) -> dict[str, Any]:
    if page.analysis is None:
        return {"url": page.url, "reason": page.reason, "detail": page.detail}
    found = page.analysis
    return {
        "url": page.url,
        "stated_address": page.stated_address,
        "article": asdict(found.article),
        "developing": found.developing,
        "topics": [asdict(topic) for topic in found.topics],
        "mentions": [asdict(mention) for mention in found.mentions],
        "rejected": [asdict(rejected) for rejected in found.rejected],
    }


def _print_feed(
    response: Response, parsed: ParsedFeed, items: Sequence[tuple[FeedItem, str]], rejected: Sequence[Rejected]
) -> None:
    moved = f" (moved to {response.final_url})" if response.final_url != response.url else ""
    out.print(printable(f"{parsed.format}  {parsed.title}{moved}"), markup=False, soft_wrap=True)
    rows = [
        (f"{item.published:%Y-%m-%d %H:%M}Z" if item.published else "not stated", item.title, address)
        for item, address in items
    ]
    print_table(("published", "title", "address"), rows)
    for one in rejected:
        out.print(printable(f"rejected  {one.reason}  {one.detail}"), markup=False, soft_wrap=True)
    out.print(f"{len(items)} items would be stored, {len(rejected)} rejected")


def _print_page(page: PagePreview) -> None:
    out.print(f"\n{printable(page.url)}", style="bold", markup=False, soft_wrap=True)
    if page.analysis is None:
        out.print(printable(f"  nothing: {page.detail}"), markup=False, soft_wrap=True)
        return
    article = page.analysis.article
    published = f"{article.published_at:%Y-%m-%d %H:%M}Z" if article.published_at else "not stated"
    lines = [
        f"title      {article.title}",
        f"published  {published}, by the {article.published_source}",
        f"text       {len(article.body):,} characters, {article.language} ({article.language_confidence:.2f}), "
        f"{article.extractor}" + (", promises more" if page.analysis.developing else ""),
        f"begins     {article.body[:200].splitlines()[0]}",
    ]
    if page.stated_address and address_key(page.stated_address) != address_key(page.url):
        lines.append(f"is also    {page.stated_address}")
    lines += [f"topic      {topic.topic} ({topic.score:g})" for topic in page.analysis.topics]
    lines += [
        f"meeting    {m.status}, {m.when.edtf if m.when else 'no day'}: “{m.quote.text}”"
        for m in page.analysis.mentions
    ]
    lines += [f"not used   {rejected.reason}: {rejected.detail}" for rejected in page.analysis.rejected]
    for line in lines:
        out.print(printable(f"  {line}"), markup=False, soft_wrap=True)
