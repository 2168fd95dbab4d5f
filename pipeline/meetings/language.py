"""The words of one language as the reader of meetings takes them: what config/languages/<code>/ holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.meetings.date_words import DateWords
from pipeline.meetings.lexicon import Lexicon

WordRow = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """All word lists of one language: a language with a missing part is not read."""

    lexicon: Lexicon
    dates: DateWords
    tables: Mapping[str, tuple[WordRow, ...]]  # rows of its CSV files: verbs, forms, stance, bodies, series
