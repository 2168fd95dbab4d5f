"""Questions about any element of a page: its text, its prose, its name, its place among its neighbours."""

from __future__ import annotations

from functools import partial
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

PROSE_CHARS = 60  # a run of text this long is a sentence, not a menu
HEADINGS = ("h2", "h3", "h4", "h5", "h6", "summary", "legend", "dt")
_NAMED_BY = frozenset(("class", "id", "aria-label", "data-testid", "data-component", "data-module", "data-name"))
INLINE = frozenset((
    "a", "abbr", "b", "bdi", "cite", "em", "font", "i", "img", "mark", "q", "small", "span", "strong",
    "sub", "sup", "time", "u", "svg", "br", "wbr",
))  # fmt: skip
# As lxml's text_content, in two thirds of its time.
whole_text = partial(etree.tostring, method="text", encoding="unicode", with_tail=False)
_LONG_RUNS = etree.XPath(f".//text()[string-length() > {PROSE_CHARS}]", smart_strings=False)
FRAMES = ("body", "main", "html")
HEAD_CHARS = 90  # of a heading, or of the line above a comment
_HEADS = ("div", "p", "header", "h4", "h5", "h6", "dt", "figcaption")  # that may hold a nickname and a time
_FEW_LINKS = 0.25  # of a text
_TABLE_PARTS = ("thead", "tbody", "tfoot")


def target_of(link: html.HtmlElement, url: str) -> str:
    """The absolute address of a link; "" where it has no usable one."""
    try:
        return str(urljoin(url, (link.get("href") or "#").strip()))
    except ValueError:
        return ""


def leads_elsewhere(target: str, url: str) -> bool:
    """Whether an absolute address is another page of the site of `url`."""
    try:
        there, here = urlsplit(target), urlsplit(url)
    except ValueError:
        return False
    return there.hostname == here.hostname and there.path.rstrip("/") not in ("", here.path.rstrip("/"))


def opens(inner: html.HtmlElement, outer: html.HtmlElement) -> bool:
    """Whether `inner` is the first thing with text in `outer`, its parent."""
    if (outer.text or "").strip():
        return False
    before = inner.getprevious()
    while before is not None:
        if (before.tail or "").strip() or text_of(before):
            return False
        before = before.getprevious()
    return True


def climbed(element: html.HtmlElement) -> html.HtmlElement:
    """The largest box that begins with this element and does not hold the headline."""
    while (
        (outer := element.getparent()) is not None
        and outer.tag not in FRAMES
        and opens(element, outer)
        and next(outer.iter("h1"), None) is None
    ):
        element = outer
    return element


def name_of(element: html.HtmlElement) -> str:
    """All that a box is called, in its various attributes."""
    return " ".join([value for name, value in element.items() if name in _NAMED_BY])


def link_share(element: html.HtmlElement) -> float:
    """The part of the text of an element that is in links, 0..1."""
    text = text_of(element)
    return sum(len(text_of(a)) for a in element.iter("a")) / len(text) if text else 0.0


def is_told(element: html.HtmlElement) -> bool:
    """Whether a box holds a sentence of its own, and not links and their blurbs."""
    text = text_of(element)
    return bool(text) and link_share(element) < _FEW_LINKS and text.rstrip()[-1:] in '.!?…»”")'


def prose(element: html.HtmlElement) -> int:
    """Characters in runs of text long enough to be sentences."""
    runs = [len(text.strip()) for text in _LONG_RUNS(element)]
    return sum([length for length in runs if length > PROSE_CHARS])


def text_of(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    if not len(element):  # most elements hold one run of text
        return " ".join(element.text.split()) if element.text else ""
    return " ".join(whole_text(element).split())


def head_line(element: html.HtmlElement) -> str:
    """The words before the first block of a box, or its first short block: a nickname and a time, or a heading."""
    opening = element.text or ""
    if len(opening) > HEAD_CHARS and len(" ".join(opening[: 4 * HEAD_CHARS].split())) > HEAD_CHARS:
        return ""
    parts = [opening]
    for child in element:
        if child.tag not in INLINE:
            if not "".join(parts).strip() and child.tag in _HEADS:
                return _short_text(child)
            break
        parts += (whole_text(child), " ", child.tail or "")
        if sum(map(len, parts)) > 3 * HEAD_CHARS:
            return ""
    line = " ".join("".join(parts).split())
    return line if len(line) <= HEAD_CHARS else ""


def _short_text(element: html.HtmlElement) -> str:
    """The text of an element on one line; "" for a long one, which is read in part only."""
    parts: list[str] = []
    length, enough = 0, 2 * HEAD_CHARS
    for text in element.itertext():
        parts.append(text)
        length += len(text)
        if length > enough:
            parts = [" ".join(" ".join(parts).split())]
            if len(parts[0]) > HEAD_CHARS:
                return ""
            length, enough = len(parts[0]), len(parts[0]) + 2 * HEAD_CHARS
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= HEAD_CHARS else ""


def unfold_layout_tables(tree: html.HtmlElement) -> None:
    """Make boxes of tables that only place things on the page: one holds the headline, or whole paragraphs."""
    for table in list(tree.iter("table")):
        rows = [
            row for part in table for row in (part if part.tag in _TABLE_PARTS else (part,)) if row.tag == "tr"
        ]
        cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
        if next(table.iter("h1"), None) is not None or any(_holds_paragraphs(cell) for cell in cells):
            for element in (table, *(part for part in table if part.tag in _TABLE_PARTS), *rows, *cells):
                element.tag = "div"


def _holds_paragraphs(cell: html.HtmlElement) -> bool:
    return sum(1 for child in cell if child.tag in ("p", "h2") and len(text_of(child)) > PROSE_CHARS) > 1
