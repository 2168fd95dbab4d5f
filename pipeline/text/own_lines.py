"""Lines on a page about the article itself: its headline once more, when it was written, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.text.byline import is_byline, is_name_and_date
from pipeline.text.date_words import is_date_line
from pipeline.text.normalise import words

_HEADLINE = 40  # characters: a shorter h1 is the headline, or the name of the paper
_PART = 20  # characters of the headline that are more than a word it shares


@dataclass(frozen=True, slots=True)
class OwnLines:
    """What such lines are compared with."""

    heading: str  # the words of the headline, normalised, with blanks between
    author: str

    def is_the_headline(self, text: str) -> bool:
        """Whether an h1 is the headline, in whatever wording, or the name of the paper; some hold a caption."""
        said = set(words(text))
        return len(text) <= _HEADLINE or 2 * len(said & set(self.heading.split())) >= len(said)

    def tells_when_or_who(self, text: str) -> bool:
        """Whether a line says when the article was written or by whom, or repeats its headline."""
        told = is_date_line(text) or is_name_and_date(text) or is_byline(text, self.author)
        return told or self._repeats_the_headline(text)

    def _repeats_the_headline(self, text: str) -> bool:
        said = " ".join(words(text))
        return bool(said) and (said == self.heading or (len(said) > _PART and said in self.heading))
