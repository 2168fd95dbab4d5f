"""Two kinds of lines that are about the page and not about the world, by rules in config/refetch.yml.

"More details will follow" says that the page is worth fetching again soon. "Updated 5 minutes ago" differs at
every fetch and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field

from pipeline.language.words import pattern
from pipeline.text.normalise import words
from pipeline.yaml_file import LanguageCode, StrictModel

_NOTICE_LINES = 3  # from either end of the body: in between, such words are about something else
_MAX_NOTICE_WORDS = 60
_MAX_CLOCK_WORDS = 16
_LONGEST_CLOCK_LINE = 3 * _MAX_CLOCK_WORDS  # spaces: marks between the words may stand alone
_YO = str.maketrans("ёЁ", "еЕ")  # most Russian texts do without the dots
_FIGURE = pattern(r"\d+(?:{ordinal ending}|am|pm|h|k)?")


def _words(text: str) -> list[str]:
    return words(text.translate(_YO))


def _phrase(value: str) -> str:
    if not _words(value.replace("*", "")) or "*" in value.rstrip().rstrip("*"):
        raise ValueError("expected words, with a * at most at the very end")
    return value


def _word(value: str) -> str:
    if len(_words(value.removesuffix("*"))) != 1 or "*" in value.removesuffix("*"):
        raise ValueError("expected one word, with a * at most at its end")
    return value


Phrase = Annotated[str, AfterValidator(_phrase)]
OneWord = Annotated[str, AfterValidator(_word)]


class ClockWords(StrictModel):
    """What a line that only tells the time is made of."""

    labels: list[OneWord] = Field(min_length=1, description="Words of which such a line has at least one: updated")
    others: list[OneWord] = Field(
        default_factory=list, description="What else may stand in it, beside figures: ago"
    )


class NoticeRules(StrictModel):
    """What config/refetch.yml may say."""

    developing: dict[LanguageCode, list[Phrase]] = Field(
        description="By language: phrases that announce more. A * at the end matches any ending"
    )
    clock: dict[LanguageCode, ClockWords] = Field(
        description="By language: words of lines that only tell the time"
    )


class Notices:
    """The rules, ready to be applied. Texts of any language are tried with all of them: pages mix languages."""

    def __init__(self, rules: NoticeRules) -> None:
        phrases = [phrase for of_language in rules.developing.values() for phrase in of_language]
        self._developing = _any_of(phrases)
        self._clocks = [
            (_any_of(clock.labels), _any_of([*clock.labels, *clock.others])) for clock in rules.clock.values()
        ]

    def promises_more(self, title: str, body: str) -> bool:
        """True where headline, opening or ending says that the text will be updated."""
        lines = body.split("\n")
        ends = lines if len(lines) <= 2 * _NOTICE_LINES else [*lines[:_NOTICE_LINES], *lines[-_NOTICE_LINES:]]
        for line in (title, *ends):
            found = _words(line)
            if len(found) <= _MAX_NOTICE_WORDS and self._developing.search(" ".join(found)):
                return True
        return False

    def without_clock(self, body: str) -> str:
        """The body without the lines that only tell when it was published, updated or how often read."""
        return "\n".join(line for line in body.split("\n") if not self._only_tells_time(line))

    def _only_tells_time(self, line: str) -> bool:
        if line.count(" ") > _LONGEST_CLOCK_LINE:
            return False
        found = _words(line)
        if not 0 < len(found) <= _MAX_CLOCK_WORDS:
            return False
        return any(
            any(label.fullmatch(word) for word in found)
            and all(_FIGURE().fullmatch(word) or known.fullmatch(word) for word in found)
            for label, known in self._clocks
        )


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern over normalised words."""
    forms = sorted(" ".join(_words(p.removesuffix("*"))) + (r"\w*" if p.endswith("*") else "") for p in phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms) or '(?!)'})(?!\w)")
