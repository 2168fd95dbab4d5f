"""Tag the topics of an article: one pass over its text, then small sums."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from pipeline.folding import fold
from pipeline.records import MeetingMention, Span, TopicTag
from pipeline.topics.rules import Example, Terms, Topic, TopicRules

SCHEME = 3  # raise it whenever the same rules would tag the same text differently
LEAD = 500  # code points of the body that count as its first lines
_HEADLINE = 200  # most code points of the first sentence that replaces a missing headline
_FIRST_SENTENCE = re.compile(r".*?(?:[.!?…](?=\s)|\n|$)", re.DOTALL)
_UNKNOWN = "und"
_COUNTRY = "country:"
_WITH_OTHERS = 2  # times min_score, for an article whose meetings are with other countries


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of one group."""

    group: str
    language: str  # ISO 639-1 or "any"
    open_end: bool  # any ending may follow
    capitals: tuple[int, ...]  # positions that must be capitals in the text
    counts: bool  # False: an exception, which is not evidence


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    counts: bool


class TopicMatcher:
    """Tags articles by the rules of config/topics.yml. Safe to share between threads and to pickle."""

    def __init__(self, rules: TopicRules, names: Mapping[str, Terms] | None = None) -> None:
        """`names` are the terms of every entity that the rules name ("country:RU").

        Raises:
            KeyError: an entity has no terms.
        """
        self._rules = rules
        used = {entity for group in rules.groups.values() for entity in group.entities}
        self._names = {entity: dict((names or {})[entity]) for entity in sorted(used)}
        self._topics: tuple[Topic, ...] = tuple(sorted(rules.topics, key=lambda t: (t.parent is not None, t.slug)))
        self._parents = {topic.slug: topic.parent for topic in rules.topics}
        self._pairs = {topic.slug: _countries(rules, topic) for topic in rules.topics}
        entries: defaultdict[str, list[_Term]] = defaultdict(list)
        for name, group in rules.groups.items():
            named = [(self._names[entity], True) for entity in group.entities]
            for terms, counts in (*named, (group.terms, True), (group.except_, False)):
                for stem, entry in _entries(name, terms, counts=counts):
                    entries[stem].append(entry)
        self._entries = tuple(tuple(found) for found in entries.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(entries))
        self.version = _version(rules, self._names)

    @property
    def slugs(self) -> frozenset[str]:
        """The topics there are."""
        return frozenset(self._parents)

    def __reduce__(self) -> tuple[type[TopicMatcher], tuple[TopicRules, Mapping[str, Terms]]]:
        return type(self), (self._rules, self._names)

    @property
    def uses_meetings(self) -> bool:
        """Whether the tags depend on the meetings of an article."""
        return any(self._pairs.values())

    def tag(
        self, title: str, body: str, language: str, mentions: Sequence[MeetingMention] = ()
    ) -> tuple[TopicTag, ...]:
        """Topics of one article, each before its parts, with the matches that count.

        `language` is ISO 639-1. Terms of other languages are ignored; with "und" all are used. Without a headline,
        the first sentence of the body counts as one. `mentions` are the meetings read in this article.
        """
        hits = self._hits(title, body, language)
        places = _Places.of(title, body)
        tags: dict[str, TopicTag] = {}
        for topic in self._topics:
            if topic.languages and language not in topic.languages:
                continue
            parent = self._parents[topic.slug]
            if parent is None or parent in tags:
                tag = _judge(topic, hits, places, *_told(self._pairs[topic.slug], mentions))
                if tag is not None:
                    tags[topic.slug] = tag
        return tuple(tags.values())

    def failing_examples(self) -> Iterator[tuple[str, str, int, Example]]:
        """Examples with a wrong result: (slug, match or must_not_match, index, example)."""
        for topic in self._rules.topics:
            for kind, wanted in (("match", True), ("must_not_match", False)):
                for index, example in enumerate(getattr(topic.examples, kind)):
                    tags = self.tag(example.title, example.body, example.language)
                    if any(tag.topic == topic.slug for tag in tags) != wanted:
                        yield topic.slug, kind, index, example

    def _hits(self, title: str, body: str, language: str) -> dict[str, list[_Hit]]:
        """What each group matches in title, newline, body; no two hits of a group overlap."""
        text = f"{title}\n{body}"
        folded = fold(text)
        found: defaultdict[str, list[_Hit]] = defaultdict(list)
        for pattern, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1].isalnum():
                continue
            word_end = _word_end(folded, end)
            for entry in self._entries[pattern]:
                if (
                    (word_end == end or entry.open_end)
                    and (entry.language in {"any", language} or language == _UNKNOWN)
                    and all(text[start + place].isupper() for place in entry.capitals)
                    and not start <= len(title) < word_end
                ):
                    found[entry.group].append(_Hit(start, word_end, entry.counts))
        return {group: _apart(hits) for group, hits in found.items()}


