"""Turn markup from feeds into plain text on one line, fit for the database."""

from __future__ import annotations

import html
import re

from lxml import etree

from pipeline.language.letters import settled

_MAX_MARKUP = 200_000  # characters; a summary longer than this is cut before it is read

# Only the names of real elements: "if a<b then" is text.
_MARKUP = re.compile(
    r"<(?:!--|!\[CDATA|\?|/?(?:a|abbr|article|aside|audio|b|big|blockquote|body|br|center|cite|code|dd|div|dl|dt|em"
    r"|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|li|link|main|meta"
    r"|nav|noscript|object|ol|p|picture|pre|q|s|script|section|small|source|span|strike|strong|style|sub|sup|svg"
    r"|table|tbody|td|tfoot|th|thead|time|title|tr|tt|u|ul|video|wbr)\b)",
    re.IGNORECASE,
)
_INLINE = frozenset(
    {"a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "ins", "q", "s", "small", "span", "strike"}
    | {"strong", "sub", "sup", "time", "tt", "u", "wbr"}
)
_NOT_TEXT = frozenset({"script", "style", "head", "noscript", "iframe", "object", "svg"})

# Controls, surrogates and non-characters: PostgreSQL or UTF-8 refuses them, and no one can read them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    """`text` without characters that cannot be stored."""
    return _UNPRINTABLE.sub("", text)


def to_plain(markup: str) -> str:
    """Visible text of an HTML fragment or of plain text, white space collapsed, entities resolved."""
    text = clean(markup[:_MAX_MARKUP])
    if _MARKUP.search(text):
        text = _visible(text)
    if "&" in text:
        text = clean(html.unescape(text))
    return " ".join(settled(text).split())


def _visible(markup: str) -> str:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    try:
        tree = etree.fromstring(markup.encode(), parser)
    except etree.XMLSyntaxError:  # nothing but comments or broken tags
        return ""
    pieces: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event in ("start", "end") and node.tag not in _INLINE:
            pieces.append(" ")
        if event != "start":
            pieces.append(node.tail or "")
        elif node.tag in _NOT_TEXT:
            walk.skip_subtree()
        else:
            pieces.append(node.text or "")
    return "".join(pieces)
