"""The story part of link: dispatches about one event side by side. Never merges copies or changes a witness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from pipeline.dedupe.stories import (
    STORY_LASTS,
    Report,
    WordCounts,
    begun,
    joined,
    nearest,
    rarest,
    read_report,
)
from pipeline.errors import LeaseLostError
from pipeline.records import StoryState, Tally
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import stories, work
from pipeline.store.stories import Joined, LeadCopy
from pipeline.store.work import LeasedRow

BATCHES = 4  # what words are worth is written once a batch

log = structlog.get_logger(__name__)


def group_stories(ctx: Context, now: datetime, tally: Tally) -> None:
    """Put every lead copy that is due into its story; one process does it, the others leave it to that one."""

    def handle(claims: list[LeasedRow]) -> None:
        try:
            with ctx.engine.begin() as conn:
                outcomes = _group(conn, claims, now)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - logged below; one row must not stop the others: each is tried on its own
            level = log.warning if isinstance(error, LeaseLostError) else log.exception
            level("a batch of texts is put into stories one by one", error=str(error))
            outcomes = []
            for claimed in claims:
                with saving(ctx, claimed, now, tally) as conn:
                    outcomes += _group(conn, [claimed], now)
        for outcome in outcomes:
            tally.count(outcome)

    with stories.story_writer(ctx.engine) as mine:
        if mine:
            drain(ctx, "story", now, tally, handle, times=BATCHES)


def _group(conn: Connection, claims: Sequence[LeasedRow], now: datetime) -> list[str]:
    """Put the dispatches that the claimed texts lead into stories; what became of each."""
    leads = stories.new_leads(conn, [claimed.subject_id for claimed in claims])
    outcomes: list[str] = []
    if leads:
        memory = WordCounts(*stories.load_memory(conn))
        grouping = _Grouping(conn, memory)
        outcomes = [grouping.place(lead) for lead in leads]
        stories.save_stories(conn, grouping.changed.values(), grouping.joined, now=now)
        stories.keep_memory(conn, memory.documents, memory.stored())
    work.hand_on(conn, list(claims), {})
    return outcomes


@dataclass
class _Grouping:
    """The stories of one batch; those changed by it replace the ones in the database."""

    conn: Connection
    memory: WordCounts
    changed: dict[int, StoryState] = field(default_factory=dict)
    joined: list[Joined] = field(default_factory=list)

    def place(self, lead: LeadCopy) -> str:
        report = read_report(lead.title, lead.body)
        self.memory.learn(report)
        weights = self.memory.weigh(report)
        found = self._nearest(lead, report, weights)
        if found is None:
            story, likeness = begun(lead.cluster_id, weights, lead.published_at), None
        else:
            story, likeness = joined(found[0], weights, lead.published_at), round(found[1], 3)
        self.changed[story.id] = stories.as_stored(story)
        self.joined.append(Joined(lead.cluster_id, story.id, likeness, lead.published_at))
        return "stories_new" if found is None else "stories_continued"

    def _nearest(
        self, lead: LeadCopy, report: Report, weights: dict[int, float]
    ) -> tuple[StoryState, float] | None:
        terms = rarest(weights)
        known = stories.stories_nearby(self.conn, terms, lead.published_at, STORY_LASTS)
        asked = frozenset(terms)
        of_batch = [story for story in self.changed.values() if not asked.isdisjoint(story.centroid)]
        untouched = [story for story in known if story.id not in self.changed]
        return nearest(weights, report.names, lead.published_at, [*untouched, *of_batch])
