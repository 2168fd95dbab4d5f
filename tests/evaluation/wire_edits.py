"""Copies made by the machine, one kind of edit at a time, to see which kind is missed.

The dispatches are put together from words by chance: no text of anybody. What is measured is what an edit does
to a text of a given length, not language.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.evaluation.wire_sets import NO_TIME, Sample

DISPATCHES = 60
OUTLETS = 12
_SYLLABLES = "kalomiterranvospeldunirashubegtalnorelimargosvelamitrikonsardemolufenzarhal"
_COMMON = [
    "the",
    "of",
    "to",
    "and",
    "in",
    "a",
    "that",
    "for",
    "on",
    "with",
    "as",
    "by",
    "said",
    "from",
    "at",
    "was",
    "is",
    "were",
    "has",
    "have",
    "had",
    "which",
    "their",
    "they",
    "been",
    "would",
    "after",
    "before",
    "between",
    "over",
    "about",
    "against",
    "during",
    "more",
    "than",
    "new",
    "two",
    "first",
    "government",
    "minister",
    "talks",
    "agreement",
]
_CAPITALS = ("Tarvos", "Belmira", "Ankeln", "Sorhal", "Dunmar", "Velgos", "Kontri", "Marelia")


@dataclass(frozen=True)
class Edited:
    """An original, what was made of it, and how."""

    edit: str
    original: Sample
    copy: Sample


def make_edits(seed: int) -> tuple[list[Edited], list[Sample]]:
    """Originals with one edited copy of each kind, and unrelated texts of the same outlets."""
    chance = random.Random(seed)
    writer = _Writer(chance)
    edited: list[Edited] = []
    others: list[Sample] = []
    for n in range(DISPATCHES):
        original = writer.dispatch(f"o{n}", n % OUTLETS)
        for i, (name, edit) in enumerate(_EDITS.items()):
            text = edit(writer, original.text)
            copy = replace(original, id=f"o{n}-{name}", text=text, site=f"outlet{(n + i + 1) % OUTLETS}")
            edited.append(Edited(name, original, replace(copy, published=original.published + timedelta(hours=2))))
        others.append(writer.dispatch(f"x{n}", n % OUTLETS))
    return edited, others


class _Writer:
    """Writes paragraphs that have the length and the repetitions of news, and mean nothing."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.words = [self._made_up(chance.randint(1, 3)) for _ in range(6000)]
        self.footers = [self.sentence(25) + " " + self.sentence(25) for _ in range(OUTLETS)]

    def _made_up(self, syllables: int) -> str:
        starts = [self.chance.randrange(0, len(_SYLLABLES) - 2, 2) for _ in range(syllables)]
        return "".join(_SYLLABLES[i : i + 3] for i in starts)

    def dispatch(self, name: str, outlet: int) -> Sample:
        paragraphs = [self.paragraph() for _ in range(self.chance.randint(6, 14))]
        text = "\n".join([*paragraphs, self.footers[outlet]])
        return Sample(name, self.sentence(9), text, "en", f"outlet{outlet}", NO_TIME, name)

    def paragraph(self) -> str:
        return " ".join(self.sentence(self.chance.randint(12, 24)) for _ in range(self.chance.randint(1, 3)))

    def sentence(self, length: int) -> str:
        words = [self.word() for _ in range(length)]
        return " ".join(words).capitalize() + "."

    def word(self) -> str:
        if self.chance.random() < 0.42:
            return self.chance.choice(_COMMON)
        if self.chance.random() < 0.08:
            return self.chance.choice(_CAPITALS)
        if self.chance.random() < 0.04:
            return str(self.chance.randint(2, 900))
        return self.words[int(6000 * self.chance.random() ** 2)]


def _body(text: str) -> list[str]:
    return text.split("\n")[:-1]


def _cut(share: float) -> Callable[[_Writer, str], str]:
    def edit(writer: _Writer, text: str) -> str:
        paragraphs = _body(text)
        return "\n".join(
            [*paragraphs[: max(1, round(len(paragraphs) * share))], writer.chance.choice(writer.footers)]
        )

    return edit


def _changed_words(share: float) -> Callable[[_Writer, str], str]:
    def edit(writer: _Writer, text: str) -> str:
        lines = []
        for paragraph in _body(text):
            words = paragraph.split(" ")
            plain = [i for i, word in enumerate(words) if word.isalpha() and word.islower()]
            for i in writer.chance.sample(plain, round(len(plain) * share)):
                words[i] = writer.chance.choice(writer.words)
            lines.append(" ".join(words))
        return "\n".join(lines)

    return edit


def _update(writer: _Writer, text: str) -> str:
    """Two paragraphs gone, two new ones at the top: what an agency sends an hour later."""
    paragraphs = _body(text)
    return "\n".join([writer.paragraph(), paragraphs[0], writer.paragraph(), *paragraphs[1:-2]])


def _intro(writer: _Writer, text: str) -> str:
    return "\n".join([writer.paragraph(), writer.paragraph(), *_body(text)])


def _footer(writer: _Writer, text: str) -> str:
    return "\n".join([*_body(text), writer.chance.choice(writer.footers), writer.sentence(20)])


def _embedded(writer: _Writer, text: str) -> str:
    around = [writer.paragraph() for _ in range(len(_body(text)) * 2)]
    middle = len(around) // 2
    return "\n".join([*around[:middle], *_body(text), *around[middle:]])


_EDITS: dict[str, Callable[[_Writer, str], str]] = {
    "cut to 30 %": _cut(0.3),
    "cut to 50 %": _cut(0.5),
    "cut to 70 %": _cut(0.7),
    "another intro": _intro,
    "another footer": _footer,
    "4 % of words": _changed_words(0.04),
    "8 % of words": _changed_words(0.08),
    "update": _update,
    "embedded": _embedded,
}
