"""Russian names in all cases: by pymorphy3 for the words its dictionary has, by rule for those it would guess."""

from __future__ import annotations

import re
from functools import cache

import pymorphy3

_CASES = ("gent", "datv", "accs", "ablt", "loct")
_FIXED = frozenset(
    (
        "аль",
        "ас",
        "аш",
        "эль",
        "абу",
        "уль",
        "бен",
        "бин",
        "ибн",
        "фон",
        "дер",
        "ван",
        "де",
        "да",
        "ди",
        "ле",
        "ла",
    )
)
_ASIAN = frozenset(("CN", "KR", "KP", "VN", "SG", "TW", "TH", "SCO"))  # only the last word of a name has cases

# The end of a nominative, and of the genitive, dative, accusative, instrumental and prepositional; the first that
# fits counts.
_Rules = tuple[tuple[str, tuple[str, str, str, str, str]], ...]
_SURNAMES: _Rules = (
    (r"([сц]к|ж)(?:ий|ой)$", (r"\1ого", r"\1ому", r"\1ого", r"\1им", r"\1ом")),
    (r"ый$", ("ого", "ому", "ого", "ым", "ом")),
    (r"(ов|ев|ёв|ин|ын)$", (r"\1а", r"\1у", r"\1а", r"\1ым", r"\1е")),
)
_MEN: _Rules = (
    (r"ий$", ("ия", "ию", "ия", "ием", "ии")),
    (r"[йь]$", ("я", "ю", "я", "ем", "е")),
    (r"([жшчщц])$", (r"\1а", r"\1у", r"\1а", r"\1ем", r"\1е")),
    (r"([бвгдзклмнпрстфх])$", (r"\1а", r"\1у", r"\1а", r"\1ом", r"\1е")),
)
_IN_A: _Rules = (
    (r"ия$", ("ии", "ии", "ию", "ией", "ии")),
    (r"([гкх])а$", (r"\1и", r"\1е", r"\1у", r"\1ой", r"\1е")),
    (r"([жшчщ])а$", (r"\1и", r"\1е", r"\1у", r"\1ей", r"\1е")),
    (r"а$", ("ы", "е", "у", "ой", "е")),
    (r"я$", ("и", "е", "ю", "ей", "е")),
)
_WOMEN: _Rules = (
    (r"(ов|ев|ёв|ин|ын)а$", (r"\1ой", r"\1ой", r"\1у", r"\1ой", r"\1ой")),
    (r"([сц]к)ая$", (r"\1ой", r"\1ой", r"\1ую", r"\1ой", r"\1ой")),
)


@cache
def _analyser() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang="ru")


def person_forms(name: str, country: str, *, woman: bool) -> list[str]:
    """A full name or surname in all cases, the nominative first; each form of a name has one case throughout."""
    words = name.split()
    if country in _ASIAN:
        columns = [[word] * len(_CASES) for word in words[:-1]]
        columns.append(_cases_of_name(words[-1], woman=woman, surname=True))
    else:
        last = len(words) - 1
        columns = [_cases_of_name(word, woman=woman, surname=at == last) for at, word in enumerate(words)]
    forms = [name, *(" ".join(form) for form in zip(*columns, strict=True))]
    if any(re.search(r"(?:ов|ев|ёв|ин|ын)$", word) for word in words[-1:]) and not woman:
        forms.append(re.sub("ым$", "ом", forms[4]))  # foreign names of this form have the other instrumental
    return list(dict.fromkeys(forms))


def _cases_of_name(word: str, *, woman: bool, surname: bool) -> list[str]:
    """Genitive, dative, accusative, instrumental and prepositional of one word of a name."""
    head, dash, tail = word.rpartition("-")
    if dash:
        fixed = head.lower() in _FIXED or surname is False
        first = [head] * len(_CASES) if fixed else _cases_of_name(head, woman=woman, surname=surname)
        return [f"{a}-{b}" for a, b in zip(first, _cases_of_name(tail, woman=woman, surname=surname), strict=True)]
    if word.lower() in _FIXED or not word[0].isupper() or word.isupper():
        return [word] * len(_CASES)
    if not surname and (known := _given_name(word, "femn" if woman else "masc")):
        return known
    rules = (*_WOMEN, *_IN_A) if woman else (*(_SURNAMES if surname else ()), *_MEN, *_IN_A)
    return _by_rule(word, rules)


def _given_name(word: str, gender: str) -> list[str] | None:
    for parse in _analyser().parse(word):
        if parse.is_known and {"Name", "nomn", gender} <= parse.tag.grammemes:
            forms = [parse.inflect({case}) for case in _CASES]
            return [form.word.capitalize() for form in forms if form] if all(forms) else None
    return None


