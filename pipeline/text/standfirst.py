"""The standfirst: the lines between headline and text, which the text's extractor takes for a heading and drops.

In news it holds what happened in one sentence. A page that has one repeats it in its own description, so it is
found by that and not by its name: a block in the upper half of the page that begins as the description does.
"""

from __future__ import annotations

import html as entities
from collections.abc import Iterator, Sequence

from lxml import etree, html

from pipeline.text.signals import Signals, words_of

MAX_CHARS = 1000
_MIN_CHARS = 60  # a shorter description is a slogan
_KEY = 24  # letters and figures two texts begin with alike
_LOOKED_AT = 200  # characters of a run of text that surely hold the key
_INLINE = ("a", "abbr", "b", "em", "font", "i", "mark", "q", "small", "span", "strong", "u")
_NO_PLACE = ("h1", "title", "figcaption")
_HEAD = 0.5  # of the page's prose comes behind a standfirst
_TEXTS = etree.XPath("//body//text()")


def standfirst(tree: html.HtmlElement, signals: Signals) -> str:
    """The standfirst of an article; empty where the page shows none.

    Args:
        tree: the page with its furniture cut.
        signals: what the page says of itself.
    """
    keys = {_key(text) for text in _descriptions(signals)}
    texts = [text for text in _TEXTS(tree) if len(text.strip()) >= _KEY] if keys else []
    return next(_blocks(texts, keys), "")


def with_standfirst(lead: str, text: str) -> str:
    """The text with its standfirst as the first paragraph, unless it says that already."""
    begins = _letters(lead)[: 2 * _KEY]
    return text if not lead or begins in _letters(text) else f"{lead}\n{text}"


def _descriptions(signals: Signals) -> Iterator[str]:
    stated = (
        *words_of(signals.article.get("description")),
        signals.first("og:description"),
        signals.first("description"),
        signals.first("twitter:description"),
    )
    yield from (text for text in map(entities.unescape, stated) if len(text) >= _MIN_CHARS)


def _blocks(texts: Sequence[str], keys: set[str]) -> Iterator[str]:
    """Blocks in the first half of the page's prose that begin with one of the keys."""
    lengths = [length if (length := len(text.strip())) >= _MIN_CHARS else 0 for text in texts]
    whole, passed = sum(lengths), 0
    for text, length in zip(texts, lengths, strict=True):
        if passed > whole * _HEAD:
            return
        if _key(text) in keys:
            lead = _block_of(text)
            if _MIN_CHARS <= len(lead) <= MAX_CHARS and _key(lead) in keys:
                yield lead
        passed += length


def _block_of(text: str) -> str:
    """The whole block around a run of text; nothing if a standfirst cannot be there."""
    box = text.getparent()  # type: ignore[attr-defined]
    while box.tag in _INLINE and box.getparent() is not None:
        box = box.getparent()
    if box.tag in _NO_PLACE or any(outer.tag == "footer" for outer in box.iterancestors()):
        return ""
    return " ".join(" ".join(box.itertext()).split())


def _key(text: str) -> str:
    return _letters(text.lstrip()[:_LOOKED_AT])[:_KEY]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()
