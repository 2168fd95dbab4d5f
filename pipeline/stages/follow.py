"""The meeting part of link: evidence to its meeting, the meeting's state, and an alert where it changed.

One writer at a time, one transaction per article version: the evidence, the new state, the alert and its place
in the outbox land together or not at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import xxhash
from sqlalchemy import Connection

from pipeline.meetings import linker, timeline
from pipeline.meetings.linker import Candidate
from pipeline.meetings.timeline import Change
from pipeline.records import Evidence, MeetingState, Tally
from pipeline.stages.context import Context, drain, saving
from pipeline.store import alerts, meetings, work
from pipeline.store.outcomes import record_outcome
from pipeline.store.work import Claim

WINDOW = timedelta(days=60)  # what was written about a meeting longer ago says nothing about this one
STILL_NEWS = timedelta(days=3)


def follow(ctx: Context, now: datetime, tally: Tally) -> None:
    """Work off the texts whose clusters are known, in order of publication."""

    def handle(claims: list[Claim]) -> None:
        for claimed in claims:
            with saving(ctx, claimed, now, tally) as conn:
                meetings.fence(conn)
                for evidence in meetings.new_evidence(conn, claimed.subject_id):
                    _take_in(conn, ctx, evidence, now, tally)
                work.finish(conn, claimed)

    drain(ctx, "follow", now, tally, handle)


def _take_in(conn: Connection, ctx: Context, new: Evidence, now: datetime, tally: Tally) -> None:
    nearby = meetings.meetings_nearby(conn, new, window=WINDOW)
    link = linker.link(new, [Candidate(known.meeting_id, known.state, known.said_at) for known in nearby])
    if link is None:
        meeting_id = meetings.create_meeting(conn, _uid(new), now=now)
        tally.count("meetings_new")
    else:
        meeting_id = link.meeting_id
        tally.count("evidence_added")
    meetings.attach(conn, new.id, meeting_id, score=link.score if link else None, now=now)
    _advance(conn, ctx, meeting_id, timeline.fold(meetings.evidence_of(conn, meeting_id)), now, tally)


def _uid(first: Evidence) -> str:
    """The same for the same first report, so that a replay gives the same calendar entries."""
    span = first.mention.quote.span
    return f"{xxhash.xxh3_64_hexdigest(f'{first.url}#{span.field}{span.start}'.encode())}@wirewatch"


def _advance(
    conn: Connection, ctx: Context, meeting_id: int, state: MeetingState, now: datetime, tally: Tally
) -> None:
    """Record the meeting's state if it is new, and raise the alert if the difference is a change of plan."""
    before = meetings.latest_state(conn, meeting_id)
    if before and _says_the_same(before.state, state):
        return
    change = timeline.change(before.state if before else None, state)
    sequence = (before.sequence if before else 0) + (1 if change else 0)
    version_id = meetings.record_state(
        conn,
        meeting_id,
        state,
        number=before.number + 1 if before else 1,
        sequence=sequence,
        change=change.value if change else None,
        now=now,
    )
    if change is None:
        return
    facts = alerts.proof_facts(conn, meeting_id, state.proof)
    facts |= _what_changed(change, before.state if before else None, state)
    if _is_moot(state, facts["published_at"], now):
        tally.count("change_too_old")
        record_outcome(conn, "link", "change_too_old", now=now, subject=facts["url"], detail=facts["quote"])
        return
    alert_id = alerts.raise_alert(
        conn,
        meeting_id=meeting_id,
        meeting_version_id=version_id,
        sequence=sequence,
        change=change.value,
        mention_id=state.proof,
        key=f"{facts['meeting']}/{sequence}/{change.value}",
        payload=facts | {"published_at": facts["published_at"].isoformat()},
        now=now,
    )
    if alert_id is not None:
        tally.count(f"alert_{change.value}")
        _address(conn, ctx, alert_id, facts, state, now)


def _address(
    conn: Connection, ctx: Context, alert_id: int, facts: dict[str, Any], state: MeetingState, now: datetime
) -> None:
    """Put an alert on its way to the channels that config/alerts.yml names for it."""
    channels = ctx.configuration.alerts.channels_for(
        facts["change"],
        countries=state.countries,
        people=tuple(p.id for p in state.participants),
        confidence=facts["confidence"],
    )
    alerts.add_deliveries(conn, alert_id, channels, now=now)
    if not channels:
        record_outcome(
            conn, "link", "alert_without_channel", now=now, subject=facts["meeting"], detail=facts["quote"]
        )


def _is_moot(state: MeetingState, said_at: datetime, now: datetime) -> bool:
    """Old news of a day that is over: what a feed's archive brings on the first poll must not alarm anybody."""
    if now - said_at <= STILL_NEWS:
        return False
    planned = state.when or (state.previous[-1] if state.previous else None)
    return planned is None or planned.latest < now.date()


def _says_the_same(old: MeetingState, new: MeetingState) -> bool:
    """A stronger proof of the same state is not a new state."""
    return (old.status, old.when, old.previous, old.place, old.countries, old.format) == (
        new.status, new.when, new.previous, new.place, new.countries, new.format,
    ) and {p.id for p in old.participants} == {p.id for p in new.participants}  # fmt: skip


def _what_changed(change: Change, old: MeetingState | None, new: MeetingState) -> dict[str, Any]:
    """The meeting and its change as an alert tells it; dates are EDTF."""
    if change is Change.CANCELLED:
        was = new.when or (old.when if old else None)
    else:
        was = new.previous[-1] if new.previous else (old.when if old else None)
    return {
        "change": change.value,
        "format": new.format,
        "participants": [p.name for p in new.participants],
        "countries": list(new.countries),
        "place": new.place.name if new.place else None,
        "old_date": was.edtf if was else None,
        "new_date": new.when.edtf if new.when and change is Change.RESCHEDULED else None,
    }
