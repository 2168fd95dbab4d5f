"""Read meetings that a noun phrase alone names: "after talks with …", "the upcoming visit", "Kenya-Uganda summit".

The words in front of the noun decide: rows of stance.csv with the scope "noun". Without such a word a phrase
counts where it names two sides, as something that takes place, which a day ahead makes a plan.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from pipeline.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.nouns import FoundCue, Noun
from pipeline.meetings.read.verbs import Predicate, continues
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
        objects = {
            at for one in changes for at in (*range(one.last + 1, one.last + _REACH), one.first - 1, one.first - 2)
        }
        return [
            cue
            for noun in nouns
            if words.at(noun.start) not in objects
            and not any(one.end + 1 == noun.start for one in nouns)  # "a round of talks"
            if noun.is_meeting
            and not noun.is_body
            and not any(one.start < noun.end and noun.start < one.end for one in cues)
            if (cue := self._read(text, words, noun)) is not None
        ]

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
            plural = noun.format == "visit" and text[noun.end - 1] == "s"
            if len(letters) < 2 or plural or self._context["undergoes"].match(text, noun.end):
                return None
            begin = noun.start if left is None else noun.start - len(left.group())
            return FoundCue(_cue(self._language, "held", _BARE, present=True, anchored=True), begin, noun.end)
        if not letters:
            return None
        name = slug("_".join(phrase)) or "word"
        present = effect == "now"
        status = "held" if present else effect
        anchored = status == "held" and letters.count("P") < len("PP")  # two people met, wherever it was
        return FoundCue(_cue(self._language, status, name, present=present, anchored=anchored), start, noun.end)

    def _breaks(self, words: Words, at: int) -> bool:
        """Whether the word at `at` ends the phrase: a preposition does, but not "предстоящего в L саммита"."""
        if words[at].text in ("of", "the") or words[at + 1].text in "LD":
            return False
        return self._context["object_break"].match(words[at].text) is not None

    def _governor(self, words: Words, at: int) -> tuple[str | None, tuple[str, ...], int]:
        """The word that governs the noun at word `at`: its effect, the words, where they start."""
        for end in range(at, max(0, at - _REACH), -1):
            for phrase, effect in (*self._rows.get(words[end - 1].text, ()), *self._starred):
                if continues(words, end - len(phrase), phrase):
                    return effect, phrase, words[end - len(phrase)].start
            word = words[end - 1]
            if word.is_mark and word.text not in "-–'":
                break
            if self._breaks(words, end - 1):
                break
        return None, (), 0
