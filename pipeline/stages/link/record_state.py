"""Record the new state of a meeting after its reports changed, and write its alerts.

This happens in the transaction of the reports: evidence, state, alert and deliveries are saved together or not
at all.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from pipeline.alerts.reconcile import reconcile
from pipeline.meetings.follow.changes import Flag
from pipeline.meetings.follow.developments import Development, developments
from pipeline.meetings.follow.silent_edits import SilentEdit
from pipeline.meetings.follow.timeline import Timeline, as_of, lapses_on, withdrawn
from pipeline.records import AlertFacts, MeetingChange, MeetingState, Tally, Told
from pipeline.stages.link.change_facts import since, stands, what_changed
from pipeline.stages.running.context import Context
from pipeline.store import alerts, deliveries, meetings, rulings
from pipeline.store.meetings import RecordedState
from pipeline.store.notices import load_notices
from pipeline.store.outcomes import record_outcome

STILL_NEWS = timedelta(days=3)
FLOOD = 20  # alerts on one host's word within the hour; no newsroom reports so many changes of plans
FLOOD_LASTS = timedelta(hours=1)


def record_state(
    conn: Connection,
    ctx: Context,
    meeting_id: int,
    timeline: Timeline,
    now: datetime,
    tally: Tally,
    *,
    ruling_id: int | None = None,
    deliver: bool = True,
) -> None:
    """Record the state of a meeting if it is new, and raise, amend or take back alerts.

    Without `deliver`, alerts are recorded, so that the change counts as alerted, but not delivered.
    """
    _StateRecorder(conn, ctx, meeting_id, now, tally, ruling_id, deliver).run(timeline)


def record_silent_edit(conn: Connection, ctx: Context, edit: SilentEdit, now: datetime, tally: Tally) -> None:
    """Raise an alert about a text that was changed without a notice, where a watch asks for that kind."""
    meeting_id = meetings.home_of(conn, edit.after.id)
    assert meeting_id is not None
    _StateRecorder(conn, ctx, meeting_id, now, tally, None, deliver=True).tell_edit(edit)


class _StateRecorder:
    def __init__(
        self,
        conn: Connection,
        ctx: Context,
        meeting_id: int,
        now: datetime,
        tally: Tally,
        ruling_id: int | None,
        deliver: bool,
    ) -> None:
        self._conn, self._ctx, self._now, self._tally = conn, ctx, now, tally
        self._meeting_id, self._ruling_id, self._deliver = meeting_id, ruling_id, deliver
        self._last: RecordedState | None = meetings.latest_state(conn, meeting_id)
        self._silent = rulings.is_dismissed(conn, meeting_id)

    def run(self, timeline: Timeline) -> None:
        state = timeline.state
        if state is None:
            last = self._last.state if self._last else None
            known = timeline.withdrawn_state if last is None else withdrawn(last)
            if known is None:  # made and emptied by the same report
                return
            state = known
        else:
            if (day := lapses_on(state)) is not None and day > self._now.date():
                meetings.lapse_on(self._conn, self._meeting_id, day)
            state = as_of(state, self._now.date())
        before = self._last.state if self._last else None
        told = alerts.told_of(self._conn, self._meeting_id)
        ledger = reconcile(timeline.changes, told, timeline.counted)
        for was, change in ledger.amended:
            self._tell(change, state, amends=was)
        for change in ledger.new:
            self._tell(change, state)
        for was in ledger.retracted:
            self._take_back(was, state)
        news = self._wanted(before, state)
        if ledger or self._last is None or not _says_the_same(self._last.state, state):
            self._record(state, None)
        for one, facts in news:
            self._tell_news(one.kind, one.proof, state, facts)

    def tell_edit(self, edit: SilentEdit) -> None:
        """The text before stands beside its proof, the text of today."""
        assert self._last is not None
        state = self._last.state
        facts = self._facts("silently_edited", edit.after.id, state, state)
        if facts is not None:
            old, new = edit.before.mention.when, edit.after.mention.when
            facts["old_date"], facts["new_date"] = old.edtf if old else None, new.edtf if new else None
            facts["text_before"] = edit.before.mention.quote.text
            self._tell_news("silently_edited", edit.after.id, state, facts)

    def _record(self, state: MeetingState, change: str | None, *, raise_by: int = 0) -> int:
        """Append a version; the next one is counted from it."""
        if not (change or raise_by) and self._last is not None and _says_the_same(self._last.state, state):
            return self._last.id
        number = self._last.number + 1 if self._last else 1
        sequence = (self._last.sequence if self._last else 0) + raise_by
        version_id = meetings.record_state(
            self._conn,
            self._meeting_id,
            state,
            number=number,
            sequence=sequence,
            change=change,
            ruling_id=self._ruling_id,
            now=self._now,
        )
        self._last = RecordedState(version_id, number, sequence, state)
        return version_id

    def _tell(self, change: MeetingChange, state: MeetingState, *, amends: Told | None = None) -> None:
        """Record a change as it was when it happened, and alert unless it is old news or no rule wants it."""
        version_id = self._record(change.after, change.kind, raise_by=self._step(change.kind, amends))
        facts = alerts.proof_facts(self._conn, self._meeting_id, change.proof) | what_changed(change)
        facts["since"] = since(change, state)
        facts["first_seen"] = change.before is None
        if facts["contested"]:
            facts["confidence"] = min(facts["confidence"], change.after.confidence)
        if amends is not None and amends.alert_id is not None:
            facts["amends"] = alerts.key_of(self._conn, amends.alert_id)
        elif self._silent:
            self._discard("meeting_dismissed", facts["meeting"], facts)
            return
        elif _is_moot(change.after, facts["published_at"], self._now):
            self._discard("change_too_old", facts["url"], facts)
            return
        self._raise(version_id, change.kind, change.proof, facts, amends)

    def _wanted(
        self, before: MeetingState | None, state: MeetingState
    ) -> list[tuple[Development, dict[str, Any]]]:
        """The developments some watch asks for by name; others leave no row: the states tell of them."""
        found = [(one, self._facts(one.kind, one.proof, before, state)) for one in developments(before, state)]
        return [(one, facts) for one, facts in found if facts is not None]

    def _facts(
        self, kind: str, proof: int, before: MeetingState | None, state: MeetingState
    ) -> dict[str, Any] | None:
        if self._silent or not self._deliver or not self._ctx.alerts.is_asked_for(kind):
            return None
        change = MeetingChange(kind, proof, before, state, frozenset({proof}))
        facts = alerts.proof_facts(self._conn, self._meeting_id, proof) | what_changed(change)
        asked = AlertFacts.of(
            state, kind, outlet=facts["outlet"], language=facts["language"] or "", confidence=facts["confidence"],
            topics=alerts.topics_of(self._conn, proof),
        )  # fmt: skip
        if not self._ctx.alerts.routes(asked):
            return None
        lapsed = lapses_on(state) if kind == "lapsed" else None
        said_at = datetime.combine(lapsed, datetime.min.time(), UTC) if lapsed else facts["published_at"]
        if _is_moot(state, said_at, self._now):
            self._discard("change_too_old", facts["url"], facts)
            return None
        if kind in ("announced", "date_set"):
            known = before.when if before else None
            facts["old_date"] = known.edtf if known else None
            facts["new_date"] = state.when.edtf if state.when else None
        return facts | {"since": None, "first_seen": False}

    def _tell_news(self, kind: str, proof: int, state: MeetingState, facts: dict[str, Any]) -> None:
        """One alert for each kind and number: where that is taken, the state is recorded again under the next."""
        assert self._last is not None
        if alerts.was_said(self._conn, self._meeting_id, self._last.sequence, kind):
            self._record(state, None, raise_by=1)
        self._raise(self._last.id, kind, proof, facts, None)

    def _step(self, kind: str, amends: Told | None) -> int:
        """A better word for a change keeps its number, unless that word was alerted under this number before.

        That happens when reports go back and forth: readers that use the number like iCalendar must see the last
        one win.
        """
        if amends is None:
            return 1
        number = self._last.sequence if self._last else 0
        return int(alerts.was_said(self._conn, self._meeting_id, number, kind))

    def _take_back(self, was: Told, state: MeetingState) -> None:
        """Retract an alert whose proof is gone, and give the state of the meeting without it."""
        assert was.alert_id is not None
        version_id = self._record(state, "retracted", raise_by=1)
        proof, facts = alerts.facts_of(self._conn, was.alert_id)
        now_is = None if Flag.WITHDRAWN in state.flags else stands(state)
        facts |= {"change": "retracted", "retracts": was.kind, "since": now_is, "first_seen": False}
        facts["amends"] = alerts.key_of(self._conn, was.alert_id)
        self._raise(version_id, "retracted", proof, facts, was)

    def _raise(
        self,
        version_id: int,
        kind: str,
        proof: int,
        facts: dict[str, Any],
        amends: Told | None,
    ) -> None:
        assert self._last is not None
        published_at = facts["published_at"]
        said_at = published_at.isoformat() if isinstance(published_at, datetime) else published_at
        recorded_only = {} if self._deliver and not self._silent else {"recorded_only": True}
        # Under this meeting's own name: the retracted alert may be about a record that was merged into it.
        key = f"{alerts.uid_of(self._conn, self._meeting_id)}/{self._last.sequence}/{kind}"
        raised = alerts.raise_alert(
            self._conn,
            meeting_id=self._meeting_id,
            meeting_version_id=version_id,
            sequence=self._last.sequence,
            change=kind,
            mention_id=proof,
            key=key,
            payload=facts | {"published_at": said_at} | recorded_only,
            amends=amends.alert_id if amends else None,
            now=self._now,
        )
        if raised is None:
            self._discard("alert_key_taken", key, facts)
        elif raised.new:
            self._tally.count(f"alert_{kind}" if amends is None or kind == "retracted" else "alert_amended")
            self._put_on_its_way(raised.id, facts, amends)

    def _put_on_its_way(self, alert_id: int, facts: dict[str, Any], amends: Told | None) -> None:
        """To the channels that want it, and those that got the alert it corrects; not where only recorded."""
        if not self._deliver:
            return
        if self._silent:
            self._discard("meeting_dismissed", facts["meeting"], facts)
            return
        if alerts.raised_on(self._conn, facts["url"], since=self._now - FLOOD_LASTS) > FLOOD:
            self._discard("outlet_floods", facts["url"], facts)  # recorded and counted, not sent
            return
        told = load_notices(self._conn, [alert_id], now=self._now)[alert_id].facts()
        channels = {route.channel: route.watch for route in self._ctx.alerts.routes(told)}
        if amends is not None and amends.alert_id is not None:
            channels |= dict(deliveries.channels_told(self._conn, amends.alert_id))
        deliveries.add(self._conn, channels.items(), alert_id=alert_id, now=self._now)
        if not channels:
            self._note("alert_without_channel", facts["meeting"], facts)

    def _discard(self, reason: str, subject: str, facts: dict[str, Any]) -> None:
        """Count changes that are not delivered, for this run and in the outcomes."""
        self._tally.count(reason)
        self._note(reason, subject, facts)

    def _note(self, reason: str, subject: str, facts: dict[str, Any]) -> None:
        record_outcome(self._conn, "link", reason, now=self._now, subject=subject, detail=facts["quote"])


def _is_moot(state: MeetingState, said_at: datetime, now: datetime) -> bool:
    """Old news of a day that is over: what a feed's archive brings on the first poll must not alarm anybody."""
    if now - said_at <= STILL_NEWS:
        return False
    planned = state.when or (state.previous[-1] if state.previous else None)
    return planned is None or planned.latest < now.date()


_SAID = attrgetter(
    "status", "when", "previous", "place", "countries", "format", "flags", "absent", "series", "series_number"
)  # fmt: skip


def _says_the_same(old: MeetingState, new: MeetingState) -> bool:
    """A stronger proof of the same state is not a new state."""
    people = ({person.id for person in state.participants} for state in (old, new))
    return _SAID(old) == _SAID(new) and next(people) == next(people)
