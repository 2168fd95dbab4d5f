"""The search for cues in a masked sentence: changes first, then plans and meetings held, then nouns alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.language.prefilter import Prefilter
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
_LATE = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.HELD, "planned"})


class _Cues:
    """Some cues in the order in which they are tried."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self._rules = tuple(rules)
        self._prefilter = Prefilter([pattern for _, pattern in self._rules])

    def find(self, text: str) -> Iterable[FoundCue]:
        """Every match of every cue."""
        for number in self._prefilter.possible(text):
            cue, pattern = self._rules[number]
            for match in pattern.finditer(text):
                yield FoundCue(cue, *match.span())


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
        changes = self._engine.predicates(words)
        found = self._engine.find(text, words, changes, headline=headline)
        _add(found, early.find(text))
        _add(found, self._plans.find(text, words, headline=headline))
        _add(found, late.find(text))
        nouns = self._nouns.find(text, found)
        return found + self._phrases.find(text, words, nouns, found, changes), nouns


def _add(found: list[FoundCue], more: Iterable[FoundCue]) -> None:
    """Those of `more` that overlap no earlier one, but for the words of a new date."""
    for cue in more:
        rivals = (one for one in found if one.cue.status != "new_date")
        if not any(cue.start < one.end and one.start < cue.end for one in rivals):
            found.append(cue)


def _in_order(cues: list[_Rule]) -> tuple[_Cues, _Cues]:
    """Cues that are read before the plans that verbs express, and those read after them."""
    early = [rule for rule in cues if rule[0].status not in _LATE]
    return _Cues(early), _Cues([rule for rule in cues if rule not in early])
