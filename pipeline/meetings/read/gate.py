"""The gate of the reader: most sentences have no word of a meeting, and are not looked at any further."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.language.folding import fold
from pipeline.language.prefilter import Prefilter
from pipeline.meetings.language import Language, WordRow
from pipeline.meetings.word_set import WordSet

# Verbs that tell of a meeting without its noun: "skips Davos", "flew to Oslo". The noun of others opens the gate.
_WITHOUT_NOUN = frozenset(
    {"attend", "presence", "invitation", "act", "journey", "travel", "visit", "meet", "host", "call"}
)
_SHORTEST = 4  # shorter words are in every sentence


class TextGate:
    """The words of one language that open the gate. Immutable."""

    def __init__(self, language: Language) -> None:
        tables = language.tables
        bodies = "|".join(re.escape(fold(row["name"])) for row in tables["bodies"])
        self._pattern = language.lexicon.compile(rf"{language.lexicon.triggers}|\b(?:{bodies or '(?!)'})\b")
        self._words = WordSet(_words_of(tables["verbs"], tables["forms"]))
        self._prefilter = Prefilter([self._pattern])

    def opens(self, folded: str) -> bool:
        """Whether a folded text has any word of meetings."""
        if self._prefilter.possible(folded) and self._pattern.search(folded):
            return True
        return self._words.is_in(folded)


def _words_of(verbs: Iterable[WordRow], forms: Iterable[WordRow]) -> Iterator[str]:
    """The longest word of each form: "dial" of "dial in to", "календаря" of "вычеркнуть из календаря"."""
    particles: dict[str, list[str]] = {}
    for row in verbs:
        if row["frame"] in _WITHOUT_NOUN:
            particles.setdefault(row["lemma"], []).append(row["particle"])
    for row in forms:
        for particle in particles.get(row["lemma"], ()):
            longest = max(fold(f"{row['form']} {particle}").split(), key=len)
            if len(longest) >= _SHORTEST:
                yield longest
