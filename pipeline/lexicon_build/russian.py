"""Russian verbs and nouns in all their forms, as pymorphy3 knows them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pymorphy3

from pipeline.lexicon_build.form import Form

_TAGS = (  # a part of speech as pymorphy3 names it, more of its tag, ours
    ("INFN", "", "inf"),
    ("VERB", "impr", ""),
    ("VERB", "past", "past"),
    ("VERB", "", "fut"),
    ("PRTS", "", "done"),
    ("PRTF", "pssv", "attribute"),
    ("PRTF", "actv", "doing"),
    ("GRND", "", "doing"),
    ("NOUN", "", "noun"),
)


@cache
def _analyzer() -> Any:
    return pymorphy3.MorphAnalyzer()


def forms(lemma: str, irregular: list[str]) -> Iterator[Form]:
    """(form, tag) of every form of a verb or a noun; the forms of `irregular` are nouns of the same meaning."""
    for word in (lemma, *irregular):
        yield from _forms_of(word)


def _forms_of(word: str) -> Iterator[Form]:
    parses = _analyzer().parse(word)
    parse = next((one for one in parses if one.tag.POS in ("INFN", "NOUN") and one.normal_form == word), parses[0])
    for form in parse.lexeme:
        tag = next((ours for part, more, ours in _TAGS if part == form.tag.POS and more in str(form.tag)), "")
        if tag:
            yield form.word, tag
