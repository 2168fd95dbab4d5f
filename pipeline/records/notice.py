"""The content of one alert: the change, its proof, its witnesses and the state of the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pipeline.records.meeting import Participant, Place


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentence that says so, with its place in the article version."""

    quote: str
    language: str
    field: str  # title or body
    start: int  # code points
    end: int
    outlet: str
    title: str
    url: str
    published_at: datetime
    version: int  # number of the article version
    rules: tuple[str, ...]
    confidence: float
    attribution: str  # "official: the ministry said"; "" where the text does not tell
    reason: str = ""  # in the words of the text; "" where it gives none
    before: str = ""  # what the same article said before a silent edit; "" for every other change
    initiator: str = ""  # who called it off or moved it: per: a person, cty: a country; "" where it does not say
    listed_in: str = ""  # address of the feed that listed it
    first_seen: datetime | None = None  # set where that is a day or more from when it says it was published


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One article that mentions the meeting."""

    outlet: str
    url: str
    published_at: datetime
    status: str  # what it says of the meeting
    copy_of: str | None = None  # outlet of the dispatch it repeats


@dataclass(frozen=True, slots=True)
class MeetingStanding:
    """The state of the meeting at `as_of`."""

    status: str
    edtf: str | None
    clock: str | None
    flags: tuple[str, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert with everything a message of it may say. Dates are EDTF."""

    alert_id: int
    key: str
    kind: str
    created_at: datetime
    amends: str | None  # key of the alert this one corrects or takes back
    retracts: str | None  # kind of the change that is taken back
    meeting_id: int
    uid: str
    sequence: int
    format: str
    countries: tuple[str, ...]
    participants: tuple[Participant, ...]
    place: Place | None
    old_date: str | None
    new_date: str | None
    clock: str | None  # local time of the new date, else of the old one
    old_place: str | None
    old_participants: tuple[str, ...]  # names
    proof: Proof
    reports: int
    independent: int
    sources: tuple[SourceReport, ...]
    against: tuple[SourceReport, ...]
    now: MeetingStanding
    topics: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # names of those who will not attend
    independent_against: int = 0  # independent sources of what is in `against`

    def facts(self) -> AlertFacts:
        """What watches are asked about."""
        proof = self.proof
        return AlertFacts.of(
            self, self.kind, outlet=proof.outlet, language=proof.language, confidence=proof.confidence,
            topics=self.topics,
        )  # fmt: skip


class KnownMeetingFacts(Protocol):
    """What a notice, a calendar entry and a state of a meeting have in common."""

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166 codes of the parties."""

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Persons, offices and countries that take part."""

    @property
    def place(self) -> Place | None:
        """Where it is to be."""


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What decides who hears of an alert."""

    kind: str
    countries: tuple[str, ...]
    parties: tuple[str, ...]  # ids of persons, offices and countries
    place: str | None
    place_country: str | None
    outlet: str
    language: str
    topics: tuple[str, ...]
    confidence: float

    @classmethod
    def of(
        cls, meeting: KnownMeetingFacts, kind: str, *, outlet: str, language: str, topics: tuple[str, ...],
        confidence: float,
    ) -> AlertFacts:  # fmt: skip
        """The facts of a meeting, and of the report that proves a kind of change."""
        place = meeting.place or Place("", None, False)
        return cls(
            kind=kind,
            countries=meeting.countries,
            parties=tuple(i for p in meeting.participants for i in (p.id, p.office) if i),
            place=place.name or None,
            place_country=place.country,
            outlet=outlet,
            language=language,
            topics=topics,
            confidence=confidence,
        )


@dataclass(frozen=True, slots=True)
class OperatorNotice:
    """Something the operator must know of: one row per cause and subject, counted while it lasts."""

    id: int
    cause: str  # one of pipeline.alerts.words.Cause, or heartbeat
    subject: str
    detail: str
    times: int
    first_at: datetime
    last_at: datetime
    facts: dict[str, Any]
