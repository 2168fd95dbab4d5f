"""Convert rows of reports and of meeting states to records, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlsplit

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

# The first version speaks for the day of publication; an edited text for the moment the edit was seen; a page read
# again for the moment of the text it was read as before. A date is doubted that lies after the first sight of the
# article, or days before it although its feed was polled in between: that text speaks for the moment it was seen.
_SHOWN = frozenset({"name_ru", "name_tr"})
EVIDENCE = """
    SELECT m.*, a.url, e.meeting_id, said.at AS said_at, dated.doubted,
           coalesce(w.cluster_id, -a.id) AS witness, origin.agency,
           NOT EXISTS (SELECT FROM store.withdrawal g WHERE g.article_id = a.id AND g.restored_at IS NULL)
               AND v.number = (SELECT max(number) FROM store.article_version WHERE article_id = a.id) AS stands
      FROM store.meeting_mention m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = v.article_id
     CROSS JOIN LATERAL (SELECT v.number = 1
                            AND (v.published_at > v.first_seen_at + interval '1 day'
                                 OR v.published_at < v.first_seen_at - interval '3 days'
                                    AND EXISTS (SELECT FROM store.poll p
                                                 WHERE p.feed_id = a.feed_id AND p.status IN (200, 304)
                                                   AND p.polled_at BETWEEN v.published_at + interval '1 day'
                                                                       AND v.first_seen_at - interval '1 day')
                                ) AS doubted) dated
     CROSS JOIN LATERAL (SELECT CASE WHEN dated.doubted THEN v.first_seen_at
                                     WHEN v.number = 1 THEN v.published_at
                                     WHEN v.reprocessed_at IS NULL THEN greatest(v.published_at, v.first_seen_at)
                                     ELSE greatest(v.published_at,
                                                   (SELECT min(first_seen_at) FROM store.article_version
                                                     WHERE article_id = a.id AND page_id = v.page_id
                                                       AND number > 1 AND reprocessed_at IS NULL)) END AS at) said
      LEFT JOIN store.wire_member w ON w.article_id = a.id
      LEFT JOIN LATERAL (SELECT min(o.agency) AS agency FROM store.wire_origin o
                          WHERE o.version_id = v.id AND o.role = 'origin' AND o.confidence >= 0.8
                         HAVING count(DISTINCT o.agency) = 1) origin ON true
      LEFT JOIN store.meeting_evidence e ON e.mention_id = m.id
"""


def state_of(row: RowMapping) -> MeetingState:
    """A row of meeting_version."""
    return MeetingState(
        status=MeetingStatus(row["status"]),
        participants=participants_of(row["participants"]),
        countries=tuple(row["countries"]),
        place=place_of(row),
        when=_when(row),
        previous=tuple(_previous(row["previous"])),
        format=row["format"],
        series=row["series"],
        series_number=row["series_number"],
        proof=row["proof_mention_id"],
        flags=tuple(row["flags"]),
        confidence=row["confidence"],
        absent=participants_of(row["absent"]),
        proofs=tuple(sorted(row["proofs"].items())),
        weight=(row["weight_for"], row["weight_against"]),
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
        "absent": stored(state.absent),
        "proofs": dict(state.proofs),
        "series": state.series,
        "series_number": state.series_number,
        "weight_for": state.weight[0],
        "weight_against": state.weight[1],
    }


def evidence_of_row(row: RowMapping) -> Evidence:
    """A row of EVIDENCE."""
    mention = MeetingMention(
        status=MeetingStatus(row["status"]),
        participants=participants_of(row["participants"]),
        countries=tuple(row["countries"]),
        place=place_of(row),
        when=_when(row),
        previous_when=_when(row, "previous_"),
        format=row["format"],
        quote=Quote(row["quote"], Span(row["quote_field"], row["quote_start"], row["quote_end"])),
        rules=tuple(row["rules"]),
        confidence=row["confidence"],
        attribution=row["attribution"],
        scope=row["scope"],
        reason=row["reason"],
        initiator=row["initiator"],
        series=row["series"],
        series_number=row["series_number"],
        stated=tuple((fact, Span(*place)) for fact, place in sorted(row["stated"].items())),
    )
    return Evidence(
        id=row["id"],
        mention=mention,
        published_at=row["said_at"],
        url=row["url"],
        witness=row["witness"],
        stands=row["stands"],
        agency=row["agency"],
        outlet=(urlsplit(row["url"]).hostname or "").removeprefix("www."),
        doubted=row["doubted"],
    )


def participants_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Participant, ...]:
    """The participants of a JSON column, in its order."""
    return tuple(Participant(**row) for row in rows)


def stored(people: Iterable[Participant]) -> list[dict[str, str | None]]:
    """Participants as a JSON column keeps them: names to show are looked up when they are read."""
    return [{key: value for key, value in asdict(p).items() if key not in _SHOWN} for p in people]


def place_of(row: RowMapping) -> Place | None:
    """The place of a row with place_name, place_country and place_is_city; None where it has none."""
    if row["place_name"] is None:
        return None
    return Place(row["place_name"], row["place_country"], bool(row["place_is_city"]))


def _when(row: RowMapping, prefix: str = "") -> When | None:
    if row[f"{prefix}edtf"] is None:
        return None
    return When(row[f"{prefix}edtf"], row[f"{prefix}earliest"], row[f"{prefix}latest"], row[f"{prefix}clock"])


def _previous(rows: Sequence[Mapping[str, Any]]) -> list[When]:
    return [
        When(row["edtf"], date.fromisoformat(row["earliest"]), date.fromisoformat(row["latest"]), row["clock"])
        for row in rows
    ]


def who_and_where(meeting: Any) -> dict[str, Any]:
    """The columns that a mention and a meeting's state share (both records have the same fields for them)."""
    place = meeting.place
    return {
        "participants": stored(meeting.participants),
        "participant_ids": [p.id for p in meeting.participants],
        "countries": list(meeting.countries),
        "place_name": place.name if place else None,
        "place_country": place.country if place else None,
        "place_is_city": place.is_city if place else None,
        "format": meeting.format,
    }
