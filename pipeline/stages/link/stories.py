"""The story part of link: dispatches about one event side by side. Never merges copies or changes a witness."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from pipeline.dedupe.stories import STORY_LASTS, WordCounts, begun, joined, nearest, rarest, read_report
from pipeline.records import Tally
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import stories, work
from pipeline.store.stories import LeadCopy
from pipeline.store.work import LeasedRow

BATCHES = 4  # what words are worth is written once a batch


def group_stories(ctx: Context, now: datetime, tally: Tally) -> None:
    """Put every lead copy that is due into its story; one process does it, the others leave it to that one."""

    def handle(claims: list[LeasedRow]) -> None:
        with ctx.engine.connect() as conn:
            memory = WordCounts(*stories.load_memory(conn))
        for claimed in claims:
            with saving(ctx, claimed, now, tally) as conn:
                for lead in stories.new_leads(conn, [claimed.subject_id]):
                    tally.count(_place(conn, memory, lead, now))
                work.finish(conn, claimed)
        with ctx.engine.begin() as conn:
            stories.keep_memory(conn, memory.documents, memory.stored())

    with stories.story_writer(ctx.engine) as mine:
        if mine:
            drain(ctx, "story", now, tally, handle, times=BATCHES)


def _place(conn: Connection, memory: WordCounts, lead: LeadCopy, now: datetime) -> str:
    report = read_report(lead.title, lead.body)
    memory.learn(report)
    weights = memory.weigh(report)
    known = stories.stories_nearby(conn, rarest(weights), lead.published_at, STORY_LASTS)
    found = nearest(weights, report.names, lead.published_at, known)
    if found is None:
        story, likeness = begun(lead.cluster_id, weights, lead.published_at), None
    else:
        story, likeness = joined(found[0], weights, lead.published_at), round(found[1], 3)
    stories.save_story(conn, story, published=lead.published_at)
    stories.join_story(conn, lead.cluster_id, story.id, likeness, now=now)
    return "stories_new" if found is None else "stories_continued"