def _by_rule(word: str, rules: _Rules) -> list[str]:
    for pattern, endings in rules:
        if re.search(pattern, word):
            return [re.sub(pattern, ending, word) for ending in endings]
    return [word] * len(_CASES)


def phrase_forms(phrase: str, *, plural: bool = False) -> list[str]:
    """A common noun, a place or the title of an office in all cases; its words after the head noun stay.

    With `plural` the forms of both numbers. Words pymorphy3 does not know decline as its guess has it.
    """
    words = phrase.split()
    numbers = [False, True] if plural else [False]
    forms = [phrase]
    for in_plural in numbers:
        for case in ("nomn", *_CASES):
            form = _phrase_in(words, case, plural=in_plural)
            if form:
                forms.append(form)
    return list(dict.fromkeys(forms))


def _phrase_in(words: list[str], case: str, *, plural: bool) -> str | None:
    """The words up to the head noun in `case`; None where one of them has no such form."""
    inflected: list[str] = []
    head = None
    for word in words:
        parse = _parse(word, noun_first=len(words) == 1) if head is None or inflected[-1] == "и" else None
        if parse is None:
            inflected.append(word)
            continue
        wanted = {case, "plur"} if plural else {case}
        if head is None and "ADJF" in parse.tag and not plural and (noun := _head_of(words)):
            wanted |= _agreement(noun, case)
        form = parse.inflect(wanted)
        if form is None:
            return None
        inflected.append(_like(word, form.word))
        if "NOUN" in parse.tag:
            head = parse
    return " ".join(inflected) if head is not None or len(words) == 1 else None


def _head_of(words: list[str]) -> pymorphy3.analyzer.Parse | None:
    return next((p for word in words if (p := _parse(word)) is not None and "NOUN" in p.tag), None)


def _agreement(noun: pymorphy3.analyzer.Parse, case: str) -> set[str]:
    """What an adjective takes over from its noun."""
    if "plur" in noun.tag:
        return {"plur", *([noun.tag.animacy] if case == "accs" else [])}
    animacy = {noun.tag.animacy} if case == "accs" and noun.tag.gender == "masc" else set()
    return {"sing", noun.tag.gender, *animacy}


def _parse(word: str, *, noun_first: bool = False) -> pymorphy3.analyzer.Parse | None:
    """The reading of a word as a nominative: a place before a noun before an adjective. None: it has no cases."""
    if word.isupper() or not word[0].isalpha() or "'" in word:
        return None
    found = [p for p in _analyser().parse(word) if "nomn" in p.tag and ("NOUN" in p.tag or "ADJF" in p.tag)]
    found = [p for p in found if "Fixd" not in p.tag]
    if noun_first:
        found.sort(key=lambda p: "NOUN" not in p.tag)
    if word[0].isupper():
        found.sort(key=lambda p: "Geox" not in p.tag)
    return found[0] if found else None


def _like(model: str, word: str) -> str:
    """`word` with the capitals of `model`."""
    parts = zip(model.split("-"), word.split("-"), strict=False)
    if model.count("-") == word.count("-"):
        return "-".join(b[:1].upper() + b[1:] if a[:1].isupper() else b for a, b in parts)
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def adjective_forms(word: str) -> list[str]:
    """An adjective in all genders, cases and numbers."""
    parse = next((p for p in _analyser().parse(word) if "ADJF" in p.tag and "nomn" in p.tag), None)
    if parse is None:
        raise ValueError(f"{word!r}: expected an adjective in the nominative")
    forms = [f.word for f in parse.lexeme if "ADJF" in f.tag and "Supr" not in f.tag]
    return list(dict.fromkeys([word, *forms]))


def person_of_country_forms(word: str) -> list[str]:
    """A demonym ("россиянин") in all cases and both numbers."""
    found = [p for p in _analyser().parse(word) if {"NOUN", "nomn", "sing"} <= p.tag.grammemes]
    found.sort(key=lambda p: "anim" not in p.tag)
    if not found:
        raise ValueError(f"{word!r}: expected a noun in the nominative")
    return list(dict.fromkeys([word, *(form.word for form in found[0].lexeme)]))


def is_known_place(name: str) -> bool:
    """Whether the dictionary has a one-word `name` as that of a place."""
    return any(p.is_known and {"Geox", "nomn"} <= p.tag.grammemes for p in _analyser().parse(name))


def is_common_word(name: str) -> bool:
    """Whether the dictionary knows a one-word `name` as anything but a place: a word, a given name, a surname."""
    if " " in name or "-" in name:
        return False
    known = [p for p in _analyser().parse(name) if p.is_known]
    return any("Geox" not in p.tag for p in known)
