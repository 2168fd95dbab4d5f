"""Page bytes -> Article. trafilatura finds the body; what surrounds it is decided here.

The chain, each step recorded in `Article.extractor`: trafilatura on the page, the full text the feed carried,
the feed's summary as a flash. One-line flashes count: "the meeting is cancelled" is short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree, html
from trafilatura.settings import Extractor

from pipeline.errors import ExtractError
from pipeline.records import Article, PageHints
from pipeline.text.comments import cut_comments
from pipeline.text.language import detect_language
from pipeline.text.published import published_on_page

EXTRACTOR_VERSION = f"trafilatura-{trafilatura.__version__}/1"
MIN_FLASH_CHARS = 30  # shorter than this is a teaser or a date, not a statement
SHORT_CHARS = 250  # from a page this little may be an article's flash, or what stands around an empty one
# Boxes around an article that read like text. Never the page's own frame: sites mark that with such words too.
_FURNITURE = etree.XPath(
    """//*[not(self::html or self::body or self::main or self::article)]
          [re:test(concat(@class, ' ', @id), $words, 'i')]""",
    namespaces={"re": "http://exslt.org/regular-expressions"},
)
_FURNITURE_WORDS = r"(^|[\s_-])(cookies?|consent|gdpr|comments|disqus|yorumlar|newsletter)([\s_-]|$)"
# Control characters, raw or as references: libxml2 gives up at them, and editors paste them every day.
_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEFf]|1[\da-fA-F]));"
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SPACE = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class FeedText:
    """What the feed said about the page: the fall-back body."""

    content_html: str = ""
    summary: str = ""


def extract_article(
    body: bytes, *, content_type: str | None, hints: PageHints, feed: FeedText | None = None
) -> Article:
    """Extract the article from a page.

    Args:
        body: the page as served, decompressed.
        content_type: the Content-Type header, for its charset.
        hints: what the feed and the outlet say about the page.
        feed: the feed's own text, used where the page gives none.

    Raises:
        ExtractError: not_html, no_text.
    """
    tree = _parse(body, content_type)
    stated_urls = _stated_urls(tree)
    _drop_furniture(tree)
    document = _run_trafilatura(tree, hints.url)
    text, how = _choose_text(document, feed or FeedText())
    title = _clean(hints.title) or _clean(getattr(document, "title", None) or "") or _page_title(tree)
    if not text:
        raise ExtractError("no_text", f"{len(body)} bytes, title {title[:80]!r}")
    text = cut_comments(text)
    published, source = _published(tree, hints)
    language, confidence = detect_language(f"{title}\n{text}", expected=hints.language)
    return Article(
        title=title,
        body=text,
        published_at=published,
        published_source=source,
        zone=hints.zone,
        language=language,
        language_confidence=confidence,
        byline=_clean(getattr(document, "author", None) or ""),
        extractor=f"{EXTRACTOR_VERSION}/{how}",
        stated_urls=stated_urls,
    )


def _parse(body: bytes, content_type: str | None) -> html.HtmlElement:
    """Parse once, in the charset that holds: valid UTF-8, else the declared one, else what lxml finds."""
    if not body.strip():
        body = b"<html></html>"  # a page that could not be had: the feed's text may still do
    if not body.startswith(_UTF16_MARKS):
        body = _CONTROL.sub(b" ", body)
    parser = html.HTMLParser(encoding=_charset(body, content_type), huge_tree=False, no_network=True)
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ExtractError("not_html", str(error)[:200]) from error
    return tree


def _drop_furniture(tree: html.HtmlElement) -> None:
    """Take out consent and newsletter boxes and comment sections, unless one of them holds most of the text."""
    limit = len(tree.text_content()) / 3
    for box in _FURNITURE(tree, words=_FURNITURE_WORDS):
        if len(box.text_content()) < limit or "comments" in f"{box.get('class')} {box.get('id')}".lower().split():
            box.drop_tree()


def _charset(body: bytes, content_type: str | None) -> str | None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(r"charset=[\"']?([\w-]+)", content_type or "", re.I)
        return _known_codec(declared.group(1)) if declared else None
    return "utf-8"


def _known_codec(name: str) -> str | None:
    try:
        "".encode(name)
    except LookupError:
        return None
    return name


def _run_trafilatura(tree: html.HtmlElement, url: str) -> Any:
    """Run the extractor: text without comments and tables, metadata without its costly date search."""
    options = Extractor(
        output_format="python", url=url, with_metadata=True, comments=False, tables=False, dedup=False
    )
    options.date_params["extensive_search"] = False
    try:
        return trafilatura.bare_extraction(tree, url=url, options=options)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ExtractError("extractor_failed", f"{type(error).__name__}: {error}"[:200]) from error


def _choose_text(document: Any, feed: FeedText) -> tuple[str, str]:
    """The first source that has text, and its name: page, feed, summary, or none."""
    text = _clean_body(getattr(document, "text", None) or "")
    if len(text) >= SHORT_CHARS:
        return text, "page"
    if feed.content_html:
        fragment = html.fromstring(f"<div>{feed.content_html}</div>")
        for block in fragment.iter("p", "br", "div", "li"):
            block.tail = "\n" + (block.tail or "")
        from_feed = _clean_body(fragment.text_content())
        if len(from_feed) >= MIN_FLASH_CHARS:
            return from_feed, "feed"
    summary = _clean_body(feed.summary)
    flash = "\n".join(line for line in text.split("\n") if _is_statement(line))
    if flash and len(flash) >= len(summary):
        return flash, "page"
    return (summary, "summary") if len(summary) >= MIN_FLASH_CHARS else ("", "none")


def _is_statement(line: str) -> bool:
    """A sentence somebody wrote, not a menu entry, a button or the footer."""
    return len(line) >= MIN_FLASH_CHARS and line[-1] in '.!?…»”"' and not line.startswith("©")


def _clean(text: str) -> str:
    return " ".join(text.split())


def _clean_body(text: str) -> str:
    """One paragraph a line, single spaces, no blank lines: offsets into this text never move again."""
    return _BLANK_LINES.sub("\n", _SPACE.sub(" ", text)).strip()


def _stated_urls(tree: html.HtmlElement) -> tuple[str, ...]:
    """What the page calls its own address. Two different canonical links contradict each other: none counts."""
    canonical = dict.fromkeys(tree.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href"))
    og = tree.xpath("//meta[@property='og:url']/@content")[:1]
    return tuple(text.strip() for text in [*(canonical if len(canonical) == 1 else ()), *og])


def _page_title(tree: html.HtmlElement) -> str:
    found = tree.xpath("//h1//text()") or tree.xpath("//title//text()")
    return _clean(" ".join(found))


def _published(tree: html.HtmlElement, hints: PageHints) -> tuple[datetime | None, str]:
    """A time stated on the page, else the feed's, else a bare day on the page, else nothing."""
    exact, day = published_on_page(tree, zone=hints.zone, not_after=hints.fetched_at)
    if exact:
        return exact, "page"
    if hints.published and (hints.fetched_at is None or hints.published <= hints.fetched_at):
        return hints.published, "feed"
    if day:
        return day, "page_day"
    return None, "none"
