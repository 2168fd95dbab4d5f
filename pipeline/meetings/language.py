"""The words of one language as the reader of meetings takes them: what config/languages/<code>/ holds."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.meetings.date_words import DateWords
from pipeline.meetings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Language:
    """One language, whole: nothing is read in a language of which a part is missing."""

    lexicon: Lexicon
    dates: DateWords
