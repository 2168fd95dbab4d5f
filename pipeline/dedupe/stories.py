"""Group different dispatches about one event into stories: one pass over lead copies, each to the nearest story.

It uses its own TF-IDF in sparse dictionaries: scikit-learn's would have to be refitted for every batch, and its
matrices cannot grow with the words of the day, while here only document counts must be stored. Words are cut to
their first letters, which handles Russian and Turkish endings like a stemmer.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from pipeline.dedupe.furniture import strip_paragraphs, strip_title
from pipeline.records import StoryState

SAME_EVENT = 0.22  # cosine to the middle of a story
NAMES_IN_COMMON = 1
STORY_LASTS = timedelta(days=4)  # since its last report
TERMS_KEPT = 60  # of a story
TERMS_ASKED = 12  # the rarest of a text: stories are looked up by them
_LEAD_WORDS = 220
_PREFIX = 6
_BUCKETS = 1 << 17
_UNREAD = 100  # documents that are assumed to be there before the first: without them no word is rare yet
_FORGET_AFTER = 200_000  # documents; then old counts weigh half
_WORD = re.compile(r"[^\W\d_]{3,}")
_FOLD = str.maketrans({"İ": "i", "I": "i", "ı": "i", "ё": "е", "Ё": "е"})


@dataclass(frozen=True, slots=True)
class Report:
    """The words of one lead copy: the count of each, and which are names."""

    counts: Mapping[int, float]
    names: frozenset[int]


class WordCounts:
    """The number of documents that contain each word; grows as texts are read, and forgets slowly."""

    def __init__(self, documents: int = 0, counts: bytes = b"") -> None:
        self.documents = documents
        self._counts: NDArray[np.uint32] = (
            np.frombuffer(counts, dtype="<u4").astype(np.uint32) if counts else np.zeros(_BUCKETS, dtype=np.uint32)
        )

    def learn(self, report: Report) -> None:
        """Count the words of one more document."""
        self.documents += 1
        self._counts[_buckets(report)] += 1
        if self.documents > _FORGET_AFTER:
            self._counts //= 2
            self.documents //= 2

    def weigh(self, report: Report) -> dict[int, float]:
        """TF-IDF of a document, of length 1."""
        documents = self.documents + _UNREAD
        known = self._counts[_buckets(report)].tolist()
        weights = {
            term: (1 + math.log(count)) * math.log(documents / (1 + times))
            for (term, count), times in zip(report.counts.items(), known, strict=True)
        }
        return _unit({term: weight for term, weight in weights.items() if weight > 0})

    def stored(self) -> bytes:
        """The counts, to be kept."""
        return self._counts.astype("<u4").tobytes()


def read_report(title: str, body: str) -> Report:
    """The words of a headline (which count twice) and of the beginning of a text."""
    headline = unicodedata.normalize("NFKC", strip_title(title, []))
    words = _WORD.findall(headline) * 2 + _first_words(body)
    counts: Counter[int] = Counter()
    names: set[int] = set()
    for word in words:
        term = _term(word)
        counts[term] += 1
        if word[0].isupper():
            names.add(term)
    return Report(dict(counts), frozenset(names))


def _first_words(body: str) -> list[str]:
    """The words of the beginning; furniture is stripped no further than they reach."""
    words: list[str] = []
    paragraph = None
    for paragraph in strip_paragraphs(body, []):
        words += _WORD.findall(unicodedata.normalize("NFKC", paragraph))
        if len(words) >= _LEAD_WORDS:
            break
    if paragraph is None:  # nothing but furniture: then it is the text
        words = _WORD.findall(unicodedata.normalize("NFKC", body))
    return words[:_LEAD_WORDS]


def _buckets(report: Report) -> NDArray[np.int64]:
    return np.fromiter((term % _BUCKETS for term in report.counts), dtype=np.int64, count=len(report.counts))


def rarest(weights: Mapping[int, float]) -> list[int]:
    """The words that say most about a text."""
    return sorted(weights, key=lambda term: (-weights[term], term))[:TERMS_ASKED]


def nearest(
    weights: Mapping[int, float], names: Collection[int], published: datetime, stories: Sequence[StoryState]
) -> tuple[StoryState, float] | None:
    """The story a text belongs to, with the cosine; None where it begins a story of its own."""
    best: tuple[StoryState, float] | None = None
    for story in stories:
        if abs(published - story.last_at) > STORY_LASTS:
            continue
        shared = weights.keys() & story.centroid.keys()
        if len(shared.intersection(names)) < NAMES_IN_COMMON:
            continue
        likeness = sum(weights[term] * story.centroid[term] for term in shared)
        if likeness >= SAME_EVENT and (best is None or (likeness, -story.id) > (best[1], -best[0].id)):
            best = story, likeness
    return best


def joined(story: StoryState, weights: Mapping[int, float], published: datetime) -> StoryState:
    """The story with one more report."""
    share = 1 / min(story.size + 1, 8)  # a story moves on: later reports count for more than an eighth
    mixed = {term: (1 - share) * weight for term, weight in story.centroid.items()}
    for term, weight in weights.items():
        mixed[term] = mixed.get(term, 0.0) + share * weight
    kept = sorted(mixed, key=lambda term: (-mixed[term], term))[:TERMS_KEPT]
    centroid = _unit({term: mixed[term] for term in kept})
    return StoryState(story.id, max(story.last_at, published), story.size + 1, centroid)


def begun(story_id: int, weights: Mapping[int, float], published: datetime) -> StoryState:
    """A story of one report."""
    kept = sorted(weights, key=lambda term: (-weights[term], term))[:TERMS_KEPT]
    return StoryState(story_id, published, 1, _unit({term: weights[term] for term in kept}))


@lru_cache(maxsize=1 << 16)
def _term(word: str) -> int:
    folded = word.translate(_FOLD).lower()[:_PREFIX]
    return xxhash.xxh32_intdigest(folded.encode()) - 2**31


def _unit(weights: dict[int, float]) -> dict[int, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}
