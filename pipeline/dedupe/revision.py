"""Compare two texts of an article: the changes, sentence by sentence, and how serious they are.

Corresponding sentences are paired. If they state another date, number, name or status, or only one of them says
"not", a fact was changed; otherwise the wording. What outlets put around the text is furniture.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel

from pipeline.dedupe.align import compare_facts
from pipeline.dedupe.furniture import Piece, Sort, strip_furniture
from pipeline.dedupe.markers import Marker, find_markers
from pipeline.dedupe.words import TOKEN, Codes, Fact, decode, encode, exact_hash, fact_of, read_words
from pipeline.language.sentences import split_sentences
from pipeline.language.words import FromWords
from pipeline.records import Revision, SentenceChange

SAME_SENTENCE = 0.5  # share of common words, in order, if one sentence is made from the other
TOLD_ANEW = 0.6  # the same in any order
PART_SHARE = 0.8  # of the shorter one, if the other was extended
PART_WORDS = 6  # least words of that shorter one
MAX_PAIRS = 40_000  # with more, a text was replaced, not edited
MARKER_CUT = 300
_ABBREVIATIONS = FromWords(lambda words: frozenset(words.each("abbreviation")))
_GRAVITY = {
    "fact": "fact",
    "added": "content",
    "removed": "content",
    "wording": "wording",
    "moved": "wording",
    "marker": "furniture",
    "furniture": "furniture",
}
_KINDS = ("fact", "content", "wording", "furniture")
_OF_DATES = frozenset({Fact.MONTH, Fact.WEEKDAY, Fact.DAY})
_CALENDAR = re.compile(r"\d{1,2}:\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}")
_STEM = 4  # letters that all forms of a word share, or of a name
_ENDS = np.array([1, 2], dtype=np.uint32)  # after both sentences of a pair: their ends correspond


@dataclass(frozen=True, slots=True)
class Edited:
    """A text of an article."""

    title: str
    body: str
    language: str


@dataclass(frozen=True)
class _Sentence:
    """One sentence, for comparison."""

    text: str
    codes: Codes
    key: bytes  # the same for the same words
    tokens: list[tuple[str, Fact]]
    stems: list[str]


def revise(old: Edited | None, new: Edited) -> Revision | None:
    """What `new` changed; of a first text only what it calls itself, None if it says nothing."""
    markers = _new_markers(old, new)
    marker = markers[0] if markers else None
    if old is None:
        return None if marker is None else Revision("first", (), marker.mark, marker.text[:MARKER_CUT])
    changes = tuple(_changes(old, new, markers))
    kind = min((_GRAVITY[change.change] for change in changes), key=_KINDS.index, default="furniture")
    if marker is None:
        return Revision(kind, changes)
    return Revision(kind, changes, marker.mark, marker.text[:MARKER_CUT])


def _new_markers(old: Edited | None, new: Edited) -> list[Marker]:
    had = set() if old is None else set(find_markers(old.title, old.body))
    return [marker for marker in find_markers(new.title, new.body) if marker not in had]


def _changes(old: Edited, new: Edited, markers: Sequence[Marker]) -> Iterator[SentenceChange]:
    before, after = strip_furniture(old.title, old.body), strip_furniture(new.title, new.body)
    here, there = (
        [
            _read(text, new.language)
            for paragraph in paragraphs
            for _, text in split_sentences(paragraph, _ABBREVIATIONS())
        ]
        for paragraphs in (before.paragraphs, after.paragraphs)
    )
    names = _names_within(here) | _names_within(there)
    titles = _read(before.title, new.language), _read(after.title, new.language)
    if titles[0].key != titles[1].key:
        yield _changed("title", *titles, names)
    marked = [marker.text for marker in markers]
    for change in _body_changes(here, there, names):
        if not change.old and any(change.new in text for text in marked):
            change = SentenceChange("marker", change.field, "", change.new)
        yield change
    yield from _furniture_changes(before.pieces, after.pieces)


def _read(text: str, language: str) -> _Sentence:
    words = read_words(text, turkish=language == "tr")
    tokens = [(word, fact_of(read_words(word)[0])) for word in TOKEN.findall(unicodedata.normalize("NFKC", text))]
    stems = [word.casefold()[:_STEM] for word, _ in tokens]
    return _Sentence(text, decode(encode([words])), exact_hash([words]), tokens, stems)


# Which sentence became which -----------------------------------------------------------------------------------


def _body_changes(old: list[_Sentence], new: list[_Sentence], names: frozenset[str]) -> Iterator[SentenceChange]:
    staying = {one.key for one in old} & {one.key for one in new}
    for gone, come in _gaps(old, new):
        for first, second in _pairs(gone, come):
            if first and second:
                yield _changed("body", first, second, names)
            elif second:
                moved = second.key in staying
                yield SentenceChange(
                    *(("moved", "body", second.text) if moved else ("added", "body", "")), second.text
                )
            elif first and first.key not in staying:
                yield SentenceChange("removed", "body", first.text, "")


def _gaps(old: list[_Sentence], new: list[_Sentence]) -> Iterator[tuple[list[_Sentence], list[_Sentence]]]:
    """The stretches between sentences that stayed."""
    steps = Indel.opcodes([one.key for one in old], [one.key for one in new])
    for is_equal, group in itertools.groupby(steps, key=lambda step: step.tag == "equal"):
        if is_equal:
            continue
        gone, come = [], []
        for step in group:
            gone += old[step.src_start : step.src_end]
            come += new[step.dest_start : step.dest_end]
        yield gone, come


def _pairs(gone: list[_Sentence], come: list[_Sentence]) -> Iterator[tuple[_Sentence | None, _Sentence | None]]:
    """Corresponding sentences in order; those without a partner are alone."""
    i = j = 0
    for first, second in _partners(gone, come):
        yield from ((one, None) for one in gone[i:first])
        yield from ((None, one) for one in come[j:second])
        yield gone[first], come[second]
        i, j = first + 1, second + 1
    yield from ((one, None) for one in gone[i:])
    yield from ((None, one) for one in come[j:])


def _partners(gone: list[_Sentence], come: list[_Sentence]) -> list[tuple[int, int]]:
    """The pairs in order whose likenesses add up to most."""
    if not gone or not come or len(gone) * len(come) > MAX_PAIRS:
        return []
    like = [[_likeness(one, other) for other in come] for one in gone]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in reversed(range(len(gone))):
        for j in reversed(range(len(come))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], like[i][j] + best[i + 1][j + 1])
    found, i, j = [], 0, 0
    while i < len(gone) and j < len(come):
        if like[i][j] and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _likeness(one: _Sentence, other: _Sentence) -> float:
    """0 where neither is made of the other."""
    first, second = one.stems, other.stems
    in_order = Indel.normalized_similarity(first, second)
    shared = (Counter(first) & Counter(second)).total()
    told_anew = 2 * shared / max(1, len(first) + len(second))
    if in_order >= SAME_SENTENCE or told_anew >= TOLD_ANEW:
        return max(in_order, told_anew)
    shorter = min(len(first), len(second))
    return told_anew if shorter >= PART_WORDS and shared >= PART_SHARE * shorter else 0.0


# What they state -----------------------------------------------------------------------------------------------


def _changed(where: str, old: _Sentence, new: _Sentence, names: frozenset[str]) -> SentenceChange:
    facts = tuple(sorted(_differing(old, new, names, is_title=where == "title")))
    return SentenceChange("fact" if facts else "wording", where, old.text, new.text, facts)


def _differing(old: _Sentence, new: _Sentence, names: frozenset[str], *, is_title: bool) -> Iterator[str]:
    aligned = set(compare_facts(np.concatenate([old.codes, _ENDS]), np.concatenate([new.codes, _ENDS])).differing)
    if Fact.NEGATION in aligned:
        yield "negation"
    if Fact.STATUS in aligned:
        yield "status"
    (dates, numbers), (new_dates, new_numbers) = _figures(old), _figures(new)
    if dates != new_dates:
        yield "date"
    if numbers != new_numbers:
        yield "number"
    before, after = _names(old, names, is_title=is_title), _names(new, names, is_title=is_title)
    # A name that is only left out or filled in is no other name; nor is another form of it.
    if _without(before, after) and _without(after, before):
        yield "name"


def _figures(sentence: _Sentence) -> tuple[Counter[int], Counter[int]]:
    """The numbers in dates, and the other numbers."""
    dates: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for is_figure, group in itertools.groupby(
        sentence.tokens, key=lambda token: token[1] == Fact.NUMBER or token[1] in _OF_DATES
    ):
        if not is_figure:
            continue
        run = list(group)
        of_date = any(fact in _OF_DATES for _, fact in run)
        for word, _ in run:
            value = read_words(word)[0] >> 32
            (dates if of_date or _CALENDAR.fullmatch(word) else numbers)[value] += 1
    return dates, numbers


def _names_within(sentences: Sequence[_Sentence]) -> frozenset[str]:
    """Words with a capital inside a sentence: names at its beginning too."""
    return frozenset(
        word for one in sentences for word, fact in one.tokens[1:] if word[0].isupper() and fact == Fact.PLAIN
    )


def _names(sentence: _Sentence, known: frozenset[str], *, is_title: bool) -> set[str]:
    """Headlines may have capitals everywhere: there only names that are known from the text count."""
    inside = set() if is_title else {word for word, fact in sentence.tokens[1:] if word[0].isupper() and not fact}
    return {word.casefold() for word in inside | {word for word, _ in sentence.tokens if word in known}}


def _without(some: set[str], others: set[str]) -> set[str]:
    stems = {other[:_STEM] for other in others}
    return {one for one in some if one[:_STEM] not in stems}


# Furniture -----------------------------------------------------------------------------------------------------


def _furniture_changes(before: Sequence[Piece], after: Sequence[Piece]) -> Iterator[SentenceChange]:
    old, new = (
        Counter((p.sort, p.span.field, p.text) for p in before),
        Counter((p.sort, p.span.field, p.text) for p in after),
    )
    gone, come = list((old - new).elements()), list((new - old).elements())
    for sort, where, text in gone:
        partner = next((one for one in come if one[:2] == (sort, where)), None)
        if partner:
            come.remove(partner)
        yield SentenceChange(_furniture_name(sort), where, text, partner[2] if partner else "")
    for sort, where, text in come:
        yield SentenceChange(_furniture_name(sort), where, "", text)


def _furniture_name(sort: Sort) -> str:
    return "marker" if sort == Sort.MARK else "furniture"
