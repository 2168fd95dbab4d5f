"""A page's bytes -> one lxml tree, in the right characters, with nothing in it that could explode."""

from __future__ import annotations

import codecs
import re

from lxml import etree, html

from pipeline.errors import ExtractError

MAX_ELEMENTS = 200_000  # a 10 MB table of a million cells is no article; the largest real page has a tenth
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_IN_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_HEAD_BYTES = 4096  # a page has to say its character set within the first kilobyte; some are late
# Python has codecs that are no character sets (punycode, unicode_escape, utf-7): only these families count.
_CHARACTER_SETS = re.compile(
    r"utf-8|utf-16|utf-32|ascii|cp\d+|iso8859|koi8|mac|big5|gb|hz|euc|shift_jis|iso2022|johab|tis"
)
# What the web calls by these names is really the larger Windows set.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
_BY_LANGUAGE = {"ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "tr": "cp1254"}
# Control characters, raw or as references: libxml2 gives up at them, and editors paste them every day.
_CONTROL = bytes(32 if c < 32 and c not in b"\t\n\r" else c for c in range(256))
_CONTROL_REFERENCE = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEFf]|1[\da-fA-F]));")
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
    text = decode_page(body, content_type, language)
    if not text.strip():
        text = "<html></html>"  # a page that could not be had: the feed's text may still do
    clean = _CONTROL_REFERENCE.sub(b" ", text.encode("utf-8", "replace").translate(_CONTROL))
    # Without huge_tree libxml2 itself stops at 256 elements inside each other.
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = html.document_fromstring(clean, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if "unknown error" in str(error):  # libxml2 has no words for it when there is no memory to find them in
            raise MemoryError from error
        raise ExtractError("not_html", str(error)[:200]) from error
    if _COUNT(tree) > MAX_ELEMENTS:
        raise ExtractError("page_too_large", f"more than {MAX_ELEMENTS} elements")
    return tree


def decode_page(body: bytes, content_type: str | None, language: str | None = None) -> str:
    """By byte order mark, as UTF-8 where the bytes are, as declared, by the outlet's language. Never fails."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    in_header = _IN_HEADER.search(content_type or "")
    in_meta = _IN_META.search(body[:_HEAD_BYTES])
    labels = [in_header.group(1)] if in_header else []
    labels += [in_meta.group(1).decode("ascii", "replace")] if in_meta else []
    for label in labels:
        if codec := _codec(label):
            return body.decode(codec, "replace")
    return body.decode(_BY_LANGUAGE.get(language or "", "cp1252"), "replace")


def _codec(label: str) -> str | None:
    """Python's name of a declared character set; None for what is none (punycode, hex, a typing mistake)."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _WIDER.get(name, name) if _CHARACTER_SETS.match(name) else None
