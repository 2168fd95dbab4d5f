"""Text from outside made inert, the same for every channel: one line, no invisible letters, no live address.

Mail and chat clients make links of plain text without any markup; so addresses inside it are defused here.
The text as it was published stays in SQL and in the JSON of a webhook.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

_ANSI = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})  # bidi marks, zero-width and tag characters among them
_SCHEME = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:/{1,3}|(?<![a-z])(?:javascript|data|mailto|tel|tg|sms|file):(?=\S)|www\.)\S*", re.I
)
_HOST = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2,24}(?![^\W_]))")
_MAIL = re.compile(r"(?<=[\w.+-])@(?=[\w-]+(?:\[\.\]|\.)\w)")
_WEB = frozenset({"http", "https"})
_CUT = " …"
_CLAUSE = re.compile(r"[,;:]?\s+[–—-]\s|[,;:]\s")  # where a sentence may be left off
LONGEST_QUOTE = 600  # characters shown to people; SQL has the whole sentence


def outside(text: str, most: int | None = None) -> str:
    """`text` as one inert line, cut at a word where it is longer than `most` characters."""
    text = _ANSI.sub("", unicodedata.normalize("NFC", text))
    text = "".join(_safe(character) for character in text)
    text = _SCHEME.sub("[link]", " ".join(text.split()))
    text = _MAIL.sub("[at]", _HOST.sub("[.]", text))
    return cut(text, most) if most is not None else text


def cut(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis: at most `most` characters, broken at a clause, else at a word."""
    if len(text) <= most:
        return text
    if most <= len(_CUT):
        return "…"[:most]
    head = text[: most - len(_CUT)]
    clause = max((found.start() for found in _CLAUSE.finditer(head, len(head) // 2)), default=0)
    at = clause or head.rfind(" ", len(head) // 2)
    return (head[:at] if at > 0 else head) + _CUT


def link(url: str) -> str:
    """An article's address as it may be shown and linked: http(s), ASCII, without credentials; "" for any other.

    A host in another script is written in punycode, so that a look-alike is seen to be one.
    """
    try:
        parts = urlsplit("".join(url.split()))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in _WEB or not host:
        return ""
    name = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{name}{port}", *(_quoted(part) for part in parts[2:])))


def host_of(url: str) -> str:
    """The host of a shown address, as words beside the link."""
    return (urlsplit(link(url)).hostname or "").removeprefix("www.")


def _safe(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in _BREAKS:
        return " "
    return "" if kind in _DROPPED else character


def _quoted(part: str) -> str:
    """Percent-encoded wherever a character could end an address in any channel's syntax, or fool an eye."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-._~/?&=%:;,+$!#") else _percent(c) for c in part)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
