"""`make fuzz`: 50,000 broken pages through the extraction. Not a test: it takes half an hour and more.

Pages are grown by hypothesis from the pieces real pages are broken with. Each must give an article whose parts hold
together, or an ExtractError with a reason.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.errors import ExtractError
from pipeline.records import PageHints
from pipeline.text.extract import FeedText, extract_article
from pipeline.text.overrides import PageRules

ROUND = 1_000
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

words = st.one_of(st.sampled_from(WORDS), st.text(max_size=40))
names = st.sampled_from(NAMES)
opening = st.builds(lambda tag, name: f"<{tag} class='{name}' id={name}>", st.sampled_from(TAGS), names)
closing = st.builds(lambda tag: f"</{tag}>", st.sampled_from(TAGS))
described = st.builds(lambda said: f"<script type='application/ld+json'>{said}</script>", st.sampled_from(JSON))
stated = st.builds(
    lambda name, value: f"<meta property='{name}' content='{value}'><time datetime='{value}'>",
    st.sampled_from(["article:published_time", "og:title", "author", "date", "og:type"]),
    st.one_of(words, st.sampled_from(["2031-05-07", "0000-00-00T99:99", "99999999999999", "+14:00"])),
)
odd = st.sampled_from(
    ["<", ">", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE", "<?php", "</", "<p", "='", "\ud83d", "\x80"]
)
pages = st.lists(st.one_of(words, opening, closing, described, stated, odd), max_size=60).map("".join)
codecs = st.sampled_from(["utf-8", "utf-16", "cp1251", "cp1254", "latin-1", "gb18030"])
bodies = st.one_of(
    st.builds(lambda page, codec: page.encode(codec, "replace"), pages, codecs),
    st.binary(max_size=2_000),
)
types = st.one_of(
    st.none(), st.sampled_from(["text/html", "text/html; charset=cp1251", "x; charset=punycode", "charset='"])
)
feeds = st.builds(FeedText, st.one_of(st.just(""), pages), words)
urls = st.sampled_from(
    [
        "http://harbour.example/",
        "https://x.example/2031/05/07/a",
        "http://\u0130.example/a-99999999",
    ]
)


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


def main(examples: int) -> None:
    """Try so many pages, a thousand at a time."""
    for done in range(0, examples, ROUND):
        one_round = settings(
            max_examples=min(ROUND, examples - done),
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        one_round(given(bodies, types, feeds, urls, words)(check))()
        print(f"{min(done + ROUND, examples):,} pages without a crash", flush=True)  # noqa: T201 - what it is run for


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
