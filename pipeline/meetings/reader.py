"""What an article says about meetings: the door of this room for the process stage."""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pipeline.errors import ItemError
from pipeline.meetings import fuse, sentences
from pipeline.meetings.entities import Entity
from pipeline.meetings.folding import fold
from pipeline.meetings.gazetteer import Gazetteer
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.mentions import Claim, SentenceReader
from pipeline.meetings.parties import PartyReader
from pipeline.records import Article, MeetingMention

RULES_VERSION = 2  # raise it when the code of this room reads the same rules differently


class MeetingReader:
    """Reads articles by fixed rules. Immutable; safe to share between threads and processes."""

    def __init__(self, lexicons: Mapping[str, Lexicon], gazetteer: Gazetteer, version: str) -> None:
        self.version = version  # changes whenever the same article could give other mentions
        self._sentences = {language: SentenceReader(lexicon) for language, lexicon in lexicons.items()}
        self._parties = {language: PartyReader(lexicon, gazetteer) for language, lexicon in lexicons.items()}
        self._abbreviations = {language: lexicon.abbreviations for language, lexicon in lexicons.items()}

    @classmethod
    def build(cls, lexicons: Mapping[str, Lexicon], gazetteer: Gazetteer) -> MeetingReader:
        """A reader for the languages of `lexicons` (ISO 639-1 → rules)."""
        rules = {language: lexicon.model_dump(mode="json") for language, lexicon in sorted(lexicons.items())}
        for lexicon in rules.values():
            lexicon["abbreviations"] = sorted(lexicon["abbreviations"])
        text = json.dumps([RULES_VERSION, gazetteer.version, rules], ensure_ascii=False, sort_keys=True)
        return cls(lexicons, gazetteer, hashlib.blake2b(text.encode(), digest_size=8).hexdigest())

    def read(self, article: Article) -> tuple[MeetingMention, ...]:
        """Every meeting the article speaks of, the first named first; () where it speaks of none.

        A language without rules gives (). Raises ItemError("no_publication_date") where `published_at` is None,
        because "on Sunday" then means nothing.
        """
        reader = self._sentences.get(article.language)
        if reader is None or not reader.is_triggered(fold(article.title + "\n" + article.body)):
            return ()
        if article.published_at is None:
            raise ItemError("no_publication_date", "dates of meetings cannot be read")
        today = article.published_at.astimezone(ZoneInfo(article.zone)).date()
        title, body = self._parties[article.language].read(article.title, article.body, today)
        if len(_countries([*title, *body])) < 2:  # every meeting has two sides
            return ()
        entities = {"title": _Index(title), "body": _Index(body)}
        pieces = sentences.split(article, self._abbreviations[article.language])
        claims: list[Claim] = []
        for piece in pieces:
            inside = entities[piece.field].within(piece.start, piece.end)
            claims.extend(reader.read(piece, inside, today))
        lead = fuse.lead_of([(piece.field, piece.start) for piece in pieces])
        return fuse.fuse(claims, lead, today)


def _countries(entities: list[Entity]) -> set[str]:
    """Every country the entities name, as a side or as a place."""
    named = {entity.country for entity in entities} | {p.country for entity in entities for p in entity.people}
    return {country for country in named if country}.union(*(entity.sides for entity in entities))


class _Index:
    """Entities of a field by position."""

    def __init__(self, entities: list[Entity]) -> None:
        self._entities = entities
        self._starts = [entity.start for entity in entities]

    def within(self, start: int, end: int) -> list[Entity]:
        low = bisect.bisect_left(self._starts, start)
        return [
            entity for entity in self._entities[low : bisect.bisect_left(self._starts, end)] if entity.end <= end
        ]
