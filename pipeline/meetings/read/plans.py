"""Read plans and held meetings that verbs express: who travels, meets, hosts or telephones, and what takes place.

The tense of the verb and the words that govern it decide (plan_tables.py): "will visit" is a plan, "visited" has
happened, "may visit" is uncertain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache

from pipeline.meetings.language import WordRow
from pipeline.meetings.lexicon import Cue, Lexicon
from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.nouns import FoundCue
from pipeline.meetings.read.plan_ends import PlanSpan, VerbAt, place_of
from pipeline.meetings.read.plan_tables import ENGLISH, Case, Row, reading_of
from pipeline.meetings.read.plan_tables_russian import RUSSIAN
from pipeline.meetings.read.plan_tables_turkish import TURKISH
from pipeline.meetings.read.stance import StanceReader, tag_of
from pipeline.meetings.read.verbs import Predicate, Verb, VerbTable
from pipeline.meetings.read.words import Words
from pipeline.meetings.who.spelling import slug
from pipeline.records import MeetingStatus

FRAMES = frozenset(
    {"travel", "visit", "meet", "call", "hold", "host", "happen", "arrange", "names", "joins", "nothing"}
)

_KINDS = {"travel": "travel", "visit": "travel", "meet": "meet", "call": "meet", "hold": "meet", "host": "host",
          "happen": "occur", "arrange": "noun", "names": "noun", "joins": "meet"}  # fmt: skip

_BY_NOUN = {"left": "occur", "either": "occur", "inside": "noun"}
_OBJECT_WORDS = 6
_BY_PHONE = 60  # characters around a verb in which "by phone" is looked for

# By grammar: the status that a form of a verb gives.
_STATUSES: dict[str, tuple[Row, ...]] = {"en": ENGLISH, "ru": RUSSIAN, "tr": TURKISH}


@cache
def _cue(
    name: str, status: str, frame: str, kind: str, side: str, *, present: bool, past: bool, anchored: bool
) -> Cue:
    return Cue.model_validate(
        {
            "id": name, "status": status, "kind": kind, "pattern": "", "object": side, "present": present,
            "past": past, "format": "call" if frame == "call" else None, "anchored": anchored,
            "scope": "attendance" if frame == "joins" and status == MeetingStatus.CANCELLED else "meeting",
        }
    )  # fmt: skip


def _describes(found: FoundCue) -> bool:
    """Whether a cue only describes its noun, which a verb may say more of."""
    return found.cue.kind == "noun"


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
        self._by_phone = context["by_phone"]
        self._statuses = _STATUSES[lexicon.grammar]
        self._ends = lexicon.plan_ends

    def find(self, text: str, words: Words, *, headline: bool) -> list[FoundCue]:
        """Every plan and every held meeting in a masked sentence, as a cue at its place."""
        found: list[FoundCue] = []
        for predicate in self._verbs.find(words):
            told = self._told(text, words, predicate, headline)
            if told is None:
                continue
            case, reading, span = told
            found = [one for one in found if one.end <= span.start]  # "is scheduled to visit" is about the visit
            cue = self._cue_of(case, reading, span, text)
            found.append(FoundCue(cue, span.start, span.end, case.stance.effects))
        return sorted(found, key=_describes)  # "the planned visit will not take place"

    def _cue_of(self, case: Case, reading: MeetingStatus | str, span: PlanSpan, text: str) -> Cue:
        predicate = case.predicate
        status = MeetingStatus.HELD if reading == "now" else reading
        return _cue(
            f"{self._language}.{status}.{slug(predicate.verb.name)}",
            status,
            self._frame(case, text, span),
            self._kind(case, text, span),
            span.noun if span.noun == "either" else "left",
            present=reading == "now",
            past=status == "cancelled" and case.did_not,
            anchored=predicate.tag == "base" and case.free and not case.headline,
        )

    def _told(
        self, text: str, words: Words, predicate: Predicate, headline: bool
    ) -> tuple[Case, MeetingStatus | str, PlanSpan] | None:
        """The first of the verbs that are written alike which makes sense: "opened talks", "talks opened"."""
        stance = self._stances.read(words, predicate)
        for verb in self._alike[predicate.verb.lemma, predicate.verb.particle]:
            found = replace(predicate, verb=verb, tag=tag_of(predicate, stance))
            case = Case(words, found, stance, headline, self._context)
            reading = reading_of(case, self._statuses)
            span = self._span(case, text) if reading is not None else None
            if reading is not None and span is not None:
                return case, reading, span
        return None

    def _frame(self, case: Case, text: str, span: PlanSpan) -> str:
        """The frame of a verb; a meeting "by phone" is a call."""
        near = self._by_phone.search(text, max(0, span.start - _BY_PHONE), span.end + _BY_PHONE)
        return "call" if near and _KINDS[case.frame] == "meet" else case.frame

    def _kind(self, case: Case, text: str, span: PlanSpan) -> str:
        if kind := _BY_NOUN.get(span.noun, span.kind):
            return kind
        goes = _GOES.get(case.frame)
        return "travel" if goes and goes(self, case, text, span) else _KINDS[case.frame]

    def _span(self, case: Case, text: str) -> PlanSpan | None:
        """The place of the cue, and where its noun is; None where its object is no meeting."""
        words, predicate = case.words, case.predicate
        start = words[case.stance.first].start
        end = words[predicate.apart + len(predicate.verb.particle) - 1 if predicate.apart else predicate.last].end
        return place_of(VerbAt(self, case, text, start, end), self._ends.get(case.frame, ()))

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The nouns of meetings in a part of masked text, in order."""
        return [found.span() for found in self._noun.finditer(text, start, end)]

    def goes_abroad(self, text: str, end: int) -> bool:
        """Whether a goal that is no country is named behind a verb."""
        return self._abroad.search(text, end, end + 50) is not None

    def is_in(self, what: str, text: str, end: int) -> bool:
        """Whether a "place" or a "city" is named behind a verb as where it happens."""
        return self._context[f"in_{what}"].match(text, end) is not None

    def object_end(self, text: str, end: int) -> int | None:
        """Where the noun of a meeting that is the object of a verb ends."""
        found = self._noun.search(text, end, end + 90)
        if found is None:
            return None
        between = text[end : found.start()]
        allowed = self._context["plans"].search(between) or not self._context["object_break"].search(between)
        return found.end() if allowed and len(between.split()) <= _OBJECT_WORDS else None


# By frame: what else than a verb of travelling shows a journey.
_GOES: dict[str, Callable[[PlanEngine, Case, str, PlanSpan], object]] = {
    "hold": lambda by, _, text, span: by._visit.search(text, span.start, span.end),
    "host": lambda by, case, text, span: case.passive and by.is_in("city", text, span.end),
    "joins": lambda by, _case, text, span: by.is_in("place", text, span.end),
}
