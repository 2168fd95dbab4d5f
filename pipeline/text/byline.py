"""Read author, section and agency of an article from the statements of its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from pipeline.language.letters import CAPITALS
from pipeline.language.words import FromWords, pattern
from pipeline.text.date_words import is_date_line
from pipeline.text.dateline import agency_named
from pipeline.text.normalise import words
from pipeline.text.signals import Signals, words_of

MAX_BYLINE = 200
_BOXES = etree.XPath(
    "(//*[self::a or self::span or self::div or self::p or self::address]"
    "[@rel='author' or @itemprop='author' or contains(@class, 'byline') or contains(@class, 'author')])"
    "[position() < 4]"
)
_CAPITAL = f"[{CAPITALS}]"
_BY = pattern(r"^{author label}\b\s*:?\s*", re.I)
_NO_NAME = pattern(r"https?://|www\.|@|\d{2}[:.]\d{2}|\d{4}|^{no author}$", re.I)
_BYLINE_CHARS = 90
BYLINE_WORDS = FromWords(lambda words: frozenset(words.each("byline word")))
_SIGNED = pattern(
    rf"^\W*(?i:{{signed by}})(?:\s*[:/|]\s*|\s+(?={_CAPITAL}))"
    rf"(?:{_CAPITAL}[\w.'’-]*[\s,/&|·•-]*(?:{{byline joint}}\s)?){{1,7}}$"
)
_NAME = re.compile(rf"{_CAPITAL}[\w.'’-]+(?:\s+{_CAPITAL}[\w.'’-]+){{1,3}}")
_BESIDE_A_NAME = re.compile(r"\s+[–—|·•/-]\s+|,\s+")
_HOST = re.compile(r"^https?://([\w.-]+)", re.I)
_SPLIT = pattern(r"\s*(?:,|;|\||\b{and}\b)\s*", re.I)
_MOST_WORDS = 5


def byline_of(tree: html.HtmlElement, signals: Signals) -> str:
    """The authors as stated, separated by commas; empty if none is named."""
    for stated in _stated(tree, signals):
        names = [name for part in stated for name in _names(part)]
        if names:
            return ", ".join(dict.fromkeys(names))[:MAX_BYLINE]
    return ""


def is_byline(line: str, author: str) -> bool:
    """Whether a short line says who wrote a text, and nothing else."""
    if len(line) > _BYLINE_CHARS or line.endswith((".", "!", "?", "…")):
        return False
    if author and set(words(line)) <= {*words(author), *BYLINE_WORDS()}:
        return True
    return bool(_SIGNED().match(line))


def is_name_and_date(line: str) -> bool:
    """Whether a short line is a name and a moment, in either order: "Nino Beridze – 20.05.2031, 09:40"."""
    if len(line) > _BYLINE_CHARS or not any(map(str.isdigit, line)):
        return False
    halves = [(line[: found.start()], line[found.end() :]) for found in _BESIDE_A_NAME.finditer(line)]
    return any(
        bool(_NAME.fullmatch(name)) and is_date_line(moment)
        for first, second in halves
        for name, moment in ((first, second), (second, first))
    )


def section_of(signals: Signals) -> str:
    """The section of the article; empty if it is not stated."""
    stated = words_of(signals.article.get("articleSection"))
    return (stated[0] if stated else signals.first("article:section", "section", "parsely-section"))[:MAX_BYLINE]


def credited_agency(signals: Signals, byline: str) -> str:
    """The agency a page gives as the source of its text: by its basis, its copyright, or its signature."""
    article = signals.article
    based = [thing for thing in _listed(article.get("isBasedOn")) if thing]
    urls = [
        thing if isinstance(thing, str) else str(thing.get("url") or thing.get("@id") or "") for thing in based
    ]
    urls += [signals.first("original-source"), signals.first("syndication-source")]
    owners = [article.get("sourceOrganization"), article.get("creditText"), article.get("provider")]
    owners += [thing.get(name) for thing in based if isinstance(thing, dict) for name in ("publisher", "author")]
    named = [name for owner in owners for name in words_of(owner)] + byline.split(", ")
    hosts = [label for url in urls for host in _HOST.findall(url) for label in host.split(".")]
    return next((agency for word in (*hosts, *named) if (agency := agency_named(word))), "")


def _listed(value: Any) -> list[Any]:
    things = value if isinstance(value, list) else [value]
    return [thing for thing in things[:20] if isinstance(thing, str | dict)]


def _stated(tree: html.HtmlElement, signals: Signals) -> Iterator[list[str]]:
    yield words_of(signals.article.get("author"))
    yield [*signals.meta.get("author", ()), *signals.meta.get("article:author", ())]
    yield [signals.first("parsely-author", "dc.creator", "byl", "sailthru.author", "citation_author")]
    yield list(signals.items.get("author", ()))
    yield [" ".join(box.text_content().split()) for box in _BOXES(tree)]


def _names(text: str) -> Iterator[str]:
    for part in _SPLIT().split(_BY().sub("", " ".join(text.split()))):
        name = _BY().sub("", part).strip(" .·•-–—")
        if name and not _NO_NAME().search(name) and 1 <= len(name.split()) <= _MOST_WORDS and len(name) > 2:
            yield name
