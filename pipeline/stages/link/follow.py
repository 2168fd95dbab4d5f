"""The meeting part of link: assign reports to meetings, in the order of publication; a single writer.

Each article version is one transaction. Meetings of an edited or withdrawn article are followed again, and so are
meetings whose day has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection

from pipeline.meetings.follow.silent_edits import silent_edits
from pipeline.meetings.follow.timeline import lapses_on
from pipeline.records import Tally
from pipeline.stages.link.assign_reports import ReportAssigner
from pipeline.stages.link.record_state import record_silent_edit, record_state
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import meetings, revisions, work
from pipeline.store.archives import is_archived
from pipeline.store.work import LeasedRow


def follow(ctx: Context, now: datetime, tally: Tally, *, until: Callable[[], bool] = lambda: False) -> None:
    """Work off the texts whose clusters are known, then the meetings whose day is over.

    Texts go in the order of publication, but for a backlog; `until` says after which batch to stop.
    """
    assigner = ReportAssigner()
    _follow_texts(ctx, assigner, now, tally, until)
    _let_lapse(ctx, assigner, now, tally)


def _follow_texts(
    ctx: Context, assigner: ReportAssigner, now: datetime, tally: Tally, until: Callable[[], bool]
) -> None:
    def handle(claims: list[LeasedRow]) -> int:
        for number, claimed in enumerate(claims):
            if ctx.stopping.is_set():
                return number
            done = False
            with saving(ctx, claimed, now, tally) as conn:
                meetings.fence(conn)
                is_news = not is_archived(conn, claimed.subject_id)
                follow_text(conn, ctx, assigner, claimed.subject_id, now, tally, deliver=is_news)
                work.finish(conn, claimed)
                done = True
            if not done:
                assigner.forget()  # it may hold what was rolled back
        return len(claims)

    drain(ctx, "follow", now, tally, handle, with_the_clock=True, until=until)


def follow_text(
    conn: Connection,
    ctx: Context,
    assigner: ReportAssigner,
    version_id: int,
    now: datetime,
    tally: Tally,
    *,
    deliver: bool = True,
) -> None:
    """Link the reports of one text, and follow again the meetings its article reported before."""
    touched = dict.fromkeys(meetings.meetings_of_article(conn, version_id))
    new_reports = meetings.new_evidence(conn, version_id)
    for meeting_id in touched:
        assigner.forget(meeting_id)
    for new in new_reports:
        for meeting_id in assigner.place(conn, new, now, tally):
            record_state(conn, ctx, meeting_id, assigner.timeline(conn, meeting_id), now, tally, deliver=deliver)
    for meeting_id in touched:
        record_state(conn, ctx, meeting_id, assigner.timeline(conn, meeting_id), now, tally, deliver=deliver)
    if new_reports and deliver:
        _tell_silent_edits(conn, ctx, version_id, now, tally)


def _tell_silent_edits(conn: Connection, ctx: Context, version_id: int, now: datetime, tally: Tally) -> None:
    """Raise an alert where the newest text contradicts the one before it without any notice of the change."""
    previous_id = revisions.silently_replaced(conn, version_id)
    if previous_id is None:
        return
    newest = [report for report in meetings.evidence_in(conn, version_id) if report.stands]
    for edit in silent_edits(meetings.evidence_in(conn, previous_id), newest):
        record_silent_edit(conn, ctx, edit, now, tally)


def _let_lapse(ctx: Context, assigner: ReportAssigner, now: datetime, tally: Tally) -> None:
    def handle(claims: list[LeasedRow]) -> None:
        for claimed in claims:
            with saving(ctx, claimed, now, tally) as conn:
                meetings.fence(conn)
                timeline = assigner.timeline(conn, claimed.subject_id)
                due = lapses_on(timeline.state) if timeline.state else None
                if due is not None and due > now.date():  # it was moved
                    at = datetime.combine(due, datetime.min.time(), UTC)
                    work.postpone(conn, claimed, due_at=at)
                else:
                    record_state(conn, ctx, claimed.subject_id, timeline, now, tally)
                    tally.count("meetings_lapsed", int(due is not None))
                    work.finish(conn, claimed)

    drain(ctx, "lapse", now, tally, handle)
