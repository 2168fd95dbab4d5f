"""Convert feed bytes to UTF-8, even if their labels are wrong; piece by piece, so that no copy outgrows the
feed."""

from __future__ import annotations

import io
import re

from pipeline.charsets import character_set, decoded, is_utf8, marked

_DECLARED_IN_XML = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_DECLARED_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


def to_utf8(body: bytes, content_type: str | None) -> bytes:
    """Decode by byte order mark, then as UTF-8 if the bytes are valid, then as declared, then by a guess.

    Never fails; bytes that fit no rule become replacement characters.
    """
    if (known := marked(body)) is not None:
        return _converted(*known)
    return _converted(body, character_set(body, _declared(body, content_type)))


def _converted(body: bytes, name: str) -> bytes:
    if name == "utf-8" and is_utf8(body):
        return body
    whole = io.BytesIO()  # which gives its buffer away without a copy
    for piece in decoded(body, name):
        whole.write(piece.encode("utf-8", "replace"))
    return whole.getvalue()


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The prolog first: it was written with the text, whereas the header is often a server's default."""
    labels = []
    if found := _DECLARED_IN_XML.search(body[:1024]):
        labels.append(found[1].decode("ascii"))
    if header := _DECLARED_IN_HEADER.search(content_type or ""):
        labels.append(header[1])
    return labels
