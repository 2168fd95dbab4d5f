"""Who has spoken of one meeting: how far they are believed together, and who names another day for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.records import Evidence, When

_ATTRIBUTED, _UNATTRIBUTED = 0.7, 0.5  # how far one witness is believed who says by whom it was told, or does not


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
        """Nobody has yet spoken of the status that is the present one from now on."""
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
