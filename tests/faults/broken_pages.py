"""Broken pages, grown or broken from whole ones, and the check that the extraction holds on each.

Each page must give an article whose parts fit together, or an ExtractError with a reason. The tests grow pages with
hypothesis, which shrinks a failure; `python -m tests.faults.pages` makes the many by `page_of`, which is faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from hypothesis import strategies as st

from pipeline.errors import ExtractError
from pipeline.records import PageHints
from pipeline.text.extract import FeedText, extract_article
from pipeline.text.overrides import PageRules

FETCHED = datetime(2031, 5, 8, 12, tzinfo=UTC)
TAGS = [
    "html",
    "head",
    "body",
    "main",
    "article",
    "section",
    "div",
    "p",
    "span",
    "a",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "h1",
    "h2",
    "blockquote",
    "time",
    "script",
    "style",
    "form",
    "b",
    "br",
    "svg",
    "title",
    "meta",
    "link",
]
NAMES = [
    "comments",
    "share",
    "related-posts",
    "article-body",
    "caption",
    "byline",
    "date",
    "hidden",
    "content",
    "fb-comments",
    "kicker",
    "sidebar",
]
WORDS = (
    "The minister will not come to Samsun on Saturday, his ministry said in a statement.", "Комментарии (3)", "Yorumlar",
    "Read also: Lira slips again", "Читайте также:", "ANKARA, June 13 (AA) -", "7 мая 2031, 14:05", "UPDATED 14:05", "404",
    "Subscribe to read on", "İIıiß\u0301\u202e\ufeff", "&#0;&#xD800;&nbsp;&lt;p&gt;&amp", "\x00\x0b\x1f", "- | –", "(" * 40, "a" * 300,
)  # fmt: skip
JSON = (
    '{"@type": "NewsArticle", "headline": "H", "datePublished": "2031-05-07T23:30:00+03:00", "articleBody": "B"}',
    '{"@type": ["LiveBlogPosting"], "liveBlogUpdate": [{"articleBody": "x", "datePublished": 7}, null, "y"]}',
    '{"@graph": [[[{"@type": null}]], {"@type": "Article", "author": {"name": ["a", {"name": 1}]}, "headline": 5}]}',
    "[" * 50, '{"@type": "NewsArticle", ', "null", '"a"', '{"@type": "Article", "isAccessibleForFree": false, "publisher": []}',
)  # fmt: skip

STATED = ["article:published_time", "og:title", "author", "date", "og:type"]
MOMENTS = ["2031-05-07", "0000-00-00T99:99", "99999999999999", "+14:00"]
ODD = ["<", ">", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE", "<?php", "</", "<p", "='", "\ud83d", "\x80"]
CODECS = ["utf-8", "utf-16", "cp1251", "cp1254", "latin-1", "gb18030"]
TYPES = ["text/html", "text/html; charset=cp1251", "x; charset=punycode", "charset='"]
URLS = ["http://harbour.example/", "https://x.example/2031/05/07/a", "http://\u0130.example/a-99999999"]

words = st.one_of(st.sampled_from(WORDS), st.text(max_size=40))
names = st.sampled_from(NAMES)
opening = st.builds(lambda tag, name: f"<{tag} class='{name}' id={name}>", st.sampled_from(TAGS), names)
closing = st.builds(lambda tag: f"</{tag}>", st.sampled_from(TAGS))
described = st.builds(lambda said: f"<script type='application/ld+json'>{said}</script>", st.sampled_from(JSON))
stated = st.builds(
    lambda name, value: f"<meta property='{name}' content='{value}'><time datetime='{value}'>",
    st.sampled_from(STATED),
    st.one_of(words, st.sampled_from(MOMENTS)),
)
odd = st.sampled_from(ODD)
pages = st.lists(st.one_of(words, opening, closing, described, stated, odd), max_size=60).map("".join)
codecs = st.sampled_from(CODECS)
bodies = st.one_of(
    st.builds(lambda page, codec: page.encode(codec, "replace"), pages, codecs),
    st.binary(max_size=2_000),
)
types = st.one_of(st.none(), st.sampled_from(TYPES))
feeds = st.builds(FeedText, st.one_of(st.just(""), pages), words)
urls = st.sampled_from(URLS)


def check(body: bytes, content_type: str | None, feed: FeedText, url: str, title: str) -> None:
    """One page: an article that holds together or a reason."""
    hints = PageHints(url=url, title=title, language="tr", zone="Europe/Istanbul", fetched_at=FETCHED)
    rules = PageRules(exclude=("div.share", "//p[@id='hidden']"))
    try:
        article = extract_article(body, content_type=content_type, hints=hints, feed=feed, rules=rules)
    except ExtractError as error:
        if not error.reason.isidentifier():
            raise AssertionError(f"no reason: {error!r}") from error
        return
    assert article.body.strip()
    assert "\n\n" not in article.body
    assert article.published_at is None or article.published_at.tzinfo is not None
    assert article.published_at is None or (article.published_at - FETCHED).total_seconds() <= 600
    assert 0 <= article.language_confidence <= 1
    assert all(0 <= post.start < post.end <= len(article.body) for post in article.posts)


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """What `check` is called with."""

    body: bytes
    content_type: str | None
    feed: FeedText
    url: str
    title: str


def page_of(number: int, seed: int, whole: Sequence[bytes]) -> BrokenPage:
    """The page of this number, always the same for a seed: three in five are grown, the others broken from `whole` ones."""
    chance = Random(f"{seed} {number}")
    broken = whole and chance.random() < 0.4
    body = _broken(chance, chance.choice(whole)) if broken else _encoded(chance, _grown(chance))
    feed = FeedText(
        _grown(chance) if chance.random() < 0.3 else "", _word(chance) if chance.random() < 0.5 else ""
    )
    return BrokenPage(body, chance.choice([None, *TYPES]), feed, chance.choice(URLS), _word(chance))


def _grown(chance: Random) -> str:
    return "".join(_piece(chance) for _ in range(chance.randint(0, 80)))


def _piece(chance: Random) -> str:
    tag, name = chance.choice(TAGS), chance.choice(NAMES)
    return chance.choice([
        _word(chance),
        _word(chance),
        f"<{tag} class='{name}' id={name}>",
        f"<{tag} class='{name}' id={name}>",
        f"</{tag}>",
        f"<script type='application/ld+json'>{chance.choice(JSON)}</script>",
        f"<meta property='{chance.choice(STATED)}' content='{chance.choice([*MOMENTS, _word(chance)])}'>",
        f"<time datetime='{chance.choice(MOMENTS)}'>",
        chance.choice(ODD),
    ])  # fmt: skip


def _word(chance: Random) -> str:
    if chance.random() < 0.8:
        return chance.choice(WORDS)
    return "".join(
        chr(chance.choice([chance.randrange(128), chance.randrange(0x3000), chance.randrange(0x10FFFF)]))
        for _ in range(20)
    )


def _encoded(chance: Random, page: str) -> bytes:
    return page.encode(chance.choice(CODECS), "replace")


def _broken(chance: Random, body: bytes) -> bytes:
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(body))
        end = chance.randint(start, min(len(body), start + len(body) // 4))
        head, part, tail = body[:start], body[start:end], body[end:]
        body = chance.choice(_BREAKS)(head, part, tail, chance)
    return body


def _missing(head: bytes, _part: bytes, tail: bytes, _chance: Random) -> bytes:
    return head + tail


def _torn(head: bytes, part: bytes, _tail: bytes, _chance: Random) -> bytes:
    return head + part


def _three_times(head: bytes, part: bytes, tail: bytes, _chance: Random) -> bytes:
    return head + part * 3 + tail


def _mixed(head: bytes, part: bytes, tail: bytes, chance: Random) -> bytes:
    return head + _encoded(chance, _grown(chance)) + part + tail


def _noisy(head: bytes, part: bytes, tail: bytes, chance: Random) -> bytes:
    return head + chance.randbytes(chance.randint(1, 30)) + part + tail


def _never_closed(head: bytes, part: bytes, tail: bytes, _chance: Random) -> bytes:
    return head + part.replace(b"</", b"<") + tail


def _open_tags(head: bytes, part: bytes, tail: bytes, _chance: Random) -> bytes:
    return head + part.replace(b">", b"", 5) + tail


def _deep(head: bytes, part: bytes, tail: bytes, chance: Random) -> bytes:
    return head + b"<div>" * chance.randint(1, 3_000) + part + tail


_BREAKS = (_missing, _torn, _three_times, _mixed, _noisy, _never_closed, _open_tags, _deep)