def _entries(group: str, terms: Terms, *, counts: bool) -> Iterator[tuple[str, _Term]]:
    for language, words in terms.items():
        for word in words:
            stem = word.removesuffix("*")
            capitals = tuple(place for place, letter in enumerate(stem) if letter.isupper())
            yield fold(stem), _Term(group, language, stem != word, capitals, counts)


def _word_end(folded: str, position: int) -> int:
    while position < len(folded) and folded[position].isalnum():
        position += 1
    return position


def _apart(hits: Iterable[_Hit]) -> list[_Hit]:
    """Leftmost, then longest hits; text that a hit (or an exception) covers is not counted again."""
    kept: list[_Hit] = []
    last = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.counts)):
        if hit.start >= last:
            last = hit.end
            kept.append(hit)
    return [hit for hit in kept if hit.counts]


@dataclass(frozen=True, slots=True)
class _Places:
    """The ends of the parts of an article, counted from the start of the title."""

    body_start: int
    headline: int
    lead: int

    @classmethod
    def of(cls, title: str, body: str) -> _Places:
        start = len(title) + 1
        first = _FIRST_SENTENCE.match(body, 0, _HEADLINE)
        return cls(start, start if title else start + (first.end() if first else 0), start + LEAD)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What one topic finds in an article. Hits count from the start of the title."""

    topic: Topic
    hits: Mapping[str, Sequence[_Hit]]
    places: _Places
    close: frozenset[_Hit] | None  # hits of all groups side by side; None: the topic does not ask for it
    meetings: Sequence[MeetingMention]  # of all countries of the topic
    with_others: bool  # the article reports no such meeting, but one of some of these countries with others

    @property
    def least(self) -> float:
        """The score that this article needs."""
        return self.topic.min_score * (_WITH_OTHERS if self.with_others else 1)

    def weigh(self, hit: _Hit) -> float:
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


def _judge(
    topic: Topic,
    hits: Mapping[str, Sequence[_Hit]],
    places: _Places,
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


def _countries(rules: TopicRules, topic: Topic) -> frozenset[str]:
    """The countries of a topic about two or more: one in each group under `all`; else none."""
    found = [
        [entity.removeprefix(_COUNTRY) for entity in rules.groups[name].entities if entity.startswith(_COUNTRY)]
        for name in topic.all
    ]
    is_pair = len(found) > 1 and all(len(countries) == 1 for countries in found)
    return frozenset(countries[0] for countries in found) if is_pair else frozenset()


def _told(
    countries: frozenset[str], mentions: Sequence[MeetingMention]
) -> tuple[tuple[MeetingMention, ...], bool]:
    """The meetings of all these countries; without one, whether some of them are reported to meet others."""
    if not countries:
        return (), False
    together = tuple(mention for mention in mentions if countries.issubset(mention.countries))
    with_others = any(
        len(mention.countries) > 1 and not countries.isdisjoint(mention.countries) for mention in mentions
    )
    return together, with_others and not together


def _side_by_side(groups: Sequence[Sequence[_Hit]], near: int, body_start: int) -> frozenset[_Hit]:
    """The hits of each group that have a hit of every other group within `near` code points of the same field."""
    starts = [[hit.start for hit in group] for group in groups]

    def has_neighbour(hit: _Hit, number: int) -> bool:
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


def _version(rules: TopicRules, names: Mapping[str, Terms]) -> str:
    """Changes whenever the rules could tag differently; titles for people and examples do not count."""
    told = rules.model_dump(mode="json", exclude={"topics": {"__all__": {"title", "examples"}}})
    digest = hashlib.sha256(json.dumps([SCHEME, told, names], sort_keys=True, ensure_ascii=False).encode())
    return f"topics-{SCHEME}-{digest.hexdigest()[:12]}"
