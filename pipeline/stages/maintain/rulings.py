"""Rulings by people about meetings: each with who and why, kept forever and stronger than any score.

Every ruling takes the timeline's lock and one transaction: evidence, ruling, new states and their alerts are saved
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from pipeline.errors import RulingError
from pipeline.records import Evidence, Tally
from pipeline.stages.link.assign_reports import ReportAssigner, uid_of
from pipeline.stages.link.record_state import record_state
from pipeline.stages.running.context import Context
from pipeline.store import meetings, rulings

WAIT_S = 60.0  # for a run of link that is under way


@dataclass
class Decision:
    """One decision on its way into the database."""

    conn: Connection
    ctx: Context
    who: str
    why: str
    now: datetime
    assigner: ReportAssigner = field(default_factory=ReportAssigner)
    tally: Tally = field(default_factory=lambda: Tally("meetings"))

    def merge(self, meeting_id: int, into: int) -> None:
        """Two records are one meeting: every report of the first belongs to the second."""
        meeting_id, into = self._known(meeting_id), self._known(into)
        if meeting_id == into:
            raise RulingError(f"meeting {meeting_id} is merged into {into} already")
        pieces = self._reports(meeting_id)
        self._apply("merge", meeting_id, into, {piece.id: into for piece in pieces}, pieces)
        meetings.merge_into(self.conn, meeting_id, into, now=self.now)

    def split(self, meeting_id: int, mention_ids: Sequence[int]) -> int:
        """Some reports of a meeting are of another one; returns the id of that new meeting. The rest stays."""
        meeting_id = self._known(meeting_id)
        pieces = {piece.id: piece for piece in self._reports(meeting_id)}
        self._must_hold(meeting_id, pieces, mention_ids)
        if len(set(mention_ids)) == len(pieces):
            raise RulingError(f"meeting {meeting_id} would be left without a report; nothing to split")
        first = min((pieces[i] for i in mention_ids), key=lambda piece: (piece.published_at, piece.id))
        made = meetings.create_meeting(self.conn, uid_of(first), now=self.now)
        pins = {i: made if i in set(mention_ids) else meeting_id for i in pieces}
        self._apply("split", meeting_id, made, pins, [pieces[i] for i in sorted(mention_ids)])
        return made

    def link(self, mention_ids: Sequence[int], meeting_id: int) -> None:
        """These reports are of that meeting."""
        meeting_id = self._known(meeting_id)
        pieces = [self._report(i) for i in mention_ids]
        self._apply("link", meeting_id, None, dict.fromkeys(mention_ids, meeting_id), pieces)

    def unlink(self, meeting_id: int, mention_ids: Sequence[int]) -> None:
        """These reports belong to no meeting: misread, or about something else."""
        meeting_id = self._known(meeting_id)
        pieces = {piece.id: piece for piece in self._reports(meeting_id)}
        self._must_hold(meeting_id, pieces, mention_ids)
        self._apply("unlink", meeting_id, None, dict.fromkeys(mention_ids), [pieces[i] for i in mention_ids])

    def dismiss(self, meeting_id: int, *, restore: bool = False) -> None:
        """This is not a meeting: it leaves the views and raises no alerts; later reports of it are added
        silently."""
        meeting_id = self._known(meeting_id)
        verb = "restore" if restore else "dismiss"
        if rulings.is_dismissed(self.conn, meeting_id) is not restore:
            raise RulingError(f"meeting {meeting_id} is {'not dismissed' if restore else 'dismissed already'}")
        self._record(verb, meeting_id, None, {})
        rulings.set_dismissed(self.conn, meeting_id, not restore)

    def _apply(
        self,
        verb: str,
        meeting_id: int,
        other_id: int | None,
        pins: Mapping[int, int | None],
        moved: Sequence[Evidence],
    ) -> None:
        ruling_id = self._record(verb, meeting_id, other_id, pins)
        touched: dict[int, None] = {}
        for piece in moved:
            touched |= dict.fromkeys(self.assigner.place(self.conn, piece, self.now, self.tally, home_known=True))
        for touched_id in touched:
            if rulings.standing_meeting(self.conn, touched_id) != touched_id:
                continue  # merged: its reports and its alerts are elsewhere
            timeline = self.assigner.timeline(self.conn, touched_id)
            record_state(self.conn, self.ctx, touched_id, timeline, self.now, self.tally, ruling_id=ruling_id)

    def _record(self, verb: str, meeting_id: int, other_id: int | None, pins: Mapping[int, int | None]) -> int:
        return rulings.record_ruling(
            self.conn, verb, meeting_id, other_id=other_id, pins=pins, who=self.who, why=self.why, now=self.now
        )

    def _known(self, meeting_id: int) -> int:
        if not meetings.exists(self.conn, meeting_id):
            raise RulingError(f"there is no meeting {meeting_id}; see `wirewatch meetings list`")
        return rulings.standing_meeting(self.conn, meeting_id)

    def _reports(self, meeting_id: int) -> tuple[Evidence, ...]:
        return self.assigner.timeline(self.conn, meeting_id).evidence

    def _report(self, mention_id: int) -> Evidence:
        found = meetings.report(self.conn, mention_id)
        if found is None:
            raise RulingError(f"there is no report {mention_id}; see `wirewatch meetings show`")
        return found

    def _must_hold(self, meeting_id: int, pieces: Mapping[int, Evidence], mention_ids: Sequence[int]) -> None:
        strange = sorted(set(mention_ids) - pieces.keys())
        if strange:
            raise RulingError(f"meeting {meeting_id} has no report {', '.join(map(str, strange))}")


@contextmanager
def deciding(ctx: Context, *, who: str, why: str, now: datetime) -> Iterator[Decision]:
    """Make one decision, alone with the timeline.

    Raises:
        RulingError: it cannot be made, or a run of link did not end in time; nothing is changed then.
    """
    if not who.strip() or not why.strip():
        raise RulingError("a ruling needs a person and a reason: --who and --why")
    with meetings.timeline_writer(ctx.engine, wait_s=WAIT_S) as mine:
        if not mine:
            raise RulingError("link is following meetings right now; try again in a minute")
        with ctx.engine.begin() as conn:
            meetings.fence(conn)
            yield Decision(conn, ctx, who.strip(), why.strip(), now)
