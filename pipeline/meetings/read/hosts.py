"""Find where a meeting is, and whether the country there is a side of it as its host."""

from __future__ import annotations

import re

from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.clauses import Clause, ContextPatterns, MaskedSpan
from pipeline.meetings.read.masking import Masked
from pipeline.meetings.who.entities import Entity
from pipeline.meetings.who.entries import NameKind
from pipeline.records import Place

_NOWHERE = frozenset({"EU", "NATO", "UN", "OSCE"})  # sides of meetings, but not places
_BESIDE_BEHIND = re.compile(r" (?:[^\s,;.]+ ){0,2}")


class HostReader:
    """Finds the place and the host of a clause by the context rules of one language."""

    def __init__(self, lexicon: Lexicon, context: ContextPatterns) -> None:
        self._svo = lexicon.order == "svo"
        self._context = context
        self._not_visit = lexicon.compile(
            "|".join(lexicon.nouns[kind] for kind in ("talks", "summit", "meeting") if kind in lexicon.nouns)
        )

    def place(
        self, masked: Masked, clause: Clause, cue: MaskedSpan, countries: frozenset[str], *, visit: bool
    ) -> tuple[Place | None, str | None]:
        """(place, the country that is a side of it as its host)."""
        found = [
            (position, entity)
            for position, entity in masked.entities.items()
            if entity.kind in (NameKind.CITY, NameKind.COUNTRY)
            and entity.country not in _NOWHERE
            and clause.has(position)
            and self._is_place(masked.text, clause, position)
        ]
        if not found:
            return None, None
        entity = self._nearest(found, masked.text, cue, visit=visit)
        is_host = visit or (len(countries) == 1 and self._acts(masked, entity.country))
        is_side = is_host and (len(countries) < 2 or entity.country in countries)
        host = entity.country if entity.country in countries else entity.side
        return entity.place, host if is_side else None

    def _acts(self, masked: Masked, country: str | None) -> bool:
        """Whether anybody of the country has a part in the sentence, if only as a speaker."""
        return any(
            entity.country == country
            and (entity.mask == "P" or self._context["after_side"].match(masked.text, position + 1) is not None)
            for position, entity in masked.entities.items()
        )

    def _nearest(self, found: list[tuple[int, Entity]], text: str, cue: MaskedSpan, *, visit: bool) -> Entity:
        """What is beside the noun of the meeting, else the goal of a journey, else what is behind the verb."""
        beside = [item for item in found if self._is_beside(text, item[0], cue)]
        goals = [item for item in found if visit and self._context["goal"].match(text, item[0] + 1)]
        after = [item for item in found if item[0] >= cue[0]] if self._svo else []
        pool = beside or goals or after or found
        cities = [entity for _, entity in pool if entity.kind == NameKind.CITY]
        return cities[0] if cities else pool[0][1]

    def _is_beside(self, text: str, position: int, core: MaskedSpan) -> bool:
        """Whether a place is within a verb and its noun, or right before or behind them: "the Oslo visit"."""
        if position < core[0]:
            return self._context["beside_before"].fullmatch(text, position + 1, core[0]) is not None
        return position < core[1] or _BESIDE_BEHIND.fullmatch(text, core[1], position) is not None

    def _is_place(self, text: str, clause: Clause, position: int) -> bool:
        behind = self._context["after_place"].match(text, position + 1)
        if behind is not None:  # "Cyprus talks" are of Cyprus, a "Cyprus visit" is to Cyprus
            return text[position] == "L" or self._not_visit.search(behind.group()) is None
        if self._context["owns_after"].match(text, position + 1):  # "an invitation to Chad's minister"
            return False
        return clause.leads_to(position, self._context["before_place"], text)
