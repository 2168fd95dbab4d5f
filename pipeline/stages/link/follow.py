"""The meeting part of link: reports to their meetings, in the order they were published; one writer at a time.

One transaction per article version. An edited or withdrawn article has its meetings looked at again, and so has a
meeting whose day has passed.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from pipeline.meetings.follow.timeline import lapses_on
from pipeline.records import Tally
from pipeline.stages.link.assign_reports import Casebook
from pipeline.stages.link.record_state import advance
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import meetings, work
from pipeline.store.work import Claim


def follow(ctx: Context, now: datetime, tally: Tally) -> None:
    """Work off the texts whose clusters are known, then the meetings whose day is over."""
    book = Casebook()
    _follow_texts(ctx, book, now, tally)
    _let_lapse(ctx, book, now, tally)


def _follow_texts(ctx: Context, book: Casebook, now: datetime, tally: Tally) -> None:
    def handle(claims: list[Claim]) -> None:
        for claimed in claims:
            done = False
            with saving(ctx, claimed, now, tally) as conn:
                meetings.fence(conn)
                follow_text(conn, ctx, book, claimed.subject_id, now, tally)
                work.finish(conn, claimed)
                done = True
            if not done:
                book.forget()  # it may hold what was rolled back

    drain(ctx, "follow", now, tally, handle)


def follow_text(
    conn: Connection,
    ctx: Context,
    book: Casebook,
    version_id: int,
    now: datetime,
    tally: Tally,
    *,
    deliver: bool = True,
) -> None:
    """Link what one text reports, and look again at the meetings its article spoke of before."""
    touched = dict.fromkeys(meetings.meetings_of_article(conn, version_id))
    for meeting_id in touched:
        book.forget(meeting_id)
    for new in meetings.new_evidence(conn, version_id):
        for meeting_id in book.place(conn, new, now, tally):
            advance(conn, ctx, meeting_id, book.timeline(conn, meeting_id), now, tally, deliver=deliver)
    for meeting_id in touched:
        advance(conn, ctx, meeting_id, book.timeline(conn, meeting_id), now, tally, deliver=deliver)


def _let_lapse(ctx: Context, book: Casebook, now: datetime, tally: Tally) -> None:
    def handle(claims: list[Claim]) -> None:
        for claimed in claims:
            with saving(ctx, claimed, now, tally) as conn:
                meetings.fence(conn)
                timeline = book.timeline(conn, claimed.subject_id)
                due = lapses_on(timeline.state) if timeline.state else None
                if due is not None and due > now.date():  # it was moved
                    at = datetime.combine(due, datetime.min.time(), UTC)
                    work.postpone(conn, claimed, due_at=at)
                else:
                    advance(conn, ctx, claimed.subject_id, timeline, now, tally)
                    tally.count("meetings_lapsed", int(due is not None))
                    work.finish(conn, claimed)

    drain(ctx, "lapse", now, tally, handle)
