"""The verbs of a language: what each does to a meeting, found in text in any of their forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.language.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.read.words import Words

_AROUND = frozenset(
    {"object", "dated", "invitation", "travel", "call"}
)  # frames whose object may stand before the particle
_APART = 9  # most words between a verb and its particle: "called the whole visit to Oslo off"
_SHORTEST_STEM = 3
MOST_KNOWN = 20_000  # words whose forms are kept


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of verbs.csv."""

    lemma: str
    effect: str  # a status of meetings
    frame: str  # what of a meeting it changes: see verbs.csv
    particle: tuple[str, ...]

    @property
    def name(self) -> str:
        """The verb as rules are named: ``call_off``."""
        return "_".join((self.lemma, *self.particle)).replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Predicate:
    """A verb where it was found: words [first, last] hold it with the particle behind it."""

    verb: Verb
    tag: str  # of its form: see forms.csv
    first: int
    last: int
    apart: int | None = None  # first word of its particle, if its object is between


_Forms = tuple[tuple[str, tuple[str, ...], tuple[Verb, ...]], ...]  # (tag, words behind the first, verbs)


class VerbTable:
    """Finds the verbs of one language. Safe to share between threads."""

    def __init__(self, verbs: Iterable[WordRow], forms: Iterable[WordRow]) -> None:
        rows: dict[str, list[Verb]] = defaultdict(list)
        for row in verbs:
            particle = tuple(fold(row["particle"]).split())
            rows[row["lemma"]].append(Verb(row["lemma"], row["effect"], row["frame"], particle))
        for several in rows.values():
            several.sort(key=lambda verb: -len(verb.particle))
        self._verbs = tuple(verb for several in rows.values() for verb in several)
        self._whole: dict[str, list[tuple[str, tuple[str, ...], tuple[Verb, ...]]]] = defaultdict(list)
        self._starred: dict[str, list[tuple[str, tuple[Verb, ...]]]] = defaultdict(list)
        self._continued: set[str] = set()  # first words of forms of several words
        for row in forms:
            words = tuple(row["form"].split())
            found = tuple(rows[row["lemma"]])
            if len(words) > 1:
                self._continued.add(words[0])
            if words[-1].endswith("*") and len(words) == 1:
                self._starred[words[0][:-1]].append((row["tag"], found))
            else:
                self._whole[words[0]].append((row["tag"], words[1:], found))
        for value in self._whole.values():
            value.sort(key=lambda form: (-len(form[1]), -sum(map(len, form[1]))))
        self._no_verbs: set[str] = set()  # words found before with which no form begins
        self._known: dict[tuple[str, str], _Forms] = {}  # what was found for a word and the next one before

    def __iter__(self) -> Iterator[Verb]:
        return iter(self._verbs)

    def find(self, words: Words) -> Iterator[Predicate]:
        """Every verb of a sentence, the longest reading of each; a verb without its particle does not count."""
        free = 0
        for at, text in enumerate(words.texts):
            if at < free or text in self._no_verbs or not (forms := self._forms(text, words.text_at(at + 1))):
                continue
            predicate = self._at(words, at, forms)
            if predicate is not None:
                free = predicate.last + 1
                yield predicate

    def _at(self, words: Words, at: int, forms: _Forms) -> Predicate | None:
        for tag, behind, verbs in forms:
            if behind and not continues(words, at + 1, behind):
                continue
            end = at + len(behind)
            for verb in verbs:
                found = self._with_particle(words, at, end, verb, tag)
                if found is not None:
                    return found
        return None

    def _forms(self, text: str, following: str) -> _Forms:
        """The forms that begin with the word `text`, less those that another word than `following` continues."""
        key = (text, following if text in self._continued else "")
        if (known := self._known.get(key)) is not None:
            return known
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        of_word = self._forms_of(text)
        if not of_word and len(self._no_verbs) < MOST_KNOWN:
            self._no_verbs.add(text)
        forms = (form for form in of_word if not form[1] or matches(following, form[1][0]))
        return self._known.setdefault(key, tuple(forms))

    def _forms_of(self, text: str) -> _Forms:
        found = self._whole.get(text, ())
        if self._starred:
            for length in range(len(text), _SHORTEST_STEM - 1, -1):
                if stem := self._starred.get(text[:length]):
                    return (*found, *((tag, (), verbs) for tag, verbs in stem))
        return tuple(found)

    @staticmethod
    def _behind_names(words: Words, at: int, end: int, verb: Verb) -> Predicate | None:
        """A noun of change whose particle is behind who acts: "отказ P от", "withdrawal P from"."""
        apart = end + 1
        while apart < len(words) and words[apart].is_mask:
            apart += 1
        found = words.begins_with(apart, verb.particle)
        return Predicate(verb, "noun", at, apart + len(verb.particle) - 1) if found else None

    def _with_particle(self, words: Words, at: int, end: int, verb: Verb, tag: str) -> Predicate | None:
        if not verb.particle or (tag == "noun" and _holds(words, at, end, verb.particle)):
            return Predicate(verb, tag, at, end)
        size = len(verb.particle)
        if words.begins_with(end + 1, verb.particle):
            return Predicate(verb, tag, at, end + size)
        if tag == "noun":
            return self._behind_names(words, at, end, verb)
        if verb.frame not in _AROUND:
            return None
        for apart in range(end + 2, min(end + 1 + _APART, len(words))):
            if words[apart].is_mark and words[apart].text not in "-–":
                return None
            near = (
                size > 1
                or verb.frame != "travel"
                or all(words[behind].is_mask for behind in range(end + 1, apart))
            )
            if near and words.begins_with(apart, verb.particle):
                return Predicate(verb, tag, at, end, apart)
        return None


def _holds(words: Words, at: int, end: int, particle: tuple[str, ...]) -> bool:
    """ "Withdrawal from" holds the particle of "withdraw from"."""
    return end + 1 - at >= len(particle) and words.ends_with(end + 1, particle)


def continues(words: Words, at: int, phrase: tuple[str, ...]) -> bool:
    """Whether the words from `at` on match `phrase`; a word of it may end in a star."""
    if at < 0 or at + len(phrase) > len(words):
        return False
    return all(matches(words[at + number].text, wanted) for number, wanted in enumerate(phrase))


def matches(text: str, wanted: str) -> bool:
    """Whether the word `text` is `wanted`, or begins with it where it ends in a star."""
    return text.startswith(wanted[:-1]) if wanted.endswith("*") else text == wanted
