"""Read the mentions of meetings in an article: the entry point of this room for the process stage."""

from __future__ import annotations

import bisect
import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.language.folding import fold
from pipeline.language.letters import settled_with_places
from pipeline.meetings.language import Language
from pipeline.meetings.read import fuse
from pipeline.meetings.read.claims import Claim, Step
from pipeline.meetings.read.loose_dates import LooseDate, with_days
from pipeline.meetings.read.mentions import SentenceReader
from pipeline.meetings.read.outcomes import LeadSentences
from pipeline.meetings.read.sentences import Sentence, Splitter
from pipeline.meetings.read.unread import Unread, counted
from pipeline.meetings.when.publication import PublicationDays
from pipeline.meetings.who.entities import Entity
from pipeline.meetings.who.entries import Rank
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.meetings.who.parties import PartyReader
from pipeline.records import Article, MeetingMention, Participant, Rejected, Span

_APART = 8  # characters between two names that are one subject: " and ", ", ", " ile "
RULES_VERSION = 12  # raise it when the code of this room reads the same rules differently


class MeetingReader:
    """Reads articles by fixed rules. Immutable; safe to share between threads and processes."""

    def __init__(self, languages: Mapping[str, Language], gazetteer: Gazetteer, version: str) -> None:
        self.version = version  # changes whenever the same article could give other mentions
        self._languages, self._gazetteer = languages, gazetteer
        self._compiled: dict[str, _LanguageReader] = {}  # of the languages read so far

    def __reduce__(self) -> tuple[Any, ...]:
        """Without compiled patterns: a process that takes it over compiles those of the languages it reads."""
        return type(self), (self._languages, self._gazetteer, self.version)

    def compile_all(self) -> None:
        """Compile every language now. A mistake in a table that was not found before raises here."""
        for code in self._languages:
            self._reader(code)

    def _reader(self, code: str) -> _LanguageReader | None:
        if code not in self._compiled and code in self._languages:
            self._compiled[code] = _LanguageReader.compile(self._languages[code], self._gazetteer)
        return self._compiled.get(code)

    @classmethod
    def build(cls, languages: Mapping[str, Language], gazetteer: Gazetteer) -> MeetingReader:
        """A reader for `languages`, by their codes (ISO 639-1)."""
        rules = {
            code: (words.lexicon.model_dump(mode="json"), words.dates.model_dump(mode="json"))
            for code, words in sorted(languages.items())
        }
        for lexicon, _ in rules.values():
            lexicon["abbreviations"] = sorted(lexicon["abbreviations"])
        tables = {code: dict(words.tables) for code, words in sorted(languages.items())}
        text = json.dumps([RULES_VERSION, gazetteer.version, rules, tables], ensure_ascii=False, sort_keys=True)
        return cls(languages, gazetteer, hashlib.blake2b(text.encode(), digest_size=8).hexdigest())

    def read(self, article: Article) -> tuple[MeetingMention, ...]:
        """Every meeting the article mentions, in the order of mention.

        A language without rules gives (). Raises ItemError("no_publication_date") where `published_at` is None,
        because "on Sunday" then means nothing.
        """
        return self.survey(article)[0]

    def survey(self, article: Article) -> tuple[tuple[MeetingMention, ...], tuple[Rejected, ...]]:
        """What `read` gives and, where no change is in it, why its words of change gave none.

        Raises ItemError as `read` does.
        """
        if not unicodedata.is_normalized("NFC", article.title + article.body):
            return _read_settled(article, self.read), ()
        language = self._reader(article.language)
        if language is None or not self.is_triggered(article):
            return (), ()
        days = PublicationDays(article)
        today = days.first
        title, body = language.parties.read(article.title, article.body, today)
        if not _countries([*title, *body]):
            return (), ()
        entities = {"title": _Index(title), "body": _Index(body)}
        pieces = language.splitter.split(article)
        lead = fuse.lead_of([(piece.field, piece.start) for piece in pieces])
        reader = language.sentences
        claims, missed = _claims(reader, article, pieces, entities, lead)
        headline = frozenset(_countries(title)) or _first_named(pieces, entities)
        named = fuse.NamedCountries(headline, _named_in(lead, pieces, entities), _pairs(pieces, entities))
        mentions = fuse.fuse(claims, lead, today, named)

        def told(number: int) -> list[LooseDate]:
            piece = pieces[number]
            inside = entities[piece.field].within(piece.start, piece.end)
            return reader.loose_dates(number, piece, inside, days.at(piece.field, piece.start), zone=article.zone)

        return with_days(mentions, pieces, told, today), counted(missed, claims, mentions, lead)

    def is_triggered(self, article: Article) -> bool:
        """Whether an article has any word of meetings; most have none and cost no more than this."""
        language = self._reader(article.language)
        return language is not None and language.sentences.is_triggered(fold(article.title + "\n" + article.body))

    def explain(self, article: Article) -> list[ExplainedSentence]:
        """Every sentence with what was made of it, for people; [] in a language without rules.

        Raises ItemError as `read` does.
        """
        language = self._reader(article.language)
        if language is None:
            return []
        days = PublicationDays(article)
        title, body = language.parties.read(article.title, article.body, days.first)
        entities = {"title": _Index(title), "body": _Index(body)}
        told = []
        for piece in language.splitter.split(article):
            inside = entities[piece.field].within(piece.start, piece.end)
            day = days.at(piece.field, piece.start)
            masked, steps = language.sentences.explain(piece, inside, day, zone=article.zone)
            names = (_shown(entity) for entity in inside if not entity.titles)
            told.append(ExplainedSentence(piece.text, masked, tuple(names), tuple(steps)))
        return told


