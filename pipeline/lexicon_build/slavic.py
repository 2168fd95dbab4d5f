"""Russian and Ukrainian verbs and nouns in all their forms, as pymorphy3 knows them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pymorphy3

from pipeline.lexicon_build.form import Form

_TAGS = {  # by language: a part of speech as pymorphy3 names it, more of its tag, ours ("": left out)
    "ru": (
        ("INFN", "", "inf"),
        ("VERB", "impr", ""),
        ("VERB", "past", "past"),
        ("VERB", "pres", "pres"),
        ("VERB", "", "fut"),
        ("PRTS", "", "done"),
        ("PRTF", "pssv", "attribute"),
        ("PRTF", "past,actv", "did"),
        ("PRTF", "actv", "being"),
        ("GRND", "", "doing"),
        ("NOUN", "", "noun"),
    ),
    "uk": (
        ("VERB", "infn", "inf"),
        ("VERB", "impr", ""),
        ("VERB", "past", "past"),
        ("VERB", "Impe", "done"),
        ("VERB", "pres", "pres"),
        ("VERB", "", "fut"),
        ("GRND", "", "doing"),
        ("NOUN", "", "noun"),
    ),
}


@cache
def _analyzer(language: str) -> Any:
    return pymorphy3.MorphAnalyzer(lang=language)


def _forms(language: str, lemma: str, irregular: list[str]) -> Iterator[Form]:
    """(form, tag) of every form of a verb or a noun; the forms of `irregular` are nouns of the same meaning."""
    for word in (lemma, *irregular):
        yield from _forms_of(language, word)


def _forms_of(language: str, word: str) -> Iterator[Form]:
    parses = _analyzer(language).parse(word)
    parts = {part for part, _, _ in _TAGS[language]}
    parse = next((one for one in parses if one.tag.POS in parts and one.normal_form == word), parses[0])
    for form in sorted(parse.lexeme, key=_is_infinitive):  # an archaic one gives way to the future tense
        tags = (ours for part, more, ours in _TAGS[language] if part == form.tag.POS and more in str(form.tag))
        if tag := next(tags, ""):
            yield form.word, tag


def _is_infinitive(form: Any) -> bool:
    return "infn" in str(form.tag)


russian = partial(_forms, "ru")
ukrainian = partial(_forms, "uk")
