"""Cut an article into sentences that know their place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.language.folding import fold
from pipeline.language.sentences import split_sentences
from pipeline.meetings.lexicon import Lexicon
from pipeline.records import Article

_LONGEST = 600  # characters of a sentence that is read in one
_CUTS = (re.compile(r"[;:] "), re.compile(", "), re.compile(r"\s"))  # where it is cut, the best first


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
            Sentence("body", at, part)
            for start, text in split_sentences(body, self._abbreviations)
            if not self._teasers.match(fold(text))
            for at, part in _short_parts(start, text)
        ]


def _short_parts(start: int, text: str) -> Iterator[tuple[int, str]]:
    """A sentence as it is, or, of one no person would write, its clauses: reading costs more than its length."""
    at = 0
    while len(text) - at > _LONGEST:
        later, last = at + _LONGEST // 2, at + _LONGEST
        ends = ([found.end() for found in cut.finditer(text, later, last)] for cut in _CUTS)
        end = next((found[-1] for found in ends if found), last)
        yield start + at, text[at:end].rstrip()
        at = end
    yield start + at, text[at:]
