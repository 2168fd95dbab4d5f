"""Mask a sentence: one capital letter for each name and date, so that rules are about parties, not people."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from pipeline.meetings.when.dates import DateHit
from pipeline.meetings.who.entities import Entity
from pipeline.meetings.who.entries import Title


@dataclass(slots=True)
class Masked:
    """A folded sentence; `entities` and `dates` are keyed by the position of their letter in `text`."""

    text: str
    entities: dict[int, Entity] = field(default_factory=dict)
    dates: dict[int, DateHit] = field(default_factory=dict)
    origins: list[int] = field(default_factory=list)  # position of each character of `text` in the sentence
    levels: list[tuple[tuple[int, int], tuple[Title, ...]]] = field(default_factory=list)  # offices of no country


def mask(folded: str, entities: list[Entity], dates: list[DateHit], offset: int) -> Masked:
    """Mask a folded sentence that starts at `offset` of its field; a name wins over a date inside it."""
    spans: list[tuple[int, int, Entity | DateHit]] = [
        (entity.start - offset, entity.end - offset, entity) for entity in entities if not entity.titles
    ]
    names = list(spans)
    spans += [
        (hit.start, hit.end, hit)
        for hit in dates
        if not any(hit.start < end and start < hit.end for start, end, _ in names)
    ]
    masked, pieces, at, length = Masked(""), [], 0, 0
    for start, end, value in sorted(spans, key=lambda span: span[0]):
        if start < at:
            continue
        pieces.append(folded[at:start])
        masked.origins.extend((*range(at, start), start))
        length += start - at
        if isinstance(value, Entity):
            masked.entities[length] = value
            pieces.append(value.mask)
        else:
            masked.dates[length] = value
            pieces.append("D")
        length += 1
        at = end
    masked.text = "".join([*pieces, folded[at:]])
    masked.origins.extend(range(at, len(folded) + 1))
    masked.levels = [
        (_masked_span(masked, entity.start - offset, entity.end - offset), entity.titles)
        for entity in entities
        if entity.titles
    ]
    return masked


def _masked_span(masked: Masked, start: int, end: int) -> tuple[int, int]:
    """Where [start, end) of a sentence is in its masked text."""
    return bisect_left(masked.origins, start), bisect_left(masked.origins, end)
