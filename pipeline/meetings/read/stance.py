"""The stance of a verb: its event is real, in doubt, denied, or remembered from before.

The words of stance.csv govern the verb behind them ("threatens to cancel") and make a chain: each is looked for
right before the one it governs, adverbs and dates apart. Turkish says part of it by the form of the verb.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.language.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.read.verbs import MOST_KNOWN, Predicate, continues, matches
from pipeline.meetings.read.words import Words

_NEGATIONS = frozenset({"not", "no plan", "did not"})
# What may be apart from the infinitive that it governs.
_GOVERNING = frozenset({"due", "was due", "uncertain", "real", "refused"})
_ENDS = "ends"  # what was said in front ends: "denied it, saying that he will go"
_TENSES = frozenset({"be", "was", "have", "recollection", "not"})  # in front of a participle
_MOST_LINKS = 6
_SHORTEST_ADVERB = 4  # letters: "only" is none
_REACH = 7  # words between one who is asked for a change and the change


@dataclass(frozen=True, slots=True)
class Stance:
    """The effects of the words that govern a verb, the nearest first, and the word the chain begins with."""

    effects: tuple[str, ...]
    first: int
    chain: tuple[str, ...] = ()  # those of the words right before it

    @property
    def passive(self) -> bool:
        """Whether the verb is in the passive: "was cancelled", "has not yet been cancelled"."""
        return "be" in self.effects[:3] or "was" in self.effects[:3]

    @property
    def negated(self) -> bool:
        """Whether it is denied an odd number of times."""
        return sum(effect in _NEGATIONS for effect in self.effects) % 2 == 1

    def has(self, effect: str) -> bool:
        """Whether any of the governing words has `effect`."""
        return effect in self.effects


class StanceReader:
    """Reads stances by the rows of one language."""

    def __init__(self, table: Iterable[WordRow]) -> None:
        self._links: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)  # by last word
        self._asking: set[str] = set()
        self._between: set[str] = set()
        self._adverbs: tuple[str, ...] = ()  # endings of words that may be between as well
        self._determiners: set[str] = set()
        self._before: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)  # anywhere in front
        self._behind: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)  # by first word
        self._starred: list[tuple[tuple[str, ...], str]] = []  # the same, whose first word is only a beginning
        self._known: dict[str, list[tuple[tuple[str, ...], str]]] = {}  # rows of both for a word found before
        for row in table:
            if row["scope"] in ("noun", "behind noun"):  # see phrases.py
                continue
            words = tuple(fold(row["words"]).split())
            if row["effect"] == "between" and words[0].startswith("*"):
                self._adverbs += (words[0][1:],)
            elif row["effect"] == "between":
                self._between.add(words[0])
            elif row["effect"] == "asked":
                self._asking.add(words[0])
            elif row["effect"] == "determiner":
                self._determiners.add(words[0])
            elif row["scope"] == "before":
                self._before[words[0]].append((words, row["effect"]))
            elif row["scope"] == "behind":
                rows = self._starred if words[0].endswith("*") else self._behind[words[0]]
                rows.append((words, row["effect"]))
            else:
                self._links[words[-1]].append((words, row["effect"]))
        for found in self._links.values():
            found.sort(key=lambda link: -len(link[0]))

    def read(self, words: Words, predicate: Predicate) -> Stance:
        """What governs `predicate`."""
        effects: list[str] = []
        at = predicate.first
        for _ in range(_MOST_LINKS):
            start = self._skipped(words, at, noun=predicate.tag == "noun" and at == predicate.first)
            link = next(
                (
                    (phrase, effect)
                    for phrase, effect in self._links.get(words[start - 1].text if start else "", ())
                    if words.ends_with(start, phrase)
                ),
                None,
            )
            if link is None and predicate.tag == "inf" and not effects:
                start, link = self._governor(words, at)
            if link is None:
                break
            effects.append(link[1])
            at = start - len(link[0])
        if self._is_asked_for(words, at, effects):
            effects.append("uncertain")
        chain = tuple(effects)
        effects += self._effects_before(words, at)
        effects += self._effects_behind(words, predicate.last + 1)
        return Stance(tuple(effects), at, chain)

    def _governor(self, words: Words, at: int) -> tuple[int, tuple[tuple[str, ...], str] | None]:
        """The word that governs an infinitive from a distance: "планирует D в L встретиться"; with its end."""
        for end in range(at - 1, max(0, at - 1 - _REACH), -1):
            if words[end].is_mark and words[end].text not in "-–":
                break
            for phrase, effect in self._links.get(words[end - 1].text, ()):
                if (effect in _GOVERNING or len(phrase) > 1) and words.ends_with(end, phrase):
                    return end, (phrase, effect)
        return at, None

    def _skipped(self, words: Words, at: int, *, noun: bool) -> int:
        """`at` less the adverbs and dates in front of it, and the determiners of a noun."""
        while at and (
            words[at - 1].text in self._between
            or self._is_adverb(words[at - 1].text)
            or (noun and words[at - 1].text in self._determiners)
        ):
            at -= 1
        return at

    def _is_adverb(self, text: str) -> bool:
        return len(text) > _SHORTEST_ADVERB and text.endswith(self._adverbs)

    def _is_asked_for(self, words: Words, at: int, effects: list[str]) -> bool:
        """ "urged the president to cancel", "calls for the summit to be postponed"."""
        if "to" not in effects and "asked" not in effects:
            return False
        for before in range(at - 1, max(-1, at - 1 - _REACH), -1):
            if words[before].is_mark and words[before].text not in "-–'":
                return False
            if words[before].text in self._asking:
                return True
        return False

    def _effects_before(self, words: Words, at: int) -> list[str]:
        """What is said in front of it in the sentence: "denied reports that …", "if … attacks, …"."""
        found: list[str] = []
        for position in range(at):
            if words[position].text == ";":
                found.clear()
            for phrase, effect in self._before.get(words[position].text, ()):
                apart = 2 * words.begins_with(position + 1, ("on", "D"))  # "denied on Monday that"
                if words.begins_with(position + 1 + apart, phrase[1:]):
                    found = [] if effect == _ENDS else [*found, effect]
        return found

    def _effects_behind(self, words: Words, at: int) -> list[str]:
        found = []
        for position in range(at, min(at + 5, len(words))):
            if words[position].text in ".,;:":
                break
            word = words[position].text
            rows = self._rows_behind(word)
            found += [effect for phrase, effect in rows if continues(words, position, phrase)]
        return found

    def _rows_behind(self, word: str) -> list[tuple[tuple[str, ...], str]]:
        if word not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            starred = (row for row in self._starred if matches(word, row[0][0]))
            self._known[word] = [*self._behind.get(word, ()), *starred]
        return self._known.get(word, [])


def tag_of(predicate: Predicate, stance: Stance) -> str:
    """The form of a verb that is written alike in several: "put"."""
    if predicate.tag != "any":
        return predicate.tag
    governed = [effect for effect in stance.effects[:1] if effect not in _TENSES]
    return "base" if governed else "past"
