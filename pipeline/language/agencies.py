"""News agencies: their names in all languages, and how their texts are signed."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.language.words import FromWords, WordTables, named, spelled


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency under its canonical name."""

    id: str
    spellings: tuple[str, ...]  # capitals as written, since "AA" or "IHA" in lower case are other words
    sign: str = ""  # pattern of its signature, in any case; empty if none is known


def _agencies(words: WordTables) -> tuple[Agency, ...]:
    spellings: dict[str, list[str]] = {}
    signs: dict[str, list[str]] = {}
    for use, kept in (("agency", spellings), ("agency signature", signs)):
        for name, said in map(named, words.rows(use)):
            kept.setdefault(name, []).extend(said.split("|"))
    return tuple(
        Agency(name, tuple(spellings.get(name, ())), "|".join(map(spelled, signs.get(name, ()))))
        for name in dict.fromkeys((*spellings, *signs))
    )


AGENCIES = FromWords(_agencies)
