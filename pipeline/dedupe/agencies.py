"""Find agencies in a text: one pattern of all spellings, and the agency of each."""

from __future__ import annotations

import re

from pipeline.language.agencies import AGENCIES
from pipeline.language.words import FromWords, filled

_ID = FromWords(lambda _: {spelling: agency.id for agency in AGENCIES() for spelling in agency.spellings})
# Longest first: "Interfax-Ukraine" is not Interfax.
ANY = FromWords(lambda _: "(?:" + "|".join(re.escape(name) for name in sorted(_ID(), key=len, reverse=True)) + ")")
# Too short to be an agency except in certain places: "AP" may be anything in a sentence.
NEEDS_CONTEXT = FromWords(lambda words: frozenset(words.each("short agency")))
_BY_CAPITALS = FromWords(lambda _: {name.upper(): agency for name, agency in _ID().items() if len(name) > 3})


def with_agencies(template: str, flags: int = 0) -> FromWords[re.Pattern[str]]:
    """A pattern with words and agencies in it: ``{any agency}`` is any spelling of any agency."""
    return FromWords(lambda words: re.compile(filled(template.replace("{any agency}", ANY()), words), flags))


def names_an_agency(text: str) -> bool:
    """Whether any spelling occurs in a text, inside another word too; the quick question before the patterns."""
    return any(spelling in text for spelling in _ID())


def agency_of(spelling: str) -> str | None:
    """The agency's id for a spelling, regardless of case."""
    spelling = " ".join(spelling.split())
    return _ID().get(spelling) or _BY_CAPITALS().get(spelling.upper())
