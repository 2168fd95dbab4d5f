"""Read meetings that a noun phrase alone names: "after talks with …", "the upcoming visit", "Kenya-Uganda summit".

The words in front of the noun decide: rows of stance.csv with the scope "noun". Without such a word a phrase
counts where it names two sides, as something that takes place, which a day ahead makes a plan.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.language.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.clauses import ContextPatterns, MaskedSpan
from pipeline.meetings.read.nouns import FoundCue, Noun
from pipeline.meetings.read.verbs import Predicate, continues, matches
from pipeline.meetings.read.words import Words
from pipeline.meetings.who.spelling import slug

_REACH = 7  # words between a word that governs a noun and the noun
_BARE = "noun"  # the name of the rule where nothing governs it
_LETTERS = re.compile(r"[PCAL]\b")
_NEAR = 60  # characters in front of a noun in which its parties are looked for


@cache
def _cue(language: str, status: str, name: str, *, present: bool, anchored: bool) -> Cue:
    return Cue.model_validate(
        {
            "id": f"{language}.{status}.{name}", "status": status, "kind": "noun", "pattern": "",
            "present": present, "passing": status == "held", "anchored": anchored,
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is known of a sentence when its phrases are read."""

    words: Words
    nouns: list[Noun]
    cues: list[FoundCue]
    objects: frozenset[int]  # words that an unplaced change may be about


def _objects(changes: list[Predicate]) -> frozenset[int]:
    around = ((*range(one.last + 1, one.last + _REACH), one.first - 1, one.first - 2) for one in changes)
    return frozenset(itertools.chain.from_iterable(around))


# Why a noun names no meeting by itself: (name, test).
_TAKEN: tuple[tuple[str, Callable[[_Sentence, Noun], bool]], ...] = (
    ("the object of a change", lambda here, noun: here.words.at(noun.start) in here.objects),
    ("a round of talks", lambda here, noun: any(one.end + 1 == noun.start for one in here.nouns)),
    ("no meeting", lambda _, noun: not noun.is_meeting or noun.is_body),
    (
        "in another cue",
        lambda here, noun: any(one.start < noun.end and noun.start < one.end for one in here.cues),
    ),
)


class PhraseReader:
    """Reads the noun phrases of one language."""

    def __init__(self, language: str, rows: Iterable[WordRow], context: ContextPatterns) -> None:
        self._language = language
        self._context = context
        self._rows: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)  # by last word
        self._starred: list[tuple[tuple[str, ...], str]] = []  # whose last word is only a beginning
        self._behind: dict[str, str] = {}  # what the word behind a noun makes of it
        for row in rows:
            words = tuple(fold(row["words"]).split())
            if row["scope"] == "behind noun":
                self._behind[words[0]] = row["effect"]
            elif row["scope"] == "noun":
                same = self._starred if words[-1].endswith("*") else self._rows[words[-1]]
                same.append((words, row["effect"]))
        for found in (*self._rows.values(), self._starred):
            found.sort(key=lambda one: -len(one[0]))

    def find(
        self, text: str, words: Words, nouns: list[Noun], cues: list[FoundCue], changes: list[Predicate]
    ) -> list[FoundCue]:
        """A cue for each noun of a meeting that stands in no other cue and is no object of `changes`."""
        if len(self._rows) + len(self._starred) + len(self._behind) == 0:
            return []
        here = _Sentence(words, nouns, cues, _objects(changes))
        free = [noun for noun in nouns if not any(holds(here, noun) for _, holds in _TAKEN)]
        return list(filter(None, (self._read(text, words, noun) for noun in free)))

    def _read(self, text: str, words: Words, noun: Noun) -> FoundCue | None:
        at = words.at(noun.start)
        effect, phrase, start = self._governor(words, at)
        behind = words.at(noun.end)
        after = self._behind.get(words[behind].text) if behind < len(words) else None
        if "skip" in (effect, after):
            return None
        if effect is None and after is not None:
            effect, phrase, start = after, (words[behind].text,), noun.start
        own = text[: noun.start]
        left = self._context["owners"].search(own[-_NEAR:])
        right = self._context["partners"].match(text, noun.end)
        letters = _LETTERS.findall((left.group() if left else "") + (right.group() if right else ""))
        if effect is None:
            begin = noun.start if left is None else noun.start - len(left.group())
            return self._bare(text, noun, begin) if len(letters) > 1 else None
        return self._governed(effect, phrase, letters, (start, noun.end)) if letters else None

    def _bare(self, text: str, noun: Noun, begin: int) -> FoundCue | None:
        """Two sides and a noun alone: it takes place, unless an unknown verb says what became of it."""
        plural = noun.format == "visit" and text[noun.end - 1] == "s"
        if plural or self._context["undergoes"].match(text, noun.end):
            return None
        return FoundCue(_cue(self._language, "held", _BARE, present=True, anchored=True), begin, noun.end)

    def _governed(self, effect: str, phrase: tuple[str, ...], letters: list[str], span: MaskedSpan) -> FoundCue:
        name = slug("_".join(phrase)) or "word"
        present = effect == "now"
        status = "held" if present else effect
        anchored = status == "held" and letters.count("P") < len("PP")  # two people met, wherever it was
        return FoundCue(_cue(self._language, status, name, present=present, anchored=anchored), *span)

    def _starred_rows(self, last: str) -> list[tuple[tuple[str, ...], str]]:
        return [row for row in self._starred if matches(last, row[0][-1])]

    def _breaks(self, words: Words, at: int) -> bool:
        """Whether the word at `at` ends the phrase: a preposition does, but not "предстоящего в L саммита"."""
        if words[at].text in ("of", "the") or words[at + 1].text in "LD":
            return False
        return self._context["object_break"].match(words[at].text) is not None

    def _governor(self, words: Words, at: int) -> tuple[str | None, tuple[str, ...], int]:
        """The word that governs the noun at word `at`: its effect, the words, where they start."""
        for end in range(at, max(0, at - _REACH), -1):
            for phrase, effect in (
                *self._rows.get(words[end - 1].text, ()),
                *self._starred_rows(words[end - 1].text),
            ):
                if continues(words, end - len(phrase), phrase):
                    return effect, phrase, words[end - len(phrase)].start
            word = words[end - 1]
            if word.is_mark and word.text not in "-–'":
                break
            if self._breaks(words, end - 1):
                break
        return None, (), 0
