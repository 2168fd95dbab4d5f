"""Does a headline look like a change of plan? A quick guess that only decides what is read first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.language.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.word_set import WordSet

_CHANGES = frozenset({"cancelled", "postponed", "rescheduled", "sooner"})
_SHORTEST = 4  # letters: shorter words are in every headline
Tables = Mapping[str, Sequence[WordRow]]


class ChangeWords:
    """The verbs and nouns of change of all languages. Immutable.

    Of "call off" the longer word counts, so that some headlines go first for nothing; none is judged by it.
    """

    def __init__(self, languages: Iterable[Tables]) -> None:
        self._words = WordSet(word for tables in languages for word in _words_of(tables))

    def are_in(self, text: str) -> bool:
        """Whether a text, as it is written, has one of them."""
        return self._words.is_in(fold(text))


def _words_of(tables: Tables) -> Iterator[str]:
    lemmas = {row["lemma"] for row in tables["verbs"] if row["effect"] in _CHANGES}
    for row in tables["forms"]:
        if row["lemma"] in lemmas:
            longest = max(fold(row["form"]).split(), key=len)
            if len(longest.rstrip("*")) >= _SHORTEST:
                yield longest
