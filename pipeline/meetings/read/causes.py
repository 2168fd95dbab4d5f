"""Read who called a meeting off or moved it, and the reason given, in the clause of the change."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.placed import PlacedCue
from pipeline.meetings.who.entities import Entity

_MOST = 200  # characters of a reason


class CauseReader:
    """Reads causes by the context rules of one language."""

    def __init__(self, context: ContextPatterns, *, svo: bool) -> None:
        """`svo`: the verb is between its subject and its object; else at the end."""
        self._context, self._svo = context, svo

    def reason(self, placed: PlacedCue, sentence: str) -> str:
        """The reason as the text words it, "because of the storm"; "" where it gives none."""
        found = self._context["cause"].search(placed.text, *self._behind(placed))
        if found is None:
            return ""
        start, end = found.span()
        if self._svo:
            stop = self._context["cause_end"].search(placed.text, found.end(), placed.clause.end)
            end = stop.start() if stop else placed.clause.end
        else:  # "hastalık nedeniyle": the reason is in front, after the noun it is not about
            start = max(placed.text.rfind(",", 0, start) + 1, placed.clause.start)
            if placed.head is not None and placed.head.end <= found.start():
                start = max(start, placed.head.end)
        origins = placed.masked.origins
        words = sentence[origins[start] : origins[end]].strip(" ,.;:\"“”«»'")
        return words if len(words) <= _MOST else f"{words[:_MOST].rsplit(' ', 1)[0]} …"

    def initiator(self, placed: PlacedCue, countries: frozenset[str]) -> str:
        """The id of who did it, a person or the country of a side (`cty:TR`); "" where the clause does not say."""
        for at in self._authors(placed):
            entity = placed.masked.entities.get(at)
            if entity is not None and (author := _id_of(entity, countries)):
                return author
        return ""

    def _authors(self, placed: PlacedCue) -> Iterator[int]:
        """Where the author may be named, the surest first."""
        asked = self._context["asked_by"].search(placed.text, *placed.whole)
        if asked is not None:
            yield asked.end()
        acts = self._context["passive"].search(placed.text, *placed.found.span) is None
        if acts and self._svo and (placed.head is None or placed.head.start > placed.found.start):
            actor = self._context["actor"].search(placed.text[: placed.found.start])
            if actor is not None:
                yield actor.start()
        agent = self._context["done_by"].search(placed.text, *self._behind(placed))
        if agent is not None:
            yield agent.end()
        elif acts and not self._svo:  # the subject comes first
            yield from (at for at in sorted(placed.masked.entities) if placed.clause.has(at))

    def _behind(self, placed: PlacedCue) -> tuple[int, int]:
        """Where a cause and an agent are named: behind the verb, or in front where the verb comes last."""
        return (placed.found.start, placed.clause.end) if self._svo else placed.whole


def _id_of(entity: Entity, countries: frozenset[str]) -> str:
    person = next(iter(entity.people), None)
    if person is not None:
        return person.id if person.country in countries else ""
    country = entity.country or (entity.place.country if entity.place else None)
    return f"cty:{country}" if country in countries else ""
