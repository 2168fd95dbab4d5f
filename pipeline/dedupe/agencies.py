"""Find agencies in a text: one pattern of all spellings, and the agency of each."""

from __future__ import annotations

import re

from pipeline.agencies import AGENCIES

_ID = {spelling: agency.id for agency in AGENCIES for spelling in agency.spellings}
# Longest first: "Interfax-Ukraine" is not Interfax.
ANY = "(?:" + "|".join(re.escape(name) for name in sorted(_ID, key=len, reverse=True)) + ")"
# Too short to be an agency except in certain places: "AP" may be anything in a sentence.
NEEDS_CONTEXT = frozenset({"AA", "AP", "RIA", "РИА", "Sputnik", "Спутник", "Trend", "ANKA", "Anadolu"})


def names_an_agency(text: str) -> bool:
    """Whether any spelling occurs in a text, inside another word too; the quick question before the patterns."""
    return any(spelling in text for spelling in _ID)


def agency_of(spelling: str) -> str | None:
    """The agency's id for a spelling, regardless of case."""
    spelling = " ".join(spelling.split())
    return _ID.get(spelling) or _BY_CAPITALS.get(spelling.upper())


_BY_CAPITALS = {name.upper(): agency for name, agency in _ID.items() if len(name) > 3}
