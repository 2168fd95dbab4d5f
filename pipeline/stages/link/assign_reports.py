"""Assign reports to meetings, in the order of publication, whatever the order of arrival.

A report that arrives in order is compared with the meetings in their current state, a late one with their state
when it was published; later reports that might now be assigned differently are then assigned again, in order. So
the meetings are the same as if everything had arrived in time.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from datetime import datetime, timedelta

import xxhash
from sqlalchemy import Connection

from pipeline.meetings.follow import linker
from pipeline.meetings.follow.display_names import Spelling, display_names
from pipeline.meetings.follow.linker import Candidate, Fit, Link
from pipeline.meetings.follow.timeline import PublicationKey, StateBefore, Timeline, moment_of
from pipeline.meetings.who.persons import name_key
from pipeline.records import Evidence, Tally
from pipeline.store import meetings, person_names, rulings
from pipeline.store.meetings import KnownMeeting

WINDOW = timedelta(days=linker.STALE_DAYS)  # what was written longer ago says nothing about this one


class ReportAssigner:
    """The meetings affected in one run. Only for the single writer of the timeline."""

    def __init__(self) -> None:
        self._timelines: dict[int, Timeline] = {}

    def timeline(self, conn: Connection, meeting_id: int) -> Timeline:
        """All reports of a meeting; read once a run, then kept up to date."""
        if meeting_id not in self._timelines:
            self._timelines[meeting_id] = Timeline(meetings.evidence_of(conn, meeting_id))
        return self._timelines[meeting_id]

    def ends_with(self, meeting_id: int, piece: Evidence) -> bool:
        """Whether a meeting that was read is known to have no report after this one."""
        return meeting_id in self._timelines and self._timelines[meeting_id].is_newest(piece)

    def forget(self, meeting_id: int | None = None) -> None:
        """Reload a meeting (None: all of them): its articles changed, or a transaction was rolled back."""
        if meeting_id is None:
            self._timelines.clear()
        else:
            self._timelines.pop(meeting_id, None)

    def place(
        self, conn: Connection, new: Evidence, now: datetime, tally: Tally, *, home_known: bool = False
    ) -> list[int]:
        """Link a report and relink what depends on it; returns the affected meetings, in order.

        `home_known`: it is already linked, and a person has now ruled on it.
        """
        home = meetings.home_of(conn, new.id) if home_known else None
        return _Placing(self, conn, now, tally).run(new, home)


class _Placing:
    """One new report and all that is decided again because of it."""

    def __init__(self, assigner: ReportAssigner, conn: Connection, now: datetime, tally: Tally) -> None:
        self._assigner, self._conn, self._now, self._tally = assigner, conn, now, tally
        self._touched: set[int] = set()
        self._created: set[int] = set()
        self._moved: dict[int, set[int]] = {}  # meetings that lost reports, and where to

    def run(self, new: Evidence, home: int | None) -> list[int]:
        queue: list[tuple[PublicationKey, int, Evidence, int | None]] = [(moment_of(new), new.id, new, home)]
        decided: set[int] = set()
        while queue:
            _, _, piece, home = heapq.heappop(queue)
            if piece.id in decided:
                continue
            decided.add(piece.id)
            if piece is not new:
                self._tally.count("evidence_reconsidered")
            nearby = meetings.meetings_nearby(self._conn, piece, window=WINDOW)
            target = self._decide(piece, home, nearby)
            if target == home and piece is not new:
                continue
            changed = [meeting_id for meeting_id in (home, target) if meeting_id is not None]
            ids = meetings.meetings_with_later_news(self._conn, piece, changed, window=WINDOW)
            for later, its_home in self._later(piece, ids):
                heapq.heappush(queue, (moment_of(later), later.id, later, its_home))
        self._keep_identities()
        return sorted(self._touched)

    def _later(self, piece: Evidence, ids: list[int]) -> list[tuple[Evidence, int | None]]:
        """What was published after a report in these meetings, or kept apart because of one of them."""
        ended = [meeting_id for meeting_id in ids if self._assigner.ends_with(meeting_id, piece)]
        return meetings.later_evidence(
            self._conn, piece, [one for one in ids if one not in ended], ids, window=WINDOW
        )

    def _decide(self, piece: Evidence, home: int | None, nearby: list[KnownMeeting]) -> int | None:
        """Put a report where it belongs; returns that meeting, None where it is kept apart."""
        pin = rulings.pin_of(self._conn, piece.id)
        if pin is not None:
            meetings.drop_possible(self._conn, piece.id)
            self._move(piece, home, pin.meeting_id, None)
            return pin.meeting_id
        link = linker.link(piece, self._candidates(piece, nearby))
        if link is not None and link.fit == Fit.SURE:
            target = link.meeting_id
        else:  # nothing is lost meanwhile: a report that may belong elsewhere is its own meeting until a ruling
            target = home if home is not None and self._begins(piece, home) else self._create(piece)
        self._move(piece, home, target, link)
        self._note(piece, link)
        return target

    def _candidates(self, piece: Evidence, nearby: list[KnownMeeting]) -> list[Candidate]:
        """The meetings in their state when the report was published."""
        known = {found.meeting_id: found for found in nearby}
        moment, oldest = moment_of(piece), piece.published_at - WINDOW
        candidates = []
        for meeting_id in sorted(known.keys() | self._created):
            found = known.get(meeting_id)
            touched = meeting_id in self._touched
            if found is not None and found.last_said_at < piece.published_at and not touched:
                stood: StateBefore | None = StateBefore(found.state, found.last_said_at, "")
            else:
                stood = self._assigner.timeline(self._conn, meeting_id).before(moment)
            if stood is not None and stood.said_at >= oldest:
                candidates.append(Candidate(meeting_id, stood.state, stood.said_at, stood.url))
        return candidates

    def _begins(self, piece: Evidence, meeting_id: int) -> bool:
        return self._assigner.timeline(self._conn, meeting_id).before(moment_of(piece)) is None

    def _create(self, piece: Evidence) -> int:
        meeting_id = meetings.create_meeting(self._conn, uid_of(piece), now=self._now)
        self._created.add(meeting_id)
        self._tally.count("meetings_new")
        return meeting_id

    def _move(self, piece: Evidence, home: int | None, target: int | None, link: Link | None) -> None:
        if target == home:
            return
        if home is not None:
            self._assigner.timeline(self._conn, home).remove(piece.id)
            self._touched.add(home)
            self._moved.setdefault(home, set())
            if target is None:
                meetings.detach(self._conn, piece.id)
            else:
                self._moved[home].add(target)
        if target is not None:
            timeline = self._assigner.timeline(self._conn, target)
            sure = link is not None and link.fit == Fit.SURE
            if sure and home is None:
                self._tally.count("evidence_added")
            if home is None:
                _note_names(self._conn, piece)
            meetings.attach(self._conn, piece, target, score=link.score if link and sure else None, now=self._now)
            timeline.add(piece)
            self._touched.add(target)

    def _note(self, piece: Evidence, link: Link | None) -> None:
        if link is None or link.fit == Fit.SURE:
            meetings.drop_possible(self._conn, piece.id)
            return
        meetings.note_possible(
            self._conn, piece.id, link.meeting_id, fit=link.fit.value, score=link.score, now=self._now
        )
        self._tally.count(f"link_{link.fit.value}")

    def _keep_identities(self) -> None:
        """A meeting that lost all its reports lives on where they are: under its own id if that meeting is new."""
        for emptied in sorted(self._moved):
            targets = self._moved[emptied]
            if len(self._assigner.timeline(self._conn, emptied)) or not targets:
                continue
            made = sorted(targets & self._created)
            if made:
                self._take_over(emptied, made[0])
            else:
                meetings.merge_into(self._conn, emptied, min(targets), now=self._now)
                self._touched.discard(emptied)
                self._tally.count("meetings_merged")

    def _take_over(self, old: int, made: int) -> None:
        for piece in self._assigner.timeline(self._conn, made).evidence:
            meetings.attach(self._conn, piece, old, score=None, now=self._now)
            self._assigner.timeline(self._conn, old).add(piece)
        meetings.delete_unrecorded(self._conn, made, old)
        self._assigner.forget(made)
        self._created.discard(made)
        self._touched.discard(made)
        self._tally.count("meetings_new", -1)
        for targets in self._moved.values():
            if made in targets:
                targets.discard(made)
                targets.add(old)


def _note_names(conn: Connection, piece: Evidence) -> None:
    """How one more report names people; it may change the name each is shown under."""
    people = {p.id: name_key(p.id) for p in piece.mention.participants if p.id.startswith("per:")}
    if people:
        chosen: dict[str, Mapping[str, str]] = {}
        for rows in person_names.count_spellings(conn, piece.id, people).values():
            spellings = [Spelling(row.language, row.name, row.texts) for row in rows]
            chosen |= {row.person_id: display_names(row.person_id, spellings) for row in rows}
        person_names.save_names(conn, chosen)


def uid_of(first: Evidence) -> str:
    """The same for the same first report, so that a replay gives the same calendar entries."""
    span = first.mention.quote.span
    return f"{xxhash.xxh3_64_hexdigest(f'{first.url}#{span.field}{span.start}'.encode())}@wirewatch"
