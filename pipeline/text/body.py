"""The text of an article: trafilatura's, checked against what else the page says, else the next best source."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import trafilatura
from lxml import etree, html
from trafilatura.settings import Extractor

from pipeline.errors import ExtractError
from pipeline.language.letters import settled
from pipeline.text.signals import Signals

MIN_FLASH_CHARS = 30  # shorter than this is a teaser or a date, not a statement
SHORT_CHARS = 250  # a page with less may hold a flash, or only the furniture of an empty article
SENTENCE_CHARS = 60
_FLASH_LINES = 6
_HALF = 0.5  # of the text that the page's own description gives
_NEARLY_ALL = 0.8
_MENU_LINES = 30
_SPACE = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_BREAK = re.compile(r"[\t\r\n]+")
_MARKUP = re.compile(r"</?(?:p|br|div|strong|em|b|i|a|h\d|ul|ol|li|span|figure|img)\b[^<>]*>", re.I)
# Control characters, halves of characters, and references to them that were escaped twice: lxml refuses them.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|&#[xX]?[0-9a-fA-F]+;")
_BREAKS = ("p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "blockquote", "tr")
# Every string of a script, in one pass: without the end of the text as an end, each quote would be tried again.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|$)', re.S)
_STATE_CHARS = 400  # a string of an article's paragraphs is longer
_SCRIPTS = etree.XPath("//script[not(@src) and string-length(text()) > 500]")


@dataclass(frozen=True, slots=True)
class BodyText:
    """A text and the source it was taken from."""

    text: str
    source: str  # page, json_ld, state, feed, readability, summary
    lead: str = ""  # the standfirst above it


def own_text(tree: html.HtmlElement, signals: Signals) -> BodyText:
    """The text the page shows, or the one it describes itself with where that is much the longer.

    Args:
        tree: the page with its furniture cut. It is used up.
        signals: what the page says of itself.

    Raises:
        ExtractError: extractor_failed.
    """
    _unbroken(tree)
    text = run_trafilatura(tree, fast=True)
    described = signals.article.get("articleBody")
    own = plain_text(described) if isinstance(described, str) else ""
    if len(own) >= SHORT_CHARS and len(text) < _HALF * len(own):
        return BodyText(own, "json_ld")
    return BodyText(text, "page")


def slow_text(tree: html.HtmlElement) -> BodyText:
    """The text by trafilatura's slower way, which compares with readability's choice. The tree is used up."""
    _unbroken(tree)
    return BodyText(run_trafilatura(tree, fast=False), "readability")


def _unbroken(tree: html.HtmlElement) -> None:
    """Take the line breaks of the source out of its texts: extractors keep some, and they would cut sentences."""
    for element in tree.iter():
        text, tail = element.text, element.tail
        if text and "\n" in text and element.tag != "pre" and not text.isspace():
            element.text = _BREAK.sub(" ", text)
        if tail and "\n" in tail and not tail.isspace():
            element.tail = _BREAK.sub(" ", tail)


def lines_below_the_headline(tree: html.HtmlElement, title: str) -> list[str]:
    """The blocks of text on a page that has hardly any, for flashes: a headline and a line.

    Args:
        tree: the page with its furniture and its headline cut.
        title: the headline, which is no line of the text.
    """
    lines = []
    for block in tree.iter("p", "div", "article", "section", "main", "td", "blockquote"):
        if any(child.tag in ("p", "div", "article", "section", "main", "table", "ul") for child in block):
            continue
        text = tidy(block.text_content().replace("\n", " "))
        linked = sum(len(a.text_content()) for a in block.iter("a"))
        if text and text != title and linked < _HALF * len(text):
            lines.append(text)
    return lines[:_FLASH_LINES]


def second_look(whole: html.HtmlElement, cut: html.HtmlElement, text: str) -> BodyText:
    """The result of a more thorough search in a page whose text came out short; empty if it is no better.

    Args:
        whole: the page, nothing cut, for the data a browser would build it from.
        cut: the page without its furniture.
        text: what was found before.
    """
    needed = max(SHORT_CHARS, len(text) / _HALF)
    if sentences(state := _state_text(whole)) > needed:
        return BodyText(state, "state")
    if len(cut.text_content()) <= needed:  # a flash has no more: the slower way is two thirds of its cost
        return BodyText("", "page")
    if sentences((slower := slow_text(cut)).text) > needed:
        return slower
    return BodyText("", "page")


def mostly_labels(text: str) -> bool:
    """Whether a text looks like the menus of a page: many lines, few of them sentences."""
    return text.count("\n") > _MENU_LINES and sentences(text) < _HALF * len(text)


def without_labels(tree: html.HtmlElement, found: BodyText) -> BodyText:
    """The slower reading of a page, where that keeps the sentences and loses most of the rest."""
    text = slow_text(tree).text
    better = sentences(text) >= _NEARLY_ALL * sentences(found.text) and len(text) < _HALF * len(found.text)
    return BodyText(text, "readability") if better else found


def run_trafilatura(tree: html.HtmlElement, *, fast: bool) -> str:
    """Paragraphs, quotes, lists and tables of the main text, a line each."""
    options = Extractor(output_format="python", fast=fast, comments=False, tables=True, with_metadata=False)
    try:
        document = trafilatura.bare_extraction(tree, options=options)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ExtractError("extractor_failed", f"{type(error).__name__}: {error}"[:200]) from error
    return tidy(getattr(document, "text", None) or "")


def sentences(text: str) -> int:
    """Characters in lines that are long enough to be sentences."""
    return sum(len(line) for line in text.split("\n") if len(line) > SENTENCE_CHARS)


def plain_text(text: str) -> str:
    """The words of a text that may carry markup, escaped or not: a line for each paragraph."""
    text = _NO_TEXT.sub(" ", entities.unescape(text))
    if not text.strip():
        return ""
    if not _MARKUP.search(text):
        return tidy(text)
    try:
        fragment = html.document_fromstring(f"<html><body>{text}</body></html>")
    except (etree.LxmlError, ValueError):
        return tidy(_MARKUP.sub("\n", text))
    etree.strip_elements(fragment, "script", "style", "figure", with_tail=False)
    for block in fragment.iter(*_BREAKS):
        block.tail = "\n" + (block.tail or "")
        block.text = "\n" + (block.text or "")
    return tidy(fragment.text_content())


def tidy(text: str) -> str:
    """One paragraph a line, single spaces, no blank lines: offsets into this text never move again."""
    return _BLANK_LINES.sub("\n", _SPACE.sub(" ", settled(text))).strip()


def _state_text(tree: html.HtmlElement) -> str:
    """The longest paragraphs in a script's data: pages that a browser puts together keep their article there."""
    return max(_state_texts(tree), key=len, default="")


def _state_texts(tree: html.HtmlElement) -> Iterator[str]:
    for script in _SCRIPTS(tree):
        if "u003cp" not in script.text and "<p" not in script.text:
            continue
        for literal in _STRING.finditer(script.text):
            if len(literal.group(0)) < _STATE_CHARS:
                continue
            try:
                value = json.loads(literal.group(0), strict=False)
            except ValueError:
                continue  # not a string of JSON after all
            if "<p" in value:
                yield plain_text(value[value.index("<p") :])
