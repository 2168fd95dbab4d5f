"""Which predicted meeting is which labelled one: by countries, participants, and place or date."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.language.folding import fold
from pipeline.meetings.who.entries import NameKind
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.meetings.who.spelling import slug, sound, stem
from pipeline.records import MeetingMention, Participant, Place, When
from tests.evaluation.edtf import bounds, overlap
from tests.evaluation.meetings_data import Label, LabelledText

Agreement = bool | None  # None: one side does not say
_LEAD_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled meeting and what was read of it."""

    text: LabelledText
    label: Label
    mention: MeetingMention


@dataclass(frozen=True, slots=True)
class Matched:
    """One text: pairs, labelled meetings nobody read, and read meetings nobody labelled."""

    text: LabelledText
    pairs: tuple[Pair, ...]
    missed: tuple[Label, ...]
    false: tuple[MeetingMention, ...]  # read, and neither labelled nor optional


class Matcher:
    """Matches by a gazetteer that knows the places of the labels in their languages."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def match(self, text: LabelledText, mentions: tuple[MeetingMention, ...]) -> Matched:
        """Pair off the best matches first; every meeting is matched at most once."""
        everything = [*text.labels, *text.optional]
        scored = [
            (score, -at, label, mention)
            for at, label in enumerate(everything)
            for mention in mentions
            if (score := self._score(text, label, mention)) is not None
        ]
        scored.sort(key=lambda found: found[:2], reverse=True)
        labels, left, pairs = everything, list(mentions), []
        for _, _, label, mention in scored:
            if label in labels and mention in left:
                labels.remove(label)
                left.remove(mention)
                pairs.append(Pair(text, label, mention))
        optional = set(map(id, text.optional))
        return Matched(
            text,
            tuple(pair for pair in pairs if id(pair.label) not in optional),
            tuple(label for label in labels if id(label) not in optional),
            tuple(m for m in left if _is_labelled(text, m)),
        )

    def place_agrees(self, name: str | None, place: Place | None, language: str) -> Agreement:
        """Whether a labelled place and a read one can be one; a city agrees with its country."""
        if name is None or place is None:
            return None
        hits = self._gazetteer.find(name, fold(name), language)
        known = [hit.place for hit in hits if hit.kind in (NameKind.CITY, NameKind.COUNTRY) and hit.place]
        if not known:
            return sound(slug(stem(name.split()[0]))) == sound(slug(place.name)) or None
        return any(
            other.name == place.name or (other.country == place.country and not (other.is_city and place.is_city))
            for other in known
        )

    def _offices_in_small(self, label: Label, language: str) -> tuple[str, ...]:
        """The labelled participants; an office that a headline spells like a name is none."""
        return tuple(
            name.lower()
            if any(hit.kind == NameKind.TITLE for hit in self._gazetteer.find(name, fold(name), language))
            else name
            for name in label.participants
        )

    def _score(self, text: LabelledText, label: Label, mention: MeetingMention) -> int | None:
        """How well they fit; None where they are two meetings."""
        countries = frozenset(mention.countries)
        people = people_agree(self._offices_in_small(label, text.article.language), mention.participants)
        place = self.place_agrees(label.place, mention.place, text.article.language)
        when = _dates_agree(label, mention) if text.dated else None
        sides = label.countries | (label.optional_countries & countries)
        nested = bool(sides & countries) and (sides <= countries or countries <= sides)
        unnamed = not label.countries and (people or place or when)  # a label may name no state at all
        if not (nested or unnamed or (people and sides & countries)):
            return None
        if people is False and not (place and when):
            return None
        if place is False and not when:
            return None
        if when is False and not (place or (people and label.has_sides(countries))):
            return None
        same_kind = (label.kind == "call") == (mention.format == "call")
        return (
            4 * label.has_sides(countries) + 3 * bool(people) + 3 * same_kind
            + 2 * bool(place) + 2 * bool(when) - (place is False) - (when is False)
        )  # fmt: skip


def people_agree(labelled: tuple[str, ...], read: tuple[Participant, ...]) -> Agreement:
    """Whether they share a surname in any spelling; None where offices stand on either side."""
    names = [name for name in labelled if all(word[0].isupper() for word in name.split() if word[0].isalpha())]
    wanted = {_key(word) for name in names for word in name.split() if len(word) > 2}
    got = {_key(word) for person in read for word in person.name.split() if len(word) > 2}
    if wanted & got:
        return True
    unnamed = len(names) < len(labelled) or any(person.id.startswith("off:") for person in read)
    return None if unnamed or not names or not read else False


def _dates_agree(label: Label, mention: MeetingMention) -> Agreement:
    """Whether any date of one, old or new, meets any of the other."""
    wanted = [bounds(text) for text in (label.date, label.accepted_date, label.previous_date) if text]
    got: list[When] = [when for when in (mention.when, mention.previous_when) if when]
    if not wanted or not got:
        return None
    return any(overlap(span, (when.earliest, when.latest)) > 0 for span in wanted for when in got)


def _key(word: str) -> str:
    return sound(slug(stem(word)))


def _is_labelled(text: LabelledText, mention: MeetingMention) -> bool:
    """Whether the part of the text a mention was read in has labels at all."""
    if not text.lead_only or mention.quote.span.field == "title":
        return True
    before = text.article.body[: mention.quote.span.start]
    return len(re.findall(r"[.!?](?=\s)", before)) < _LEAD_SENTENCES
