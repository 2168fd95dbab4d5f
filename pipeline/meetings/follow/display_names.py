"""Choose the one name under which a person is shown in each language from the spellings of all texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.meetings.who.entries import LANGUAGES
from pipeline.meetings.who.spelling import CYRILLIC_COUNTRIES, is_latin, latin

_CYRILLIC = frozenset({"ru"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """How texts of one language name a person, and how many of them do."""

    language: str  # ISO 639-1
    name: str
    texts: int


def display_names(person_id: str, spellings: Iterable[Spelling]) -> Mapping[str, str]:
    """Language -> name. The same for any order of the spellings; empty where there is none."""
    known = sorted(spellings, key=lambda each: (each.name, each.language))
    if not known:
        return {}
    return {language: _shown(person_id, language, known) for language in LANGUAGES}


def _shown(person_id: str, language: str, known: list[Spelling]) -> str:
    """A full name in the reader's alphabet before a surname, one from texts in the language before others."""
    cyrillic = language in _CYRILLIC

    def rank(each: Spelling) -> tuple[bool, bool, bool, int]:
        return is_latin(each.name) != cyrillic, " " in each.name, each.language == language, each.texts

    best = max(known, key=rank)
    # No other spelling is made up: only names that are written in Cyrillic at home go into Latin letters by rule.
    country = person_id.removeprefix("per:").partition(".")[0].upper()
    return latin(best.name) if not cyrillic and country in CYRILLIC_COUNTRIES else best.name
