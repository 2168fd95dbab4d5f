"""A watch of config/alerts.yml: who receives which alerts, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import AwareDatetime, Field, StringConstraints, field_validator, model_validator

from pipeline.alerts.receivers import ChannelName, Zone
from pipeline.alerts.words import NAMED_KINDS, ChangeKind
from pipeline.records import AlertFacts
from pipeline.yaml_file import StrictModel

# What a watch gets that names no kind.
CHANGES_OF_PLAN: tuple[str, ...] = tuple(kind for kind in get_args(ChangeKind) if kind not in NAMED_KINDS)
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,}$")]
Person = Annotated[str, StringConstraints(pattern=r"^per:[a-z]+\.[a-z0-9_]+$")]
AlertSeverity = Literal["low", "normal", "high"]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Duration = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}[mh]$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Grouped(StrictModel):
    """The first alert of a meeting at once; what follows within this time as one message."""

    group: Duration = Field(description="5m, 2h")

    @property
    def window(self) -> timedelta:
        """How long a flurry is gathered."""
        return duration(self.group)


class Digest(StrictModel):
    """All alerts of the hour, or of the day, as one message."""

    digest: Literal["hourly"] | Clock = Field(description="hourly, or a local time like 08:00")
    zone: Zone = "UTC"


class Quiet(StrictModel):
    """Hours in which nothing is sent; what came meanwhile is one message at their end."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    zone: Zone = "UTC"
    passes: Literal["high", "nothing"] = Field(
        default="nothing", alias="except", description="AlertSeverity that is sent nevertheless"
    )

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.start == self.end:
            raise ValueError("expected quiet hours that end (from and to are the same)")
        return self


class Watch(StrictModel):
    """Which alerts go to which channels, and when. What is left out does not restrict."""

    name: ChannelName
    changes: list[ChangeKind] = Field(
        default_factory=list,
        description="Kinds of change; none named: every change of a plan",
    )
    countries: list[Text] = Field(default_factory=list, description="Countries that must all be parties")
    who: list[Text] = Field(
        default_factory=list,
        description="Persons or offices, one of whom must take part: Lavrov, Лавров, foreign minister of Turkey",
    )
    places: list[Text] = Field(
        default_factory=list, description="Cities or countries, one of which it is to be in"
    )
    topics: list[ChannelName] = Field(
        default_factory=list, description="Topics of config/topics.yml, one of the article's"
    )
    outlets: list[Text] = Field(default_factory=list, description="Outlets, one of which must say so")
    languages: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]] = Field(
        default_factory=list, description="Languages, one of which the report must be in"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="Least confidence of the proof")
    min_witnesses: int = Field(
        default=1,
        ge=1,
        le=20,
        description="Independent sources; an alert waits until it has so many, three days long",
    )
    send: Literal["at_once"] | Grouped | Digest = "at_once"
    quiet: Quiet | None = None
    per_hour: int | None = Field(
        default=None, ge=1, le=1000, description="Messages an hour; the rest comes as one"
    )
    mute_until: AwareDatetime | None = Field(default=None, description="Nothing is sent before; at most 30 days")
    severity: AlertSeverity | None = Field(default=None, description="How loud; none: by the kind of change")
    channels: list[ChannelName] = Field(min_length=1, description="Names of channels above")

    def applies(self, facts: AlertFacts) -> bool:
        """Whether an alert is one of this watch's."""
        return all(test(self, facts) for _, test in _TESTS)

    def refusal(self, facts: AlertFacts) -> str | None:
        """The first condition an alert does not meet, as the key of the file; None where it meets all."""
        return next((name for name, test in _TESTS if not test(self, facts)), None)

    def is_about(self, facts: AlertFacts) -> bool:
        """Whether a meeting itself is one this watch follows, whatever is reported of it: for its calendar."""
        return all(test(self, facts) for name, test in _TESTS if name in _OF_THE_MEETING)

    @property
    def urgency(self) -> int:
        """0 at once, 1 grouped, 2 as a digest: of two watches for one channel the more urgent one counts."""
        if self.send == "at_once":
            return 0
        return 1 if isinstance(self.send, Grouped) else 2


class AlertRule(StrictModel):
    """A watch as it was written before watches: by codes and ids, sent at once."""

    name: ChannelName
    changes: list[ChangeKind] = Field(
        default_factory=list, description="Kinds of change; none named: all changes of plan"
    )
    countries: list[Country] = Field(
        default_factory=list,
        description="Codes from config/gazetteer/countries.csv, as RU or NATO, that must all be parties",
    )
    people: list[Person] = Field(
        default_factory=list, description="Ids from config/gazetteer/people.csv, one of whom must take part"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="Least confidence of the proof")
    channels: list[ChannelName] = Field(min_length=1, description="Names of channels above")

    def as_watch(self) -> Watch:
        """The same as a watch."""
        return Watch(
            name=self.name,
            changes=self.changes,
            countries=list(self.countries),
            who=list(self.people),
            min_confidence=self.min_confidence,
            channels=self.channels,
        )


class Heartbeat(StrictModel):
    """A sign of life: a daily message in words, and a machine's beat to an outside watcher."""

    daily: Clock = Field(default="08:00", description="Local time of the daily message")
    zone: Zone = "UTC"
    channels: list[ChannelName] = Field(default_factory=list, description="Where the daily message goes")
    url_env: str | None = Field(
        default=None, description="Variable with the address that is asked every 5 minutes while all is well"
    )

    @field_validator("url_env")
    @classmethod
    def _a_variable(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
            raise ValueError("expected the name of an environment variable")
        return value


class Operator(StrictModel):
    """Who hears of wirewatch's own troubles, and of its being alive."""

    channels: list[ChannelName] = Field(
        default_factory=list, description="Channels for stalled, silent, dead, refused"
    )
    heartbeat: Heartbeat | None = None
    stalled_after: Duration = Field(default="2h", description="No new article for so long: ingest has stalled")


def duration(text: str) -> timedelta:
    """5m or 2h as a span of time."""
    return timedelta(hours=int(text[:-1])) if text.endswith("h") else timedelta(minutes=int(text[:-1]))


def clock(text: str) -> time:
    """08:00 as a time of day."""
    return time.fromisoformat(text)


_OF_THE_MEETING = frozenset({"countries", "who", "places", "topics"})
_TESTS: tuple[tuple[str, Callable[[Watch, AlertFacts], bool]], ...] = (
    ("changes", lambda w, f: f.kind in (w.changes or CHANGES_OF_PLAN)),
    ("countries", lambda w, f: set(w.countries) <= set(f.countries)),
    ("who", lambda w, f: not w.who or any(_meant(name, f.parties) for name in w.who)),
    ("places", lambda w, f: not w.places or f.place in w.places or f"cty:{f.place_country}" in w.places),
    ("topics", lambda w, f: not w.topics or not set(w.topics).isdisjoint(f.topics)),
    ("outlets", lambda w, f: not w.outlets or f.outlet.casefold() in {o.casefold() for o in w.outlets}),
    ("languages", lambda w, f: not w.languages or f.language in w.languages),
    ("min_confidence", lambda w, f: f.confidence >= w.min_confidence),
)


def _meant(wanted: str, parties: tuple[str, ...]) -> bool:
    """Whether a person or office takes part; off:.FM is the foreign minister of any country."""
    if wanted.startswith("off:."):
        return any(party.startswith("off:") and party.endswith(wanted[4:]) for party in parties)
    return wanted in parties
