"""The story part of link: dispatches about one event side by side. Never merges copies or changes a witness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from pipeline.dedupe.stories import (
    STORY_LASTS,
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
        texts = [_read(lead, memory) for lead in leads]
        asked = [(rarest(text.weights), text.lead.published_at) for text in texts]
        grouping = _Grouping()
        for text, (terms, _), known in zip(
            texts, asked, stories.stories_nearby(conn, asked, STORY_LASTS), strict=True
        ):
            outcomes.append(grouping.place(text, terms, known))
        stories.save_stories(conn, grouping.changed.values(), grouping.joined, now=now)
        stories.keep_memory(conn, memory.documents, memory.stored())
    work.hand_on(conn, list(claims), {})
    return outcomes


@dataclass(frozen=True, slots=True)
class _Text:
    """A lead copy as stories compare it."""

    lead: LeadCopy
    names: frozenset[int]
    weights: dict[int, float]


def _read(lead: LeadCopy, memory: WordCounts) -> _Text:
    report = read_report(lead.title, lead.body)
    memory.learn(report)
    return _Text(lead, report.names, memory.weigh(report))


@dataclass
class _Grouping:
    """The stories of one batch; those changed by it replace the ones in the database."""

    changed: dict[int, StoryState] = field(default_factory=dict)
    joined: list[Joined] = field(default_factory=list)
    # Ids of changed stories by a term they have, or had.
    _by_term: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def place(self, text: _Text, terms: Sequence[int], known: Sequence[StoryState]) -> str:
        """Put a text into the nearest of the stories `known` to share one of `terms`, or of this batch's."""
        of_batch = [self.changed[i] for i in {i for term in terms for i in self._by_term.get(term, ())}]
        near = [story for story in known if story.id not in self.changed]
        near += [story for story in of_batch if not story.centroid.keys().isdisjoint(terms)]
        lead = text.lead
        found = nearest(text.weights, text.names, lead.published_at, near)
        if found is None:
            story, likeness = begun(lead.cluster_id, text.weights, lead.published_at), None
        else:
            story, likeness = joined(found[0], text.weights, lead.published_at), round(found[1], 3)
        self.changed[story.id] = stories.as_stored(story)
        for term in story.centroid:
            self._by_term[term].add(story.id)
        self.joined.append(Joined(lead.cluster_id, story.id, likeness, lead.published_at))
        return "stories_new" if found is None else "stories_continued"
