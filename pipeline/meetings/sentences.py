"""Cut an article into sentences that know their place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.folding import fold
from pipeline.meetings.lexicon import Lexicon
from pipeline.records import Article

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n+")
_NEXT = re.compile(r"\s*[\"'“‘«(\[–—-]*\s*(\S)")
_WORD = re.compile(r"[^\W_][\w.]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of `field`, without the white space around it."""

    field: str  # "title" or "body"
    start: int  # code points from the start of the field
    text: str

    @property
    def end(self) -> int:
        """Offset after the last code point."""
        return self.start + len(self.text)


class Splitter:
    """Splits articles of one language; what readers say below and pointers to other news are left out."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._abbreviations = lexicon.abbreviations
        self._comments = lexicon.compile(lexicon.comments, re.MULTILINE)
        self._teasers = lexicon.compile(lexicon.teasers)

    def split(self, article: Article) -> list[Sentence]:
        """The title as one sentence, then the sentences of the body."""
        sentences = []
        title = article.title.strip()
        if title:
            sentences.append(Sentence("title", article.title.index(title), title))
        below = self._comments.search(fold(article.body))
        body = article.body[: below.start()] if below else article.body
        return sentences + [
            one for one in _split_text(body, self._abbreviations) if not self._teasers.match(fold(one.text))
        ]


def _split_text(text: str, abbreviations: frozenset[str]) -> list[Sentence]:
    sentences: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if "\n" in match.group() or _is_end(text, match, abbreviations):
            _append(sentences, text, start, match.end())
            start = match.end()
    _append(sentences, text, start, len(text))
    return sentences


def _is_end(text: str, match: re.Match[str], abbreviations: frozenset[str]) -> bool:
    following = _NEXT.match(text, match.end())
    if following and following.group(1).islower():
        return False
    if not match.group().startswith("."):
        return True
    word = _WORD.search(text, max(0, match.start() - 20), match.start())
    if word is None:
        return True
    last = word.group().lower()
    return not (last in abbreviations or (len(last) == 1 and last.isalpha()) or re.search(r"\.\w$", last))


def _append(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        sentences.append(Sentence("body", start + piece.index(stripped[0]), stripped))
