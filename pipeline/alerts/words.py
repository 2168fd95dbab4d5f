"""The words of the messages in one language, read from config/messages/<code>.yml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from pipeline.yaml_file import StrictModel

ChangeKind = Literal[
    "announced",
    "confirmed",
    "date_set",
    "rescheduled",
    "postponed",
    "cancelled",
    "will_not_attend",
    "reinstated",
    "at_risk",
    "contested",
    "place_changed",
    "participants_changed",
    "silently_edited",
    "held",
    "lapsed",
    "retracted",
]
# Announcements and outcomes: low in severity.
QUIET_KINDS: tuple[ChangeKind, ...] = (
    "announced",
    "confirmed",
    "date_set",
    "participants_changed",
    "held",
    "lapsed",
)
# Only for watches that ask for them by name: they change no plan.
NAMED_KINDS: tuple[ChangeKind, ...] = (*QUIET_KINDS, "at_risk", "place_changed", "silently_edited")
Cause = Literal[
    "ingest_stalled", "feed_silent", "delivery_dead", "channel_broken", "channel_away", "configuration_refused"
]
Label = Annotated[str, StringConstraints(min_length=1)]


class DateWording(StrictModel):
    """How days, moments and stretches of time are written."""

    day: Label
    moment: Label
    month: Label
    season: Label
    span: Label
    between: Label
    after: Label
    before: Label
    or_: str = Field(alias="or", min_length=1)
    local: Label
    weekdays: list[Label] = Field(min_length=7, max_length=7)
    months: list[Label] = Field(min_length=12, max_length=12, description="As they stand beside a day")
    months_alone: list[Label] = Field(min_length=12, max_length=12)
    seasons: list[Label] = Field(min_length=4, max_length=4)
    quarters: list[Label] = Field(min_length=4, max_length=4)


class Labels(StrictModel):
    """The label before each line of a message."""

    was: Label
    now: Label
    when: Label
    who: Label
    where: Label
    said_by: Label
    reason: Label
    initiator: Label
    text_before: Label
    reports: Label
    independent: Label
    against: Label
    stands: Label
    check: Label
    open: Label
    watch: Label
    mute: Label
    copy_of: Label
    listed_by: Label
    first_seen: Label
    confidence: Label
    sources: Label
    correction: Label
    replaces: Label
    takes_back: Label
    repeated: Label
    late: Label
    nothing: Label
    unknown_date: Label
    before_the_proof: Label
    after_the_proof: Label
    taken_back: Label
    also: Label
    resent: Label
    test: Label


class OperatorWords(StrictModel):
    """Messages about wirewatch itself."""

    title: Label
    heartbeat: Label
    unwell: Label
    feeds: Label
    silent: Label
    last_article: Label
    alerts_today: Label
    dead: Label
    configuration: Label
    never: Label
    causes: dict[Cause, Label]
    times: Label


class DigestWords(StrictModel):
    """Titles of several alerts in one message; {count} is their number."""

    title: Label
    muted: Label
    quiet: Label
    late: Label


class MessageWords(StrictModel):
    """One file of config/messages."""

    model_config = ConfigDict(title="wirewatch messages")

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    quotes: list[Label] = Field(min_length=2, max_length=2)
    dates: DateWording
    kinds: dict[ChangeKind, Label]
    became: dict[ChangeKind, Label]
    labels: Labels
    says: dict[str, Label]
    statuses: dict[str, Label]
    sides: dict[Literal["host", "guest", "third"], Label]
    voices: dict[Literal["official", "anonymous", "media"], Label]
    formats: dict[str, Label]
    languages: dict[str, Label]
    offices: dict[str, Label] = Field(description="By the role of config/gazetteer/offices.csv")
    operator: OperatorWords
    digest: DigestWords

    @model_validator(mode="after")
    def _complete(self) -> MessageWords:
        for name, said in (("kinds", self.kinds), ("became", self.became)):
            missing = set(ChangeKind.__args__) - set(said)  # type: ignore[attr-defined]
            if missing:
                raise ValueError(f"expected every kind of change in {name}, missing: {', '.join(sorted(missing))}")
        return self

    def quoted(self, text: str) -> str:
        """`text` between the quotation marks of the language."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"
