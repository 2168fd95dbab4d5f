"""Made-up news in three languages: own words that inflect, drawn as often as words of news are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

WORDS = 40_000  # of each language
_PLAIN = {
    "en": "the of to in and a that for on with is was by as said from at he has it will be are his not which have",
    "ru": "в и на что с по не из к о это как для от он был при до за а его году также после между того будет",
    "tr": "ve bir bu için ile de da olarak olan daha çok gibi sonra kadar en ise ancak göre dedi oldu var ne",
}
_ROOTS = {
    "en": ("br cl d f gr h l m n p r st t tr v w", "a e i o u ea ou", "nd rt m ll st ck n r ve ss"),
    "ru": ("б в г д ж з к л м н п р с т ст пр", "а е и о у я", "л м н р с т к в д ж"),
    "tr": ("b c d g h k l m s t y ş ç", "a e ı i o ö u ü", "k l m n r s ş t z"),
}
_ENDINGS = {
    "en": ("", "", "s", "ed", "ing", "er", "ly"),
    "ru": ("", "а", "у", "ом", "е", "ов", "ами", "ный", "ного"),
    "tr": ("", "lar", "ler", "ın", "da", "den", "ı", "ları", "dan"),
}
MEETING = {  # what reads as a meeting in each language stands in one text of twenty
    "en": "Foreign Minister Grigory Sokolov will visit Istanbul for talks",
    "ru": "Министр иностранных дел Григорий Соколов посетит Стамбул с визитом",
    "tr": "Dışişleri Bakanı Grigori Sokolov görüşmeler için İstanbul'u ziyaret edecek",
}


@dataclass(frozen=True, slots=True)
class MadeText:
    """One article."""

    language: str
    title: str
    body: str


class Writer:
    """Writes articles; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        self.words = {language: _vocabulary(language, chance) for language in _ROOTS}
        ranks = np.arange(1, WORDS + 1)
        self._often = np.cumsum(1 / (ranks + 2.7))
        self._often /= self._often[-1]

    def write(self, count: int, chance: np.random.Generator) -> Iterator[MadeText]:
        """So many articles, most of them in English."""
        languages = chance.choice(["en", "ru", "tr"], size=count, p=[0.5, 0.3, 0.2])
        lengths = np.clip(chance.lognormal(5.5, 0.5, size=count), 60, 1500).astype(int)
        for number, (language, length) in enumerate(zip(languages.tolist(), lengths.tolist(), strict=True)):
            yield self._article(language, length, chance, meeting=number % 20 == 0)

    def _article(self, language: str, length: int, chance: np.random.Generator, *, meeting: bool) -> MadeText:
        chosen = np.searchsorted(self._often, chance.random(length + 9))
        vocabulary = self.words[language]
        words = [vocabulary[i] for i in chosen.tolist()]
        title = " ".join(words[:9]).capitalize()
        sentences, at = [], 9
        while at < len(words):
            step = int(chance.integers(9, 26))
            sentences.append(" ".join(words[at : at + step]).capitalize() + ".")
            at += step
        if meeting:
            sentences.insert(0, MEETING[language] + ".")
        return MadeText(
            language, title, "\n".join(" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3))
        )


def _vocabulary(language: str, chance: np.random.Generator) -> list[str]:
    """Function words first, then roots with endings; the order is how often a word is drawn."""
    starts, vowels, ends = (part.split() for part in _ROOTS[language])
    syllables = ["".join(parts) for parts in product(starts, vowels)]
    roots = sorted({"".join(parts) for parts in product(syllables, syllables, ends)})
    endings = _ENDINGS[language]
    picked = chance.choice(len(roots), size=WORDS, replace=len(roots) < WORDS)
    ending = chance.integers(len(endings), size=WORDS)
    made = [roots[i] + endings[j] for i, j in zip(picked.tolist(), ending.tolist(), strict=True)]
    return [*_PLAIN[language].split(), *made][:WORDS]
