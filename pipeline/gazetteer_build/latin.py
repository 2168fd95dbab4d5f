"""The ways a name is spelt in Latin letters: given names by a hand-kept list, Cyrillic surnames by rule."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from pipeline.meetings.who.spelling import is_latin, latin

_TURKISH = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ç", "ш": "ş", "щ": "şç", "ъ": "", "ы": "ı", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def english_spellings(name: str, given: Mapping[str, Sequence[str]]) -> list[str]:
    """`name`, and its spellings with the other forms of its given names; the mark * of a surname is kept."""
    choices = [(word, *given.get(word, ())) for word in name.split()]
    return list(dict.fromkeys(" ".join(words) for words in itertools.product(*choices)))


def transliterated(russian: str) -> str:
    """A Russian name as English news spells it by rule, which is one spelling among others."""
    return " ".join(f"*{latin(word[1:])}" if word.startswith("*") else latin(word) for word in russian.split())


def turkish_spelling(russian: str) -> str:
    """A Russian name as Turkish news spells it: "Шойгу" is "Şoygu"."""
    return " ".join(_turkish(word) for word in russian.split())


def _turkish(word: str) -> str:
    if is_latin(word):
        return word
    mark, word = ("*", word[1:]) if word.startswith("*") else ("", word)
    letters = []
    for at, char in enumerate(word):
        opens = char in "еЕ" and (at == 0 or word[at - 1].lower() in "аеёиоуыэюяьъ")
        spelt = "ye" if opens else _TURKISH.get(char.lower(), char)
        letters.append((spelt[:1].replace("i", "İ").upper() + spelt[1:]) if char.isupper() else spelt)
    return mark + "".join(letters)
