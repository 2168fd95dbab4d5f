"""Tag the topics of an article: one pass over its text finds the words, then each topic weighs them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from pipeline.language.folding import fold
from pipeline.records import MeetingMention, TopicTag
from pipeline.topics.rules import Example, Terms, Topic, TopicRules
from pipeline.topics.weighing import ArticleParts, TopicHit, judge, told

SCHEME = 3  # raise it whenever the same rules would tag the same text differently
_UNKNOWN = "und"
_COUNTRY = "country:"


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of one group."""

    group: str
    language: str  # ISO 639-1 or "any"
    open_end: bool  # any ending may follow
    capitals: tuple[int, ...]  # positions that must be capitals in the text
    counts: bool  # False: an exception, which is not evidence


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
        places = ArticleParts.of(title, body)
        tags: dict[str, TopicTag] = {}
        for topic in self._topics:
            if topic.languages and language not in topic.languages:
                continue
            parent = self._parents[topic.slug]
            if parent is None or parent in tags:
                tag = judge(topic, hits, places, *told(self._pairs[topic.slug], mentions))
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

    def _hits(self, title: str, body: str, language: str) -> dict[str, list[TopicHit]]:
        """What each group matches in title, newline, body; no two hits of a group overlap."""
        text = f"{title}\n{body}"
        folded = fold(text)
        found: defaultdict[str, list[TopicHit]] = defaultdict(list)
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
                    found[entry.group].append(TopicHit(start, word_end, entry.counts))
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


def _apart(hits: Iterable[TopicHit]) -> list[TopicHit]:
    """Leftmost, then longest hits; text that a hit (or an exception) covers is not counted again."""
    kept: list[TopicHit] = []
    last = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.counts)):
        if hit.start >= last:
            last = hit.end
            kept.append(hit)
    return [hit for hit in kept if hit.counts]


def _countries(rules: TopicRules, topic: Topic) -> frozenset[str]:
    """The countries of a topic about two or more: one in each group under `all`; else none."""
    found = [
        [entity.removeprefix(_COUNTRY) for entity in rules.groups[name].entities if entity.startswith(_COUNTRY)]
        for name in topic.all
    ]
    is_pair = len(found) > 1 and all(len(countries) == 1 for countries in found)
    return frozenset(countries[0] for countries in found) if is_pair else frozenset()


def _version(rules: TopicRules, names: Mapping[str, Terms]) -> str:
    """Changes whenever the rules could tag differently; titles for people and examples do not count."""
    told = rules.model_dump(mode="json", exclude={"topics": {"__all__": {"title", "examples"}}})
    digest = hashlib.sha256(json.dumps([SCHEME, told, names], sort_keys=True, ensure_ascii=False).encode())
    return f"topics-{SCHEME}-{digest.hexdigest()[:12]}"
