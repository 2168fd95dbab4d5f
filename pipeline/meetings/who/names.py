"""Learn names that the gazetteer does not list, for one article, from the office in front of them.

"Russian Deputy Prime Minister Arkady Belov" tells who "Belov" is wherever the name appears alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.language.folding import fold
from pipeline.language.words import FromWords, pattern
from pipeline.meetings.who.persons import name_key
from pipeline.meetings.who.spelling import nominative, slug, stem
from pipeline.records import Participant

_WORD = re.compile(r"[^\W\d_][\w'’ʼ-]*")
_PARTICLES = FromWords(lambda words: frozenset(words.each("particle of a name")))
_MOST_WORDS = 4  # of one name
_SHORTEST_SURNAME = 3  # letters: shorter ones are words of many languages
_FAMILY_NAME_FIRST = frozenset({"CN", "KP", "KR", "TW", "VN", "KH", "SG"})
_ENDING, _NO_ENDING = pattern(r"{case ending}?(?!\w)"), re.compile(r"(?!\w)")
_LONGEST_ENDING = 8  # characters, with the space behind it
_WORD_CHARACTER = re.compile(r"\w")
_OF_A_DATE = re.compile(r"['’ʼ]\w{1,3} \d{1,2}['’ʼ]")  # behind a month that could be a name: "Ekim'in 14'ünde"
# Ranks and forms of address between an office and a name
HONOURS = pattern(r"(?:{honour} )+", re.IGNORECASE)


def name_at(text: str, start: int, limit: int, not_name: re.Pattern[str]) -> tuple[str, int]:
    """The capitalised words that begin at `start`, and where they end; ("", start) where there is no name.

    Ranks and forms of address in front of them are passed over.
    """
    words: list[str] = []
    honours = HONOURS().match(text, start, limit)
    at = end = honours.end() if honours else start
    while at < limit and len(words) < _MOST_WORDS and (match := _WORD.match(text, at, limit)):
        word = re.split(r"['’ʼ]", match.group())[0]
        particle = bool(words) and word.lower() in _PARTICLES()
        initial = (
            len(word) == 1 and word.isupper() and text.startswith(". ", match.start() + 1)
        )  # "John F. Harding"
        if not (particle or initial) and not _may_be_name(word, not_name):
            break
        words.append(word)
        if not particle:
            end = match.start() + len(word)
        at = match.start() + len(word)
        at += initial
        if text[at : at + 1] != " ":
            break
        at += 1
    name = _without_particles(words)
    return (name, end) if name and not _OF_A_DATE.match(text, end) else ("", start)


def _without_particles(words: list[str]) -> str:
    """A name without the particles at its end, which belong to what follows."""
    while words and words[-1].lower() in _PARTICLES():
        words.pop()
    return " ".join(words)


def stands_behind(gap: str) -> bool:
    """Whether a name that `gap` parts from an office belongs to it."""
    return gap in {" ", ", "} or (gap.startswith(" ") and HONOURS().fullmatch(gap, 1) is not None)


def _may_be_name(word: str, not_name: re.Pattern[str]) -> bool:
    """Begins with a capital, is no word the language knows, and no abbreviation but the number of a monarch."""
    abbreviation = len(word) > 1 and word.isupper() and not re.fullmatch("[IVX]+", word)
    return word[0].isupper() and not abbreviation and not not_name.fullmatch(fold(word))


def name_in_commas(text: str, start: int, limit: int, not_name: re.Pattern[str]) -> tuple[str, int]:
    """The full name between commas that begins at `start` (", Selim Aksoy, "); ("", start) if there is no name."""
    if not text.startswith(", ", start):
        return "", start
    name, end = name_at(text, start + 2, limit, not_name)
    return (name, end) if " " in name and text[end : end + 1] in {",", "."} else ("", start)


def name_before(text: str, end: int, not_name: re.Pattern[str]) -> tuple[str, int]:
    """The capitalised words right before `end` and where they begin; ("", end) where there is no name."""
    words = re.search(r"(?:[^\W\d_][\w'’-]+ ){1,2}[^\W\d_][\w'’-]+$", text[max(0, end - 60) : end])
    if not words:
        return "", end
    name = words.group().split()
    while name and (not name[0][0].isupper() or not_name.fullmatch(fold(name[0]))):
        name.pop(0)
    if len(name) < 2 or not all(word[0].isupper() for word in name):
        return "", end
    return " ".join(name), end - len(" ".join(name))


class LearntNames:
    """The people one article introduces by name and office."""

    def __init__(self, language: str, is_listed: Callable[[str], bool]) -> None:
        self._inflected = language == "ru"
        self._is_listed = is_listed  # whether another person already has an id
        self._people: dict[str, Participant] = {}  # key of the name → who
        self._stems: dict[str, tuple[str, Participant]] = {}  # stem of the surname → (of the given name, who)

    def learn(self, name: str, country: str | None, office: str | None, title: str) -> Participant:
        """The person called `name` after `title`, who holds `office`; who came first keeps the surname."""
        name = nominative(name, title) if self._inflected else name
        given, _, surname = name.rpartition(" ")
        key = f"per:{(country or 'xx').lower()}.{slug(surname)}"
        key += f"_{slug(given)}" if given and self._is_listed(key) else ""
        who = Participant(key, name, country, office)
        person = self._people.setdefault(name_key(who.id), who)
        self._stems.setdefault(stem(surname), (stem(given), person))
        return person

    def meet(self, name: str, person: Participant) -> None:
        """Take in a listed person the article calls `name`, who is meant where only the surname follows."""
        words = fold(name).split()
        first = person.country in _FAMILY_NAME_FIRST and slug(words[0]) == person.id.rpartition(".")[2]
        surname = words.pop(0 if first else -1)
        if len(stem(surname)) >= _SHORTEST_SURNAME:
            self._stems.setdefault(stem(surname), ("" if first else stem(" ".join(words)), person))

    def find(self, text: str, folded: str) -> Iterator[tuple[int, int, Participant]]:
        """Every (start, end, person) of a learnt name in `text`."""
        ending = _ENDING() if self._inflected else _NO_ENDING
        for surname, (given, person) in self._stems.items():
            for start, end in _occurrences(folded, surname, ending):
                begin = _given_before(folded, start, given, ending)
                if (begin < start or _begins(folded, start)) and text[begin].isupper():
                    yield begin, end, person


def _begins(folded: str, at: int) -> bool:
    return not at or _WORD_CHARACTER.match(folded, at - 1) is None


def _occurrences(folded: str, surname: str, ending: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where `surname` ends a word but for a case ending. str.find, for a pattern of each name costs more."""
    at = folded.find(surname) if surname else -1
    while at >= 0:
        end = ending.match(folded, at + len(surname))
        if end is not None:
            yield at, end.end()
        at = folded.find(surname, end.end() if end is not None else at + 1)


def _given_before(folded: str, at: int, given: str, ending: re.Pattern[str]) -> int:
    """Where the given name right before `at` begins; `at` where no given name is."""
    if not given or folded[at - 1 : at] != " ":
        return at
    first = folded.find(given, max(0, at - len(given) - _LONGEST_ENDING), at)
    while first >= 0:
        end = ending.match(folded, first + len(given))
        if end is not None and end.end() == at - 1 and _begins(folded, first):
            return first
        first = folded.find(given, first + 1, at)
    return at
