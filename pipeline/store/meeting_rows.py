"""Rows of mentions and of meetings' states as the records they stand for, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from pipeline.records import (
    Evidence,
    MeetingMention,
    MeetingState,
    MeetingStatus,
    Participant,
    Place,
    Quote,
    Span,
    When,
)
from pipeline.store.articles import who_and_where


def state_of(row: RowMapping) -> MeetingState:
    """A row of meeting_version."""
    return MeetingState(
        status=MeetingStatus(row["status"]),
        participants=_participants(row["participants"]),
        countries=tuple(row["countries"]),
        place=_place(row),
        when=_when(row),
        previous=tuple(_previous(row["previous"])),
        format=row["format"],
        proof=row["proof_mention_id"],
        flags=tuple(row["flags"]),
        confidence=row["confidence"],
    )


def state_columns(state: MeetingState) -> dict[str, Any]:
    """What meeting_version keeps of a state."""
    when = state.when
    return {
        "status": state.status.value,
        **who_and_where(state),
        "edtf": when.edtf if when else None,
        "earliest": when.earliest if when else None,
        "latest": when.latest if when else None,
        "clock": when.time if when else None,
        "previous": [
            {"edtf": w.edtf, "earliest": str(w.earliest), "latest": str(w.latest), "clock": w.time}
            for w in state.previous
        ],
        "proof_mention_id": state.proof,
        "flags": list(state.flags),
        "confidence": state.confidence,
    }


def evidence_of_row(row: RowMapping) -> Evidence:
    """A row of meeting_mention with what the queries of store/meetings.py add to it."""
    mention = MeetingMention(
        status=MeetingStatus(row["status"]),
        participants=_participants(row["participants"]),
        countries=tuple(row["countries"]),
        place=_place(row),
        when=_when(row),
        previous_when=_when(row, "previous_"),
        format=row["format"],
        quote=Quote(row["quote"], Span(row["quote_field"], row["quote_start"], row["quote_end"])),
        rules=tuple(row["rules"]),
        confidence=row["confidence"],
        attribution=row["attribution"],
    )
    return Evidence(row["id"], mention, row["said_at"], row["url"], row["witness"], row["stands"])


def _participants(rows: Iterable[Mapping[str, Any]]) -> tuple[Participant, ...]:
    return tuple(Participant(**row) for row in rows)


def _place(row: RowMapping) -> Place | None:
    if row["place_name"] is None:
        return None
    return Place(row["place_name"], row["place_country"], row["place_is_city"])


def _when(row: RowMapping, prefix: str = "") -> When | None:
    if row[f"{prefix}edtf"] is None:
        return None
    return When(row[f"{prefix}edtf"], row[f"{prefix}earliest"], row[f"{prefix}latest"], row[f"{prefix}clock"])


def _previous(rows: Sequence[Mapping[str, Any]]) -> list[When]:
    return [
        When(row["edtf"], date.fromisoformat(row["earliest"]), date.fromisoformat(row["latest"]), row["clock"])
        for row in rows
    ]
