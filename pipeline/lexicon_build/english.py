"""English verbs in all their forms, by the rules of spelling; what is irregular is listed in verbs.csv."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.lexicon_build.form import Form

_PP = re.compile(r"(?:ed|n|sunk|shot|put|cut|broken|held|brought|sat|come|quit)$")


def forms(lemma: str, irregular: list[str]) -> Iterator[Form]:
    """(form, tag) of every form: base, s, past (the past and its participle), ing."""
    if " " in lemma:
        yield lemma, "state"  # "on hold"
        return
    if irregular == ["x"]:  # not a verb: only its nouns count, "absence from"
        return
    yield lemma, "any" if lemma in irregular else "base"
    given = {_tag_of(form) for form in irregular}
    for form in set(irregular) - {lemma}:
        yield form, _tag_of(form)
    for form, tag in _regular(lemma):
        if tag not in given:
            yield form, tag


def _tag_of(form: str) -> str:
    if form.endswith("ing"):
        return "ing"
    return "s" if form.endswith("s") else "past"


def _regular(lemma: str) -> Iterator[Form]:
    stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith(("ee", "oe")) else lemma
    if re.search(r"[^aeiou]y$", lemma):
        yield lemma[:-1] + "ies", "s"
        yield lemma[:-1] + "ied", "past"
    else:
        yield lemma + ("es" if re.search(r"(?:s|x|z|ch|sh)$", lemma) else "s"), "s"
        yield stem + "ed", "past"
    yield stem + "ing", "ing"
