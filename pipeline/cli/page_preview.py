"""Preview one page: its text with and without the outlet's page rules, its topics and meetings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.cli.console import out, printable
from pipeline.configuration import Configuration
from pipeline.errors import ExtractError, ItemError, NotNowError
from pipeline.feeds.catalogue import FeedSource
from pipeline.feeds.urls import address_key, canonical_url, stated_address
from pipeline.records import Article, FeedItem, Findings, PageHints, Response
from pipeline.stages.fetch.fetch import get_page
from pipeline.text.extract import FeedText, extract_article
from pipeline.text.overrides import NO_RULES, PageRules
from pipeline.web_client.client import WebClient

_SHOWN = 110  # characters of a line


@dataclass(frozen=True, slots=True)
class PagePreview:
    """What would be stored of one page, or why nothing; and the lines the page rules removed or added."""

    url: str
    findings: Findings | None = None
    stated_address: str | None = None
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""


async def preview_page(
    client: WebClient, item: FeedItem, feed: FeedSource | None, rules: PageRules, configuration: Configuration
) -> PagePreview:
    """Read one page as fetch and process would, with its feed's language and zone from feeds.yml."""
    try:
        page = await get_page(client, canonical_url(item.url))
        article = _extract(page, item, feed, rules)
    except (ItemError, NotNowError) as error:
        return PagePreview(item.url, reason=error.reason, detail=str(error))
    except ValueError as error:
        return PagePreview(item.url, reason="item_with_bad_url", detail=str(error))
    removed, added = _effect(page, item, feed, rules, article)
    return PagePreview(
        page.url,
        configuration.find_in(article),
        stated_address(page.final_url, *article.stated_urls),
        removed,
        added,
    )


def as_document(page: PagePreview) -> dict[str, Any]:
    """The preview as plain values."""
    if page.findings is None:
        return {"url": page.url, "reason": page.reason, "detail": page.detail}
    found = page.findings
    return {
        "url": page.url,
        "stated_address": page.stated_address,
        "article": asdict(found.article),
        "removed": page.removed,
        "added": page.added,
        "developing": found.developing,
        "topics": [asdict(topic) for topic in found.topics],
        "mentions": [asdict(mention) for mention in found.mentions],
        "rejected": [asdict(rejected) for rejected in found.rejected],
    }


def print_page(page: PagePreview) -> None:
    """For people."""
    out.print(f"\n{printable(page.url)}", style="bold", markup=False, soft_wrap=True)
    for line in _lines(page):
        out.print(printable(f"  {line}"), markup=False, soft_wrap=True)


def _extract(page: Response, item: FeedItem, feed: FeedSource | None, rules: PageRules) -> Article:
    hints = PageHints(
        url=page.url,
        title=item.title,
        summary=item.summary,
        published=item.published,
        language=feed.language if feed else None,
        zone=feed.zone if feed else "UTC",
        fetched_at=page.fetched_at,
    )
    return extract_article(
        page.body,
        content_type=page.headers.get("content-type"),
        hints=hints,
        feed=FeedText(item.content_html, item.summary),
        rules=rules,
    )


def _effect(
    page: Response, item: FeedItem, feed: FeedSource | None, rules: PageRules, article: Article
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that the rules removed from the text, and those they added."""
    if rules == NO_RULES:
        return (), ()
    try:
        plain = _extract(page, item, feed, NO_RULES).body.split("\n")
    except ExtractError:  # without the rules nothing was found, so they added every line
        plain = []
    kept = article.body.split("\n")
    return tuple(line for line in plain if line not in kept), tuple(line for line in kept if line not in plain)


def _lines(page: PagePreview) -> Iterator[str]:
    if page.findings is None:
        yield f"nothing: {page.detail}"
        return
    article = page.findings.article
    lines = article.body.split("\n")
    published = f"{article.published_at:%Y-%m-%d %H:%M}Z" if article.published_at else "not stated"
    size = f"{len(article.body):,} characters, {len(lines)} lines"
    promises = ", promises more" if page.findings.developing else ""
    yield f"title      {article.title}"
    yield f"published  {published}, by {article.published_source}, to the {article.published_precision}"
    if article.byline or article.agency:
        yield f"by         {', '.join(filter(None, (article.byline, article.agency)))}"
    yield f"text       {article.kind} from {article.text_source}, {article.language}, {size}{promises}"
    yield f"begins     {lines[0][:_SHOWN]}"
    yield f"ends       {lines[-1][:_SHOWN]}"
    yield from (f"- {line[:_SHOWN]}" for line in page.removed)
    yield from (f"+ {line[:_SHOWN]}" for line in page.added)
    if page.stated_address and address_key(page.stated_address) != address_key(page.url):
        yield f"is also    {page.stated_address}"
    yield from (f"topic      {topic.topic} ({topic.score:g})" for topic in page.findings.topics)
    for m in page.findings.mentions:
        yield f"meeting    {m.status}, {m.when.edtf if m.when else 'no day'}: “{m.quote.text}”"
    yield from (f"not used   {rejected.reason}: {rejected.detail}" for rejected in page.findings.rejected)
