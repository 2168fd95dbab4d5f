"""One name, many spellings: Russian cases, Cyrillic in Latin letters, and a key all spellings of a name share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.folding import fold

CYRILLIC_COUNTRIES = frozenset(
    {"RU", "BY", "KZ", "KG", "TJ", "UA", "CIS", "CSTO"}
)  # their names go into Latin by rule
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

# What case changes at the end of a Russian name.
ENDINGS = "ский|ского|скому|ским|ском|ская|ской|скую|ого|ому|[ыи]м|[ыи]й|ая|ую|[оеа]й|ою|[оеа]м|ем|[аеиуыюяьй]"

# How a name ends in a case and how it does in the nominative; the first that fits counts.
_FEMININE = (r"([оеё]в|[иы]н)ой$", r"\1а")
_NOMINATIVE = {
    "genitive": (
        (r"([сц]к)ого$", r"\1ий"), (r"ого$", "ый"), _FEMININE, (r"([сц]к)ой$", r"\1ая"), (r"павла$", "павел"),
        (r"([аеиоуы])я$", r"\1й"), (r"я$", "ь"), (r"а$", ""), (r"ы$", "а"), (r"([ьи])и$", r"\1я"),
        (r"([гкхжшч])и$", r"\1а"),
    ),
    "dative": (
        (r"([сц]к)ому$", r"\1ий"), (r"ому$", "ый"), _FEMININE, (r"([сц]к)ой$", r"\1ая"), (r"павлу$", "павел"),
        (r"([аеиоуы])ю$", r"\1й"), (r"ю$", "ь"), (r"у$", ""), (r"ьи$", "ья"), (r"ии$", "ия"), (r"е$", "а"),
    ),
    "instrumental": (
        (r"([сц]к)им$", r"\1ий"), (r"([оеё]в|[иы]н)ым$", r"\1"), (r"ым$", "ый"), _FEMININE,
        (r"([сц]к)ой$", r"\1ая"), (r"павлом$", "павел"), (r"([аеиоуы])ем$", r"\1й"), (r"ем$", "ь"), (r"ом$", ""),
        (r"ией$", "ия"), (r"ой$", "а"),
    ),
}  # fmt: skip
_CASES = (  # of the title before the name; "замминистра" and what is not here is a nominative
    (r"(?:глав|коллег)[ыуи]$|(?<!замминистр)(?<!глав)(?<!коллег)[ая]$", "genitive"),
    (r"(?:глав|коллег)е$|[ую]$", "dative"),
    (r"[ое]м$|[ое]й$", "instrumental"),
)

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
    case = next((case for pattern, case in _CASES if re.search(pattern, fold(title))), None)
    return " ".join(_nominative(word, _NOMINATIVE[case]) for word in name.split()) if case else name


def _nominative(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for pattern, ending in endings:
        found, times = re.subn(pattern, ending, word.lower())
        if times:
            return found.title()
    return word


def stem(surname: str) -> str:
    """The folded part of a surname that no case changes."""
    folded = fold(surname)
    return folded if is_latin(folded) else re.sub(rf"(?<=...)(?:{ENDINGS})$", "", folded)


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
    for pattern, form in _SOUNDS:
        key = re.sub(pattern, form, key)
    return key or word
