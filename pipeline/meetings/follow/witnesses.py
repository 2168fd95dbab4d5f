"""The witnesses of one meeting: their weight, those for and against the status, and those with another day."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.meetings.statuses import LIVE
from pipeline.meetings.when.ranges import disjoint
from pipeline.records import Evidence, MeetingMention, MeetingState, MeetingStatus, When

SEVERAL = 2  # this many independent witnesses outweigh one

_ATTRIBUTED, _UNATTRIBUTED = 0.7, 0.5  # weight of a witness with and without a named source


def is_official(said: MeetingMention) -> bool:
    """Whether an office of a side is named as the source."""
    return said.attribution.startswith("official: ")


def is_on(status: MeetingStatus) -> bool:
    """Whether a status says that the meeting takes place."""
    return status in LIVE or status == MeetingStatus.HELD


def _agrees(said: MeetingMention, state: MeetingState) -> bool:
    """Whether a report says of a meeting what its state says: on or off, and not on another day."""
    moved_to_nowhere = said.status == MeetingStatus.RESCHEDULED and said.when is None
    if (is_on(said.status) and not moved_to_nowhere) != is_on(state.status):
        return False
    return not (is_on(state.status) and disjoint(said.when, state.when))


@dataclass(slots=True)
class Voices:
    """The reports that say one thing. Copies of a dispatch are one voice, and so are the texts of one outlet."""

    texts: set[int] = field(default_factory=set)
    outlets: set[str] = field(default_factory=set)
    official: bool = False

    def add(self, piece: Evidence) -> None:
        """Hear one more report. One whose date cannot be right does not count."""
        if not piece.doubted:
            self.texts.add(piece.witness)
            self.outlets.add(_outlet(piece))
            self.official = self.official or is_official(piece.mention)

    @property
    def count(self) -> int:
        """How many of them are independent."""
        return min(len(self.texts), len(self.outlets))


@dataclass(slots=True)
class Weighing:
    """Who says what the present state says, who had said otherwise before, and who has since."""

    agree: Voices = field(default_factory=Voices)
    before: Voices = field(default_factory=Voices)
    since: Voices = field(default_factory=Voices)

    def turn(self) -> None:
        """Another state is the present one: who agreed with the last one is against it."""
        self.agree, self.before, self.since = Voices(), self.agree, Voices()

    def hear(self, piece: Evidence, state: MeetingState) -> None:
        """Take in a report beside the present state, which it may have brought about."""
        if piece.id == state.proof or _agrees(piece.mention, state):
            self.agree.add(piece)
        elif _outlet(piece) not in self.agree.outlets and piece.witness not in self.before.texts:
            self.since.add(piece)  # not a late copy of the old plan, nor the source of the change itself

    @property
    def counts(self) -> tuple[int, int]:
        """Independent witnesses for the present state, and against it."""
        against = Voices(self.before.texts | self.since.texts, self.before.outlets | self.since.outlets)
        return self.agree.count, against.count

    @property
    def share(self) -> float:
        """Of those who say what the present state says, 0..1; a source that does not count is half a witness."""
        told, against = self.counts
        return max(told, 0.5) / (max(told, 0.5) + against)

    @property
    def is_alone(self) -> bool:
        """Whether one source that is not an office of a side contradicts several, or only doubted dates do."""
        told, against = self.counts
        return not self.agree.official and (told < SEVERAL <= against or (told == 0 and against > 0))


def _outlet(piece: Evidence) -> str:
    return piece.outlet or f"witness {piece.witness}"


@dataclass(slots=True)
class Witnesses:
    """The independent witnesses of one meeting; copies of one dispatch are one."""

    _spoke: set[int] = field(default_factory=set)
    _doubts: dict[int, float] = field(default_factory=dict)  # by witness of the present status: how likely it errs
    _doubt: float = 1.0  # that all of them do
    _rivals: dict[When | None, dict[int, int]] = field(default_factory=dict)  # other days, by witness the proof

    def add(self, piece: Evidence) -> None:
        """Remember who has spoken."""
        self._spoke.add(piece.witness)

    def has_heard(self, piece: Evidence) -> bool:
        """Whether the witness of a report had spoken before."""
        return piece.witness in self._spoke

    @property
    def confidence(self) -> float:
        """That not all witnesses of the present status err."""
        return round(1 - self._doubt, 3)

    def believe(self, piece: Evidence) -> bool:
        """Take in a report of the present status; tells whether it makes that likelier."""
        said = piece.mention
        doubt = 1 - (_ATTRIBUTED if said.attribution else _UNATTRIBUTED) * said.confidence
        known = self._doubts.get(piece.witness, 1.0)
        if doubt >= known:
            return False
        self._doubts[piece.witness] = doubt
        self._doubt *= doubt / known
        return True

    def begin_status(self) -> None:
        """Start counting for a new current status."""
        self._doubts.clear()
        self._doubt = 1.0

    def name_day(self, piece: Evidence) -> dict[int, int]:
        """Take in a report of another day than the one known; all who name that day, by witness the proof."""
        told = self._rivals.setdefault(piece.mention.when, {})
        told[piece.witness] = piece.id
        return told

    def settle_day(self) -> None:
        """One of the days is the day: the others were named for the old plan."""
        self._rivals.clear()
