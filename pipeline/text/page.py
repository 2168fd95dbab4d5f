"""A page's bytes -> one lxml tree, in the right characters, with nothing in it that could explode."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree, html

from pipeline.charsets import character_set, decoded, marked
from pipeline.errors import ExtractError
from pipeline.language.letters import settled_page

MAX_ELEMENTS = 200_000  # a 10 MB table of a million cells is no article; the largest real page has a tenth
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_IN_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_HEAD_BYTES = 65536  # a page has to say its character set within the first kilobyte; some are late
_LANGUAGE = re.compile(rb"<html[^>]{0,300}?\blang\s*=\s*[\"']?\s*([A-Za-z]{2})\b", re.I)
# Control characters, raw or as references: libxml2 gives up at them, and editors paste them every day.
_CONTROL = bytes(32 if c < 32 and c not in b"\t\n\r" else c for c in range(256))
_CONTROL_REFERENCE = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEFf]|1[\da-fA-F]));")
# lxml.html asks Python for the class of every element; only forms need one of their own, and no form is filled in.
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment)
_COUNT = etree.XPath("count(//*)")


def parse_page(body: bytes, *, content_type: str | None, language: str | None = None) -> html.HtmlElement:
    """Parse a page once; everything that reads it reads this tree.

    Args:
        body: the page as served, decompressed.
        content_type: the Content-Type header, for its character set.
        language: the outlet's, which says what set a page is in that declares none.

    Raises:
        ExtractError: not_html, page_too_large.
        MemoryError: the page needs more than this process may have.
    """
    clean = _clean(body, content_type, language)
    # Without huge_tree libxml2 itself stops at 256 elements inside each other.
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = html.document_fromstring(clean, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if "unknown error" in str(error):  # libxml2 has no words for it when there is no memory to find them in
            raise MemoryError from error
        raise ExtractError("not_html", str(error)[:200]) from error
    if _COUNT(tree) > MAX_ELEMENTS:
        raise ExtractError("page_too_large", f"more than {MAX_ELEMENTS} elements")
    return tree


@lru_cache(maxsize=1)  # a second look at the page parses the same bytes
def _clean(body: bytes, content_type: str | None, language: str | None) -> bytes:
    text = decode_page(body, content_type, language)
    if not text.strip():
        text = "<html></html>"  # a page that could not be had: the feed's text may still do
    return settled_page(_CONTROL_REFERENCE.sub(b" ", text.encode("utf-8", "replace").translate(_CONTROL)))


def decode_page(body: bytes, content_type: str | None, language: str | None = None) -> str:
    """By byte order mark, as UTF-8 where the bytes are, as declared where that fits, by a guess. Never fails."""
    if (known := marked(body)) is not None:
        return known[0].decode(known[1], "replace")
    try:
        return body.decode("utf-8") if b"\x00" not in body[:64] else _by_evidence(body, content_type, language)
    except UnicodeDecodeError:
        return _by_evidence(body, content_type, language)


def _by_evidence(body: bytes, content_type: str | None, language: str | None) -> str:
    in_header = _IN_HEADER.search(content_type or "")
    in_meta = _IN_META.search(body[:_HEAD_BYTES])
    spoken = _LANGUAGE.search(body[:_HEAD_BYTES])
    labels = [in_header.group(1)] if in_header else []
    labels += [in_meta.group(1).decode("ascii", "replace")] if in_meta else []
    name = character_set(body, labels, (spoken.group(1).decode().lower() if spoken else "") or language or "")
    return "".join(decoded(body, name))
