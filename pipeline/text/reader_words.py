"""Words around what readers write: names of boxes, headings, buttons, and the line that heads a single comment.

A word here is never enough by itself. `ending` asks where the box is, what is above it and how much it holds.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.language.words import FromWords, pattern, when_words_change

_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zа-яçğıöşü])(?=[A-ZА-ЯÇĞİÖŞÜ])")
_SURE = FromWords(lambda words: frozenset(words.each("comments box")))
_VENDORS = re.compile(
    r"disqus|(?:^|\s)dsq-|hypercomments|vuukle|spot-?im|viafoura|livefyre|remark42|giscus|utterances|isso-thread"
    r"|coral[_-]?(?:thread|comment|talk|stream)|cackle|mc-container|vk_comments|openweb|hyvor",
    re.I,
)
_LIKELY = FromWords(lambda words: frozenset(words.each("readers box")))
# "has-comments" and "comment-count" say something of the article, not what is in the box.
_ABOUT = FromWords(lambda words: frozenset(words.each("no box")))
_HEADING = pattern(r"^\W*(?:\d+\W+)?{comments heading}", re.I)
_CONTROL = pattern(r"^\W*{reply button}\W*(?:\(?\d+\)?)?\W*$", re.I)
_LIKE = pattern(r"^\W*(?:\d+\W*)?(?:{like button}|[👍👎❤♥▲▼]+)\W*(?:\(?\d+\)?)?\W*$", re.I)
_APPLAUSE = re.compile(r"^[\W\d]*[👍👎❤♥▲▼][\W\d]*$")
_CLOCK = (
    r"(?:(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{1,2}\s+{month}\.?(?:\s+\d{4})?"
    r"|{month}\s+\d{1,2}(?:,?\s+\d{4})?)(?:\W{1,4}(?:{at an hour}\s+)?\d{1,2}[:.]\d{2})?"
    r"|\d{1,2}:\d{2})"
)
_TIME_WORD = pattern(r"\d[.:/ -]|{ago ending}|{just now}", re.I)
_AGO = pattern("{ago ending}$", re.I)
_NICK = r"[@#]?[^\W\d_][\w.'’-]{1,24}(?:\s[^\W\d][\w.'’-]{0,19}){0,2}"
_STAMP = pattern(
    rf"^\W*(?:(?P<before>{_NICK})[\s·•|,:–—(/-]{{0,4}}{{said by}}?[\s·•|,:–—(/-]{{0,4}}(?P<when>{{ago}}|{_CLOCK})"
    rf"|(?P<when2>{{ago}}|{_CLOCK})[\s·•|,:–—)/-]{{1,4}}(?P<behind>{_NICK}))\W*$",
    re.I,
)
_NO_NICK = pattern(r"\b{no nickname}\b", re.I)


def names_readers(name: str) -> str:
    """What the name of a box says: "sure" or "likely" that readers speak in it, or ""."""
    said = {_names_readers(part) for part in name.split()}
    return "" if "about" in said else "sure" if "sure" in said else "likely" if "likely" in said else ""


@lru_cache(maxsize=20_000)  # the names of a site differ, the words in them hardly
def _names_readers(part: str) -> str:
    parts = [word.lower() for word in _PARTS.findall(_CAMEL.sub(" ", part))]
    if not _ABOUT().isdisjoint(parts):
        return "about"
    if not _SURE().isdisjoint(parts) or _VENDORS.search(part):
        return "sure"
    return "" if _LIKELY().isdisjoint(parts) else "likely"


when_words_change(_names_readers.cache_clear)


def heads_readers(line: str) -> bool:
    """Whether a short line is the heading of readers' comments."""
    return 2 < len(line) <= 80 and bool(_HEADING().match(line)) and not line.rstrip().endswith(("…", ",", ";"))


def is_reply_control(text: str) -> bool:
    """Whether a button or link answers, reports or quotes a reader."""
    return len(text) <= 30 and bool(_CONTROL().match(text))


def is_like_control(text: str) -> bool:
    """Whether a button or link is a "like"."""
    return len(text) <= 30 and bool(_LIKE().match(text))


def is_applause(text: str) -> bool:
    """Whether a line is nothing but signs of applause and their counts: "👍 12 👎 3"."""
    return len(text) <= 30 and bool(_APPLAUSE.match(text))


@lru_cache(maxsize=20_000)  # boxes in boxes begin with the same line, and so do the pages of a site
def is_comment_stamp(line: str) -> str:
    """Who a comment is by, where a line is a name and a time and nothing else; "" for any other line."""
    if not 4 < len(line) <= 80 or not _TIME_WORD().search(line) or not (found := _STAMP().match(line)):
        return ""
    nick = found["before"] or found["behind"] or ""
    return "" if _NO_NICK().search(nick) else nick


when_words_change(is_comment_stamp.cache_clear)


def counts_back(line: str) -> bool:
    """Whether a line ends with a time that is counted back: "5 minutes ago"."""
    return bool(_AGO().search(line.rstrip(") ")))
