"""Turn one page into findings, in a worker process. The parent imports the pool only, and needs no parser."""

from __future__ import annotations

from dataclasses import replace

from pipeline.configuration import Configuration
from pipeline.errors import ExtractError
from pipeline.records import Findings, Rejected
from pipeline.store.pages import RawPage, decompress
from pipeline.text.extract import FeedText, extract_article
from pipeline.text.kinds import PageKind
from pipeline.web_client.domains import speaks_for

_WALLS = frozenset(kind.value for kind in PageKind) - {
    PageKind.ARTICLE.value,
    PageKind.FLASH.value,
    PageKind.LIVE_BLOG.value,
}


def findings_of(page: RawPage, configuration: Configuration) -> Findings:
    """Everything the pure middle finds in one page.

    Raises:
        ExtractError: the page has no article.
    """
    if page.compressed is None:
        raise ExtractError("page_let_go", "its raw bytes were let go after their time")
    page = _without_foreign_words(page)
    article = extract_article(
        decompress(page.compressed or b"") if page.status == 200 else b"",
        content_type=page.content_type,
        hints=page.hints,
        feed=FeedText(page.feed_content_html, page.feed_summary),
        rules=configuration.page_rules(page.feed_key),
    )
    findings = configuration.find_in(article)
    if article.kind in _WALLS:  # the feed's text replaces it, or only the beginning is readable: worth counting
        wall = Rejected(article.kind, f"text from {article.text_source}, {len(article.body)} characters")
        return replace(findings, rejected=(wall, *findings.rejected))
    return findings


def _without_foreign_words(page: RawPage) -> RawPage:
    """The page without the text of another site's feed: one outlet's words never replace another's."""
    if speaks_for(page.feed_url, page.hints.url):
        return page
    hints = replace(page.hints, title="", summary="", published=None)
    return replace(page, hints=hints, feed_content_html="", feed_summary="")