def _claims(
    reader: SentenceReader,
    article: Article,
    pieces: Sequence[Sentence],
    entities: Mapping[str, _Index],
    lead: LeadSentences,
) -> tuple[list[Claim], list[Unread]]:
    """The claims of all sentences in their order, and the words of change that made none.

    Claims of sentences without a name have no side, so they count only beside others that have one.
    """
    days = PublicationDays(article)
    read: dict[int, tuple[list[Claim], list[Unread]]] = {}
    nameless: list[int] = []
    antecedent: Participant | None = None
    for number, piece in enumerate(pieces):
        inside = entities[piece.field].within(piece.start, piece.end)
        if (
            all(entity.titles for entity in inside)
            and antecedent is None
            and (piece.field, piece.start) not in lead
        ):
            nameless.append(number)
            continue
        day = days.at(piece.field, piece.start)
        read[number] = reader.read(piece, inside, day, antecedent, zone=article.zone)
        antecedent = _subject(inside, antecedent)
    if any(claim.countries for made, _ in read.values() for claim in made):
        for number in nameless:
            day = days.at(pieces[number].field, pieces[number].start)
            read[number] = reader.read(pieces[number], [], day, zone=article.zone)
    in_order = [read[number] for number in sorted(read)]
    return [claim for made, _ in in_order for claim in made], [one for _, missed in in_order for one in missed]


@dataclass(frozen=True, slots=True)
class _LanguageReader:
    """What reads one language."""

    sentences: SentenceReader
    parties: PartyReader
    splitter: Splitter

    @classmethod
    def compile(cls, words: Language, gazetteer: Gazetteer) -> _LanguageReader:
        return cls(
            SentenceReader(words, gazetteer.office_name),
            PartyReader(words.lexicon, gazetteer),
            Splitter(words.lexicon),
        )


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """One sentence as its reader saw it."""

    text: str
    masked: str  # with a letter for each name and date
    names: tuple[str, ...]  # what the letters stand for: "Kenyan president (KE)"
    steps: tuple[Step, ...]


def _shown(entity: Entity) -> str:
    """A name and which country it stands for."""
    codes = sorted({p.country for p in entity.people if p.country} | set(entity.sides)) or [entity.country or "?"]
    who = ", ".join(person.name for person in entity.people) or (entity.place.name if entity.place else "")
    return f"{entity.mask} = {who} ({' '.join(codes)})" if who else f"{entity.mask} = {' '.join(codes)}"


def _read_settled(
    article: Article, read: Callable[[Article], tuple[MeetingMention, ...]]
) -> tuple[MeetingMention, ...]:
    """Read a text that was not composed where it entered, and point the quotes into it as it is."""
    fields = {"title": article.title, "body": article.body}
    settled = {name: settled_with_places(text) for name, text in fields.items()}
    composed = replace(article, title=settled["title"][0], body=settled["body"][0], posts=())

    def there(span: Span) -> Span:
        places = settled[span.field][1]
        return replace(span, start=places[span.start], end=places[span.end])

    mentions = []
    for mention in read(composed):
        span = there(mention.quote.span)
        quote = replace(mention.quote, text=fields[span.field][span.start : span.end], span=span)
        told = tuple((fact, there(place)) for fact, place in mention.stated)
        mentions.append(replace(mention, quote=quote, stated=told))
    return tuple(mentions)


def _countries(entities: list[Entity]) -> set[str]:
    """Every country the entities name, as a side or as a place."""
    named = {entity.side for entity in entities} | {p.country for entity in entities for p in entity.people}
    return {country for country in named if country}.union(*(entity.sides for entity in entities))


def _pairs(pieces: Sequence[Sentence], entities: Mapping[str, _Index]) -> fuse.Pairs:
    """The two countries of the last sentence before each that names any; at first those of the headline."""
    pairs: dict[tuple[str, int], frozenset[str]] = {}
    last: frozenset[str] = frozenset()
    for piece in pieces:
        pairs[piece.field, piece.start] = last
        last = frozenset(_countries(entities[piece.field].within(piece.start, piece.end))) or last
    return pairs


def _first_named(pieces: Sequence[Sentence], entities: Mapping[str, _Index]) -> frozenset[str]:
    """The countries of the first sentence that names any, where the headline names none."""
    named = (_countries(entities[piece.field].within(piece.start, piece.end)) for piece in pieces)
    return frozenset(next(filter(None, named), ()))


def _named_in(lead: LeadSentences, pieces: Sequence[Sentence], entities: Mapping[str, _Index]) -> frozenset[str]:
    """The countries that the headline and the first sentences name."""
    first = (piece for piece in pieces if (piece.field, piece.start) in lead)
    named = (_countries(entities[piece.field].within(piece.start, piece.end)) for piece in first)
    return frozenset[str]().union(*named)


def _subject(entities: list[Entity], before: Participant | None) -> Participant | None:
    """The person "he" means in the next sentence: the one person named, or who is named first of several.

    The one before if none is named; None where people act together ("Sarlo and Veer met").
    """
    named = [entity for entity in entities if entity.rank != Rank.SPOKESPERSON and entity.people]
    people = {person.id: person for entity in named for person in entity.people}
    if not people:
        return before
    if len(people) > 1 and (len(named) < 2 or named[1].start - named[0].end < _APART):
        return None
    return named[0].people[0]


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
