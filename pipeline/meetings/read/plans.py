"""Read plans and held meetings that verbs express: who travels, meets, hosts or telephones, and what takes place.

The tense of the verb and the words that govern it decide (plan_tables.py): "will visit" is a plan, "visited" has
happened, "may visit" is uncertain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pipeline.meetings.language import WordRow
from pipeline.meetings.lexicon import Cue, Lexicon
from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.nouns import FoundCue
from pipeline.meetings.read.plan_tables import Case, reading_of
from pipeline.meetings.read.stance import StanceReader
from pipeline.meetings.read.verbs import Predicate, Verb, VerbTable
from pipeline.meetings.read.words import Words
from pipeline.meetings.who.spelling import slug
from pipeline.records import MeetingStatus

FRAMES = frozenset({"travel", "visit", "meet", "call", "hold", "host", "happen", "arrange", "names", "joins"})

_KINDS = {"travel": "travel", "visit": "travel", "meet": "meet", "call": "meet", "hold": "meet", "host": "host",
          "happen": "occur", "arrange": "occur", "names": "noun", "joins": "meet"}  # fmt: skip

_GOAL = re.compile(r"(?: [^\s,;:]+){0,6}? (?:[CLAP])\b")
_GUEST = re.compile(r"(?: [^\s,;:]+){0,3}? (?:P\b|C(?:,|,? and) C\b|A (?!\w+ (?:goods|products)))")
_OTHER = re.compile(
    r"(?:,? (?!of\b)[^\s,;:]+){0,4}? [PCALD]\b|[,.\"]|$| (?:in|on|at|for|again|here|there|behind|late|early)\b"
)
_WHOM = re.compile(r"(?: [^\s,;:]+){0,3}? [PC]\b")
_IN = re.compile(r"(?: [^\s,;:]+){0,5}? in [CL]\b")
_IN_CITY = re.compile(r"(?: D)? in [CL]\b")
_ANYTHING = frozenset(["it", "that", "this", "what"])  # "it would never happen" is said of walls as of visits
_OBJECT_WORDS = 6


@cache
def _cue(name: str, status: str, frame: str, kind: str, present: bool, past: bool, anchored: bool) -> Cue:
    return Cue.model_validate(
        {
            "id": name, "status": status, "kind": kind, "pattern": "", "object": "left", "present": present,
            "past": past, "format": "call" if frame == "call" else None, "anchored": anchored,
        }
    )  # fmt: skip


class PlanEngine:
    """Reads the verbs of plans and held meetings of one language."""

    def __init__(
        self, lexicon: Lexicon, tables: Mapping[str, Iterable[WordRow]], context: ContextPatterns
    ) -> None:
        rows = [row for row in tables["verbs"] if row["frame"] in FRAMES]
        lemmas = {row["lemma"] for row in rows}
        self._verbs = VerbTable(rows, [row for row in tables["forms"] if row["lemma"] in lemmas])
        self._alike: dict[tuple[str, tuple[str, ...]], list[Verb]] = defaultdict(list)
        for verb in self._verbs:
            self._alike[verb.lemma, verb.particle].append(verb)
        self._visit = lexicon.compile(rf"\b(?:{lexicon.nouns['visit']})\b")
        self._stances = StanceReader(tables["stance"])
        self._language = lexicon.language
        self._context = context
        self._noun = lexicon.compile(r"\b(?:{noun})\b")
        self._abroad = lexicon.compile(lexicon.abroad)
        self._grammar = lexicon.grammar

    def find(self, text: str, words: Words, *, headline: bool) -> list[FoundCue]:
        """Every plan and every held meeting in a masked sentence, as a cue at its place."""
        found: list[FoundCue] = []
        for predicate in self._verbs.find(words):
            told = self._told(text, words, predicate, headline)
            if told is None:
                continue
            case, reading, span = told
            predicate = case.predicate
            status = MeetingStatus.HELD if reading == "now" else reading
            kind = self._kind(case, text, span)
            name = f"{self._language}.{status}.{slug(predicate.verb.name)}"
            loose = predicate.tag == "base" and case.free and not headline
            cue = _cue(
                name,
                status,
                case.frame,
                kind,
                reading == "now",
                status == "cancelled" and case.is_("did not"),
                loose,
            )
            found = [one for one in found if one.end <= span[0]]  # "is scheduled to visit" is about the visit
            found.append(FoundCue(cue, span[0], span[1]))
        return found

    def _told(
        self, text: str, words: Words, predicate: Predicate, headline: bool
    ) -> tuple[Case, MeetingStatus | str, tuple[int, int, bool]] | None:
        """The first of the verbs that are written alike which makes sense: "opened talks", "talks opened"."""
        stance = self._stances.read(words, predicate)
        for verb in self._alike[predicate.verb.lemma, predicate.verb.particle]:
            case = Case(words, replace(predicate, verb=verb), stance, headline)
            reading = reading_of(case, self._grammar)
            span = self._span(case, text) if reading is not None else None
            if reading is not None and span is not None:
                return case, reading, span
        return None

    def _kind(self, case: Case, text: str, span: tuple[int, int, bool]) -> str:
        if span[2]:
            return "occur"
        if case.frame == "hold" and self._visit.search(text, span[0], span[1]):
            return "travel"
        if case.frame == "host" and case.passive and _IN_CITY.match(text, span[1]):
            return "travel"
        if case.frame == "joins" and _IN.match(text, span[1]):
            return "travel"
        return "noun" if case.frame == "arrange" else _KINDS[case.frame]

    def _span(self, case: Case, text: str) -> tuple[int, int, bool] | None:
        """The place of the cue, and whether its noun is left of it; None where its object is no meeting."""
        words, predicate = case.words, case.predicate
        start = words[case.stance.first].start
        end = words[predicate.apart + len(predicate.verb.particle) - 1 if predicate.apart else predicate.last].end
        return _ENDS[case.frame](_At(self, case, text, start, end))

    def goes_abroad(self, text: str, end: int) -> bool:
        """Whether a goal that is no country is named behind a verb."""
        return self._abroad.search(text, end, end + 50) is not None

    def object_end(self, text: str, end: int) -> int | None:
        """Where the noun of a meeting that is the object of a verb ends."""
        found = self._noun.search(text, end, end + 90)
        if found is None:
            return None
        between = text[end : found.start()]
        allowed = self._context["plans"].search(between) or not self._context["object_break"].search(between)
        return found.end() if allowed and len(between.split()) <= _OBJECT_WORDS else None


Ends = tuple[int, int, bool] | None  # start and end of a cue, and whether its noun is left of it


@dataclass(frozen=True, slots=True)
class _At:
    """A verb at [start, end) of masked text, with what governs it."""

    by: PlanEngine
    case: Case
    text: str
    start: int
    end: int


def _goes(at: _At) -> Ends:
    goal = _GOAL.match(at.text, at.end) or at.by.goes_abroad(at.text, at.end)
    return (at.start, at.end, False) if goal else None


def _visits(at: _At) -> Ends:
    sure = at.case.is_("will", "real", "to") or at.case.stance.negated
    return (at.start, at.end, False) if sure else _goes(at)


def _meets(at: _At) -> Ends:
    return (at.start, at.end, False) if _OTHER.match(at.text, at.end) else None


def _calls(at: _At) -> Ends:
    verb = at.case.words[at.case.predicate.last].end  # "spoke with P by phone"
    return (at.start, at.end, False) if _WHOM.match(at.text, verb) else None


def _joins(at: _At) -> Ends:
    stop = at.by.object_end(at.text, at.end)
    return (at.start, stop, False) if stop else None


def _holds(at: _At) -> Ends:
    return (at.start, at.end, True) if at.case.passive else _joins(at)


def _hosts(at: _At) -> Ends:
    if at.case.passive or _GUEST.match(at.text, at.end):
        return at.start, at.end, False
    return _joins(at)


def _happens(at: _At) -> Ends:
    first = at.case.stance.first
    subject = at.case.words[first - 1].text if first else ""
    if at.case.predicate.verb.lemma == "happen" and subject in _ANYTHING:
        return None
    return at.start, at.end, True


_ENDS: dict[str, Callable[[_At], Ends]] = {
    "travel": _goes, "visit": _visits, "meet": _meets, "call": _calls, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _holds, "names": _holds, "joins": _joins,
}  # fmt: skip
