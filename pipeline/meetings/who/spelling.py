"""One name, many spellings: Russian cases, Cyrillic in Latin letters, and a key all spellings of a name share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.language.folding import fold
from pipeline.language.words import FromWords, pattern

CYRILLIC_COUNTRIES = frozenset(
    {"RU", "BY", "KZ", "KG", "TJ", "UA", "CIS", "CSTO"}
)  # their names go into Latin by rule
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

_CASES = ("genitive", "dative", "instrumental")
# By case: the end of the word of an office in it, and how a name ends in it and in the nominative.
_TITLES = {case: pattern(f"{{{case} title}}$") for case in _CASES}
_NAMES = FromWords(lambda words: {case: words.pairs(f"{case} name") for case in _CASES})
_ENDING = pattern(r"(?<=...){case ending}$")

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
}  # fmt: skip
_YE = re.compile("(?<![бвгджзклмнпрстфхцчшщ])е", re.IGNORECASE)  # at the beginning and after vowels and signs

# Spellings that differ between languages and alphabets, each to one form.
_SOUNDS = (
    ("shch|sch|sh", "s"), ("dzh|j|tch|ch|ts|tz", "c"), ("zh", "z"), ("kh|x", "h"), ("gh", "g"),
    ("ph", "f"), ("w", "v"), ("ck|q", "k"), ("oo|ou", "u"), ("yo", "e"), ("[yi]", ""), (r"(\D)\1+", r"\1"),
    ("(?<=..)[aeou]+$", ""),
)  # fmt: skip


def is_latin(name: str) -> bool:
    """Whether `name` has no Cyrillic letter."""
    return _CYRILLIC.search(name) is None


def latin(name: str) -> str:
    """`name` in Latin letters as English news would write it; Latin letters stay as they are."""
    if is_latin(name):
        return name
    plain = re.sub("[иы]й(?!\\w)", "ы", _YE.sub(lambda e: "йэ" if e.group() == "е" else "Йэ", name))
    spelt = ((char, _LATIN.get(char.lower(), char)) for char in plain)
    return "".join(letters.capitalize() if char.isupper() else letters for char, letters in spelt)


def nominative(name: str, title: str) -> str:
    """The nominative of a Russian `name`, given the word of the office before it, which has the same case."""
    case = next((case for case, ends in _TITLES.items() if ends().search(fold(title))), None)
    return " ".join(_nominative(word, _NAMES()[case]) for word in name.split()) if case else name


def _nominative(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    lower = word.lower()
    for ending, nominative_ending in endings:
        if lower.endswith(ending):
            return (lower.removesuffix(ending) + nominative_ending).title()
    return word


def stem(surname: str) -> str:
    """The folded part of a surname that no case changes."""
    folded = fold(surname)
    return folded if is_latin(folded) else _ENDING().sub("", folded)


def slug(surname: str) -> str:
    """An ASCII word for an id."""
    plain = unicodedata.normalize("NFKD", fold(latin(surname))).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "unnamed"


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """What all spellings of a surname share: Veresaev and Veresayev, Mehrabi and Mekhrabi, Soygu and Shoigu.

    `word` is a slug. Case endings of Russian names left on it do not matter. Never empty.
    """
    key = word
    for sounds, form in _SOUNDS:
        key = re.sub(sounds, form, key)
    return key or word
