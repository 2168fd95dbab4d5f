"""Weigh what one topic finds in an article, and decide whether it applies."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.records import MeetingMention, Span, TopicTag
from pipeline.topics.rules import Topic

LEAD = 500  # code points of the body that count as its first lines
_HEADLINE = 200  # most code points of the first sentence that replaces a missing headline
_FIRST_SENTENCE = re.compile(r".*?(?:[.!?…](?=\s)|\n|$)", re.DOTALL)
_WITH_OTHERS = 2  # times min_score, for an article whose meetings are with other countries


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A match of a group, in code points from the start of title, newline, body; an exception does not count."""

    start: int
    end: int
    counts: bool


@dataclass(frozen=True, slots=True)
class ArticleParts:
    """The ends of the parts of an article, counted from the start of the title."""

    body_start: int
    headline: int
    lead: int

    @classmethod
    def of(cls, title: str, body: str) -> ArticleParts:
        start = len(title) + 1
        first = _FIRST_SENTENCE.match(body, 0, _HEADLINE)
        return cls(start, start if title else start + (first.end() if first else 0), start + LEAD)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What one topic finds in an article. Hits count from the start of the title."""

    topic: Topic
    hits: Mapping[str, Sequence[TopicHit]]
    places: ArticleParts
    close: frozenset[TopicHit] | None  # hits of all groups side by side; None: the topic does not ask for it
    meetings: Sequence[MeetingMention]  # of all countries of the topic
    with_others: bool  # the article reports no such meeting, but one of some of these countries with others

    @property
    def least(self) -> float:
        """The score that this article needs."""
        return self.topic.min_score * (_WITH_OTHERS if self.with_others else 1)

    def weigh(self, hit: TopicHit) -> float:
        if hit.start < self.places.headline:
            return self.topic.title_weight
        if hit.start < self.places.lead:
            return self.topic.lead_weight
        return self.topic.body_weight if self.close is None or hit in self.close else 0

    def total(self, names: Iterable[str]) -> float:
        return sum(self.weigh(hit) for name in names for hit in self.hits.get(name, ()))

    @property
    def score(self) -> float:
        """The weakest of the required groups, and more where they stand close together."""
        required = [[name] for name in self.topic.all] + [list(self.topic.any)] * bool(self.topic.any)
        weakest = min(map(self.total, required))
        return weakest + self.topic.near_weight if self.close and weakest else weakest

    def spans(self) -> Iterator[Span]:
        """The matches that count, in order, and the sentences that report a meeting of the countries."""
        start = self.places.body_start
        names = (*self.topic.all, *self.topic.any)
        evidence = {hit for name in names for hit in self.hits.get(name, ())}
        for hit in sorted(evidence, key=lambda h: (h.start, h.end)):
            in_title = hit.start < start
            yield (
                Span("title", hit.start, hit.end) if in_title else Span("body", hit.start - start, hit.end - start)
            )
        yield from dict.fromkeys(mention.quote.span for mention in self.meetings)


# Why a topic does not apply. `none` and `never` without groups weigh nothing and rule nothing out.
_VETOES: tuple[tuple[str, Callable[[_Weighed, float], bool]], ...] = (
    ("too_little", lambda found, score: not found.meetings and score < found.least),
    (
        "outweighed",
        lambda found, score: (
            not found.meetings and bool(found.topic.none) and found.total(found.topic.none) >= score
        ),
    ),
    (
        "ruled_out",
        lambda found, _: bool(found.topic.never) and found.total(found.topic.never) >= found.topic.never_score,
    ),
)


def judge(
    topic: Topic,
    hits: Mapping[str, Sequence[TopicHit]],
    places: ArticleParts,
    meetings: Sequence[MeetingMention],
    with_others: bool,
) -> TopicTag | None:
    """The tag, or None if the topic does not apply."""
    groups = [hits.get(name, ()) for name in topic.all]
    close = _side_by_side(groups, topic.near, places.body_start) if topic.near and len(groups) > 1 else None
    found = _Weighed(topic, hits, places, close, meetings, with_others)
    score = found.score
    if any(applies(found, score) for _, applies in _VETOES):
        return None
    return TopicTag(topic.slug, max(score, topic.min_score) if meetings else score, tuple(found.spans()))


def told(countries: frozenset[str], mentions: Sequence[MeetingMention]) -> tuple[tuple[MeetingMention, ...], bool]:
    """The meetings of all these countries; without one, whether some of them are reported to meet others."""
    if not countries:
        return (), False
    together = tuple(mention for mention in mentions if countries.issubset(mention.countries))
    with_others = any(
        len(mention.countries) > 1 and not countries.isdisjoint(mention.countries) for mention in mentions
    )
    return together, with_others and not together


def _side_by_side(groups: Sequence[Sequence[TopicHit]], near: int, body_start: int) -> frozenset[TopicHit]:
    """The hits of each group that have a hit of every other group within `near` code points of the same field."""
    starts = [[hit.start for hit in group] for group in groups]

    def has_neighbour(hit: TopicHit, number: int) -> bool:
        place = bisect_left(starts[number], hit.start)
        around = groups[number][max(place - 1, 0) : place + 1]
        return any(
            max(hit.start, other.start) - min(hit.end, other.end) <= near
            for other in around
            if (hit.start < body_start) == (other.start < body_start)
        )

    return frozenset(
        hit
        for own, group in enumerate(groups)
        for hit in group
        if all(has_neighbour(hit, other) for other in range(len(groups)) if other != own)
    )
