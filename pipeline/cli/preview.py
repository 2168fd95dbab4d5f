"""`wirewatch feeds preview`: show what would be stored of a feed and its pages, what would not, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption, out, print_json, printable
from pipeline.cli.page_preview import PagePreview, as_document, preview_page, print_page
from pipeline.cli.tables import print_table
from pipeline.configuration import load_configuration
from pipeline.errors import ConfigurationError
from pipeline.feeds.hub import offered_hub
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.urls import canonical_url
from pipeline.records import FeedItem, ParsedFeed, Rejected, Response
from pipeline.settings import Settings, load_settings
from pipeline.stages.poll.poll import ACCEPT, MAX_FEED_BYTES
from pipeline.text.overrides import NO_RULES, PageRules, check_selector
from pipeline.web_client.client import WebClient

PageReader = Callable[[WebClient, FeedItem], Awaitable[PagePreview]]

_MAX_PAGES = 50  # they all come from one site


SelectorOption = Annotated[
    list[str] | None,
    typer.Option(help="XPath or CSS to try instead of the feed's page rules; may be repeated."),
]


def preview(
    url: Annotated[str, typer.Argument(help="http(s) address of a feed, in feeds.yml or not.")],
    pages: Annotated[
        int, typer.Option("--pages", min=0, max=_MAX_PAGES, help="Also fetch and read this many of its pages.")
    ] = 0,
    include: SelectorOption = None,
    exclude: SelectorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a feed once, politely, and show what would be stored of it. Nothing is stored.

    With --pages, lines that the outlet's page rules remove from a text or add to it are shown with - and +. The
    rules are those in feeds.yml, or the ones given here to try.
    """
    settings = load_settings()
    now = datetime.now(UTC)
    given = _rules_given(include, exclude)
    reader = _page_reader(url, settings, given) if pages else None
    response, parsed, read = asyncio.run(_look(url, pages, settings, now, reader))
    items, rejected = _addressed(parsed)
    offer = offered_hub(response.headers, response.body, url=response.final_url)
    if as_json:
        document = {"url": url, "final_url": response.final_url, "bytes": len(response.body)}
        hub = asdict(offer) if offer else None
        print_json(
            document | asdict(parsed) | {"rejected": [asdict(r) for r in rejected], "hub": hub}
            | ({"pages": [as_document(page) for page in read]} if pages else {})
        )  # fmt: skip
        return
    _print_feed(response, parsed, items, rejected)
    if offer:
        out.print(
            printable(f"pushed by the hub {offer.hub} to sites that subscribe"), markup=False, soft_wrap=True
        )
    for page in read:
        print_page(page)


async def _look(
    url: str, pages: int, settings: Settings, now: datetime, reader: PageReader | None
) -> tuple[Response, ParsedFeed, list[PagePreview]]:
    async with WebClient(contact=settings.contact, allow_private=settings.private_hosts) as client:
        response = await client.get(url, max_bytes=MAX_FEED_BYTES, accept=ACCEPT, robots=False)
        content_type = response.headers.get("content-type")
        parsed = parse_feed(response.body, url=response.final_url, content_type=content_type, now=now)
        return response, parsed, [await reader(client, item) for item in parsed.items[:pages]] if reader else []


def _page_reader(url: str, settings: Settings, given: PageRules) -> PageReader:
    """Reads pages of the feed at `url` by the given rules, or else by its rules in feeds.yml."""
    configuration = load_configuration(settings.config_dir)
    feed = next((known for known in configuration.feeds if known.url == url), None)
    rules = configuration.page_rules(feed.key) if feed and given == NO_RULES else given
    return partial(preview_page, feed=feed, rules=rules, configuration=configuration)


def _rules_given(include: list[str] | None, exclude: list[str] | None) -> PageRules:
    """The rules to try, each checked."""
    try:
        return PageRules(*(tuple(map(check_selector, given or ())) for given in (include, exclude)))
    except ValueError as error:
        raise ConfigurationError([f"--include, --exclude: {error}"]) from error


def _addressed(parsed: ParsedFeed) -> tuple[list[tuple[FeedItem, str]], list[Rejected]]:
    """Items with the address that would be fetched; items without one are rejected, as in poll."""
    items, rejected = [], list(parsed.rejected)
    for item in parsed.items:
        try:
            items.append((item, canonical_url(item.url)))
        except ValueError as error:
            rejected.append(Rejected("item_with_bad_url", f"{item.url}: {error}"))
    return items, rejected


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
