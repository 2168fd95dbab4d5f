"""Turkish verbs in their forms: voice, ability, negation and tense by the rules of harmony.

A star marks what may follow: person, case, possession.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.lexicon_build.form import Form

_VOWELS = "aıoueiöü"
_FRONT = "eiöü"
_HARD = "fstkçşhp"
_HIGH = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "i": "i", "ö": "ü", "ü": "ü"}
_SOFT = {"et": "ed", "git": "gid"}


def forms(lemma: str, irregular: list[str]) -> Iterator[Form]:
    """(form, tag) of a verb given as its stem, active and passive; words in front of the stem stay as they are."""
    before, _, stem = lemma.rpartition(" ")
    front = before + " " if before else ""
    voices = (stem,) if irregular == ["x"] else (stem, *irregular, _passive(stem))  # "x": it has no passive
    for voice in dict.fromkeys(voices):
        for form, tag in _of_stem(voice):
            yield front + form, tag


def _last_vowel(text: str) -> str:
    return next((letter for letter in reversed(text) if letter in _VOWELS), "e")


def _low(text: str) -> str:
    return "e" if _last_vowel(text) in _FRONT else "a"


def _high(text: str) -> str:
    return _HIGH[_last_vowel(text)]


def _soft(stem: str) -> str:
    return _SOFT.get(stem, stem)


def _passive(stem: str) -> str:
    if stem[-1] in _VOWELS:
        return stem + "n"
    return _soft(stem) + _high(stem) + ("n" if stem.endswith("l") else "l")


def _of_stem(stem: str) -> Iterator[Form]:
    ends_in_vowel = stem[-1] in _VOWELS
    soft, low, high = _soft(stem), _low(stem), _high(stem)
    link = "y" if ends_in_vowel else ""
    hard = "t" if stem[-1] in _HARD else "d"
    yield f"{stem}{hard}{high}*", "past"
    yield f"{stem}{hard}{high}ğ*", "said"
    yield f"{stem}{hard}{high}k*", "said"
    yield f"{stem}m{high}ş*", "past"
    yield f"{stem}m{high}şt{high}", "before"
    now = (stem[:-1] + _HIGH[_last_vowel(stem[:-1])] if ends_in_vowel else soft + high) + "yor"
    yield f"{now}*", "present"
    yield f"{soft}{link}{low}c{low}k*", "future"
    yield f"{soft}{link}{low}c{low}ğ*", "future"
    yield f"{soft}{link}{low}c{low}kt{high}*", "was to"
    yield f"{now}d{high}*", "was"
    yield f"{stem}m{low}kt{low}*", "present"
    yield f"{stem}m{low}kt{low}yd{high}*", "was"
    yield f"{soft}{link}{low}n", "who"
    yield f"{stem}m{low}*", "noun"
    yield f"{stem}m{low}k*", "infinitive"
    yield f"{soft}{link}{high}p", "doing"
    yield f"{soft}{link}{low}r{low}k", "doing"
    yield f"{soft}{link}{low}b{_high(low)}l*", "able"
    yield f"{soft}{'r' if ends_in_vowel else high + 'r'}s{low}*", "if"
    for unable in (stem, f"{soft}{link}{low}"):
        no = f"{unable}m{low}"
        tag = "not" if unable == stem else "unable"
        yield f"{no}d{_high(no)}*", f"{tag} past"
        yield f"{no}m{_high(no)}ş*", f"{tag} past"
        yield f"{no}y{low}c{low}k*", f"{tag} future"
        yield f"{no}y{low}c{low}ğ*", f"{tag} future"
        yield f"{unable}m{_high(unable)}yor*", f"{tag} present"
        yield f"{no}z*", f"{tag} present"
        yield f"{no}m{low}*", f"{tag} noun"
        yield f"{no}y{low}n", f"{tag} doing"
        yield f"{no}d{low}n", f"{tag} doing"
