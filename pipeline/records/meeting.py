"""Meetings: what texts say about them, and their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.records.article import Span


class MeetingStatus(StrEnum):
    """What one mention says about a meeting. Exported as schema.org EventStatusType if one fits."""

    SCHEDULED = "scheduled"  # will happen
    CONFIRMED = "confirmed"  # a plan reported before is confirmed
    UNCERTAIN = "uncertain"  # may happen, under discussion, threatened
    POSTPONED = "postponed"  # moved, no new date
    RESCHEDULED = "rescheduled"  # moved to a new date
    CANCELLED = "cancelled"  # off
    DENIED = "denied"  # a side rules it out
    HELD = "held"  # took place or is under way


@dataclass(frozen=True, slots=True)
class When:
    """A day, a range the event fills, or one unknown day out of a range, as EDTF with its bounds."""

    edtf: str  # "2020-06-14", "2020-06-14/2020-06-16", "[2021-09-17..2021-09-30]", "2023-08"
    earliest: date
    latest: date
    time: str | None = None  # local clock time "13:30" where stated

    @property
    def is_day(self) -> bool:
        """True if the day is known exactly."""
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Participant:
    """One side of a meeting: a person `per:ru.lavrov`, an office `off:RU.FM`, or a whole country `cty:RU`."""

    id: str
    name: str  # as the text names it
    country: str | None  # ISO 3166-1 alpha-2, plus EU, PS, TW
    office: str | None = None  # office id the person holds, "off:RU.FM"
    role: str = "party"  # visitor, host, counterpart, party
    name_ru: str | None = None  # the name to show in Russian; set where a meeting is read for people
    name_tr: str | None = None  # and in Turkish

    def name_in(self, language: str) -> str:
        """The name to show in a language."""
        return {"ru": self.name_ru, "tr": self.name_tr}.get(language) or self.name


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a meeting."""

    name: str  # canonical English name
    country: str | None  # ISO 3166-1 alpha-2
    is_city: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that proves a claim, with its place in the article."""

    text: str
    span: Span


Stated = tuple[str, Span]  # a fact ("date", "place", the id of a participant) and the sentence that states it


@dataclass(frozen=True, slots=True)
class MeetingMention:
    """What one article says about one meeting: the pure output of `meetings`."""

    status: MeetingStatus
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]  # the parties, sorted, not the place
    place: Place | None
    when: When | None
    previous_when: When | None  # the date it was moved away from
    format: str  # visit, talks, summit, meeting, call
    quote: Quote
    rules: tuple[str, ...]  # ids of the rules that fired
    confidence: float  # 0..1
    attribution: str = ""  # who says so, if the text names the source
    scope: str = "meeting"  # what its status is of; "attendance": who is named stays away, the meeting goes on
    reason: str = ""  # of a change, as the text words it: "because of the storm"
    initiator: str = ""  # id of who called it off or moved it: per:ru.sokolov, cty:TR
    series: str = ""  # the series it belongs to, by its name in series.csv: "g20", "astana"
    series_number: int | None = None  # its own number: the fourth round, the 14th session
    stated: tuple[Stated, ...] = ()  # the facts that another sentence states than the quoted one


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention with its context: the input of linking and of the timeline."""

    id: int  # meeting_mention.id
    mention: MeetingMention
    published_at: datetime
    url: str
    witness: int  # wire cluster: copies of one dispatch are one witness
    stands: bool = True  # False: its article says something else by now, or was withdrawn
    agency: str | None = None  # that surely wrote the text
    outlet: str = ""  # host the article is on; "": not known, each witness then counts as an outlet of its own
    doubted: bool = False  # its date cannot be right: it was not there when it says it was published


@dataclass(frozen=True, slots=True)
class MeetingState:
    """The state of a meeting by the evidence so far: the result of the timeline's fold."""

    status: MeetingStatus
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]
    place: Place | None
    when: When | None
    previous: tuple[When, ...]  # dates it was moved away from, oldest first
    format: str
    proof: int  # evidence id of the sentence that set the status
    flags: tuple[str, ...] = ()  # sorted; see meetings/follow/changes.py
    confidence: float = 1.0  # of the status, from the independent witnesses of it
    absent: tuple[Participant, ...] = ()  # who will not attend although the meeting goes on
    proofs: tuple[tuple[str, int], ...] = ()  # (date, place or a participant's id, evidence id)
    series: str = ""  # as in MeetingMention
    series_number: int | None = None
    weight: tuple[int, int] = (1, 0)  # independent witnesses for the status, and against it


@dataclass(frozen=True, slots=True)
class MeetingChange:
    """A change of a planned meeting that an analyst must know."""

    kind: str  # a value of meetings.follow.changes.Change
    proof: int  # evidence id of the sentence that says so
    before: MeetingState | None  # None: no plan was known before the change
    after: MeetingState
    support: frozenset[int]  # ids of all evidence that says the same, including the proof


@dataclass(frozen=True, slots=True)
class Told:
    """A change of a meeting that was recorded before. `alert_id`: None if it was too old for an alert."""

    alert_id: int | None
    kind: str  # after amendments
    mentions: frozenset[int]  # its proof, and those of its amendments
