"""The search for cues in a masked sentence: changes first, then plans and meetings held, then nouns alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.engine import Engine
from pipeline.meetings.read.nouns import FoundCue, Noun, NounReader
from pipeline.meetings.read.phrases import PhraseReader
from pipeline.meetings.read.plans import PlanEngine
from pipeline.meetings.read.words import Words
from pipeline.records import MeetingStatus

_Rule = tuple[Cue, re.Pattern[str]]
_Gated = tuple[tuple[re.Pattern[str], list[_Rule]], ...]
_LATE = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.HELD, "planned"})
_GATE_CUES = 4  # cues tried together first: most sentences have none of them


class CueSearch:
    """Finds the cues of one language."""

    def __init__(self, language: Language, nouns: NounReader, context: ContextPatterns) -> None:
        lexicon = language.lexicon
        cues = [(cue, lexicon.compile(cue.pattern)) for cue in lexicon.cues]
        self._title_cues = _in_order(cues)
        self._body_cues = _in_order([(cue, pattern) for cue, pattern in cues if not cue.headline])
        self._nouns = nouns
        self._engine = Engine(lexicon.language, lexicon.grammar, language.tables, context)
        self._plans = PlanEngine(lexicon, language.tables, context)
        self._phrases = PhraseReader(lexicon.language, language.tables["stance"], context)

    def find(self, text: str, *, headline: bool) -> tuple[list[FoundCue], list[Noun]]:
        """The cues in the order in which they are judged, and the nouns of meetings."""
        words = Words(text)
        early, late = self._title_cues if headline else self._body_cues
        found = self._engine.find(text, words, headline=headline)
        _add(found, _matches(early, text))
        _add(found, self._plans.find(text, words, headline=headline))
        _add(found, _matches(late, text))
        nouns = self._nouns.find(text, found)
        return found + self._phrases.find(text, words, nouns, found, self._engine.predicates(words)), nouns


def _add(found: list[FoundCue], more: Iterable[FoundCue]) -> None:
    """Those of `more` that overlap no earlier one, but for the words of a new date."""
    for cue in more:
        rivals = (one for one in found if one.cue.status != "new_date")
        if not any(cue.start < one.end and one.start < cue.end for one in rivals):
            found.append(cue)


def _matches(gated: _Gated, text: str) -> Iterable[FoundCue]:
    groups = (group for gate, group in gated if gate.search(text))
    for cue, pattern in itertools.chain.from_iterable(groups):
        for match in pattern.finditer(text):
            yield FoundCue(cue, *match.span())


def _in_order(cues: list[_Rule]) -> tuple[_Gated, _Gated]:
    """Cues that are read before the plans that verbs express, and those read after them."""
    early = [rule for rule in cues if rule[0].status not in _LATE]
    return _gated(early), _gated([rule for rule in cues if rule not in early])


def _gated(cues: list[_Rule]) -> _Gated:
    """Cues in groups, each behind one pattern that finds any of the group."""
    groups = [cues[at : at + _GATE_CUES] for at in range(0, len(cues), _GATE_CUES)]
    patterns = ["|".join(f"(?:{pattern.pattern})" for _, pattern in group) for group in groups]
    return tuple(zip(map(re.compile, patterns), groups, strict=True))
