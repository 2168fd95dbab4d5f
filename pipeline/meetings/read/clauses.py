"""Find the clause of a cue: which words of a sentence belong to it.

Reasons, topics, earlier events ("after talks between …", "as agreed by …") and the people who only speak
("the ministry said on Saturday") are in the sentence but not in the meeting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.masking import Masked

MaskedSpan = tuple[int, int]  # of masked text
ContextPatterns = Mapping[str, re.Pattern[str]]

_BACK = 80  # characters in front of a name that may say what it is there for
_SEGMENT = re.compile(r"[^,\"]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """[start, end) of masked text without what does not belong to the cue."""

    start: int
    end: int
    excluded: tuple[MaskedSpan, ...]
    reporting: tuple[MaskedSpan, ...]  # who says so
    aside: bool  # the cue itself is in a background clause

    def has(self, position: int) -> bool:
        """Whether the word at `position` belongs to the cue."""
        return self.start <= position < self.end and not any(a <= position < b for a, b in self.excluded)

    def reports(self, position: int) -> bool:
        """Whether `position` is in "…, the ministry said on Saturday"."""
        return any(a <= position < b for a, b in self.reporting)

    def leads_to(self, position: int, pattern: re.Pattern[str], text: str) -> bool:
        """Whether a pattern that ends in ``$`` fits what is in front of `position`.

        It is tried on the last words only: each place before them would be a start of its own.
        """
        back = position - _BACK
        if back <= self.start:
            return pattern.search(text[self.start : position]) is not None
        return pattern.search(text[back - 1 : position], 1) is not None  # where it begins is no ``^``


def context_of(lexicon: Lexicon) -> ContextPatterns:
    """The context patterns of a language, compiled."""
    return {name: lexicon.compile(pattern) for name, pattern in lexicon.context.model_dump().items()}


class ClauseReader:
    """Finds clauses by the context rules of one language."""

    def __init__(self, context: ContextPatterns) -> None:
        self._context = context

    def clause(self, text: str, core: MaskedSpan, cues: list[MaskedSpan]) -> Clause:
        """The clause around `core` (the cue and its noun); `cues` are the spans of all cues of the sentence."""
        start, end = self._bounds(text, core)
        reporting = tuple(self._reporting(text, start, end, core, cues))
        excluded, aside = list(reporting), False
        for kind in ("background", "reason"):
            for found in self._context[kind].finditer(text, start, end):
                begin = found.start()
                stop = self._context[f"{kind}_end"].search(text, found.end(), end)
                finish = stop.start() if stop else end
                if begin < core[0] < finish:  # the cue itself is in it: nothing before it belongs
                    relative = self._context["relative"].match(text, begin)
                    before = re.search(r"P,? $", text[:begin]) if relative else None
                    excluded.append((start, before.start() if before else begin))
                    aside = aside or not relative
                elif not core[0] <= begin < core[1]:
                    excluded.append((begin, finish))
        return Clause(start, end, tuple(excluded), reporting, aside)

    def _bounds(self, text: str, core: MaskedSpan) -> MaskedSpan:
        start, end = 0, len(text)
        for barrier in self._context["barrier"].finditer(text):
            if barrier.end() <= core[0]:
                start = barrier.end()
            elif barrier.start() >= core[1]:
                end = barrier.start()
                break
        return start, end

    def _reporting(
        self, text: str, start: int, end: int, core: MaskedSpan, cues: list[MaskedSpan]
    ) -> list[MaskedSpan]:
        """The parts between commas that only say who said it."""
        found = []
        for segment in _SEGMENT.finditer(text, start, end):
            a, b = segment.span()
            if a < core[1] and core[0] < b:
                continue
            if self._context["reporting"].search(text, a, b) and not any(a <= at < b for at, _ in cues):
                found.append((a, b))
        return found

    def attribution(self, masked: Masked, clause: Clause, sentence: str) -> str:
        """Who says so: "official: the ministry said on Saturday"; "" where the sentence does not tell."""
        if not clause.reporting:
            return ""
        start, end = clause.reporting[0]
        words = sentence[masked.origins[start] : masked.origins[end]].strip(' ,."“”«»')
        voices = ("anonymous", "official", "media")
        told = (voice for voice in voices if self._context[voice].search(masked.text, start, end))
        return f"{next(told, 'named')}: {words}"
