"""Agencies where a text names them: a pattern of all spellings, and whose each is."""

from __future__ import annotations

import re

from pipeline.agencies import AGENCIES

_ID = {spelling: agency.id for agency in AGENCIES for spelling in agency.spellings}
# The longest first: "Interfax-Ukraine" is not Interfax.
ANY = "(?:" + "|".join(re.escape(name) for name in sorted(_ID, key=len, reverse=True)) + ")"
# So short that only their place in a text makes them an agency: "AP" may be anything in a sentence.
NEEDS_CONTEXT = frozenset({"AA", "AP", "RIA", "РИА", "Sputnik", "Спутник", "Trend", "ANKA", "Anadolu"})


def agency_of(spelling: str) -> str | None:
    """The agency's id for a spelling, however it is written in capitals."""
    spelling = " ".join(spelling.split())
    return _ID.get(spelling) or _BY_CAPITALS.get(spelling.upper())


_BY_CAPITALS = {name.upper(): agency for name, agency in _ID.items() if len(name) > 3}
