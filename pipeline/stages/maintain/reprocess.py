"""reprocess: process kept pages again with today's extractor, rules and gazetteer; differences become new
versions.

New findings count from the moment of the text they replace, not from today. Their consequences are recorded and
alert no one: they were news when the page was fetched, and subscribers want to know what happens now.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from tempfile import TemporaryFile
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection

from pipeline.errors import ExtractError, ReprocessError
from pipeline.records import Findings, Tally
from pipeline.stages.link.assign_reports import ReportAssigner
from pipeline.stages.link.follow import follow_text
from pipeline.stages.link.record_state import record_state
from pipeline.stages.process.identity import belongs_to_another
from pipeline.stages.running.context import Context
from pipeline.store import meetings, reprocess_targets, work
from pipeline.store.articles import lock_article, save_findings
from pipeline.store.pages import RawPage, load_pages
from pipeline.store.reprocess_targets import RecordsMark, ReprocessTarget
from pipeline.versions.reprocess_difference import ComparedFindings, ComparedMention, FindingsChange, differences

WAIT_S = 60.0  # for a run of link that is under way
ReprocessStage = Literal["process", "link"]
_Batch = TypeVar("_Batch")


@dataclass
class Differences:
    """The report: counts, and what differs, text by text and meeting by meeting."""

    tally: Tally = field(default_factory=lambda: Tally("reprocess"))
    texts: list[dict[str, Any]] = field(default_factory=list)
    meetings: dict[int, dict[str, Any]] = field(default_factory=dict)
    alerts: list[dict[str, Any]] = field(default_factory=list)

    def add_text(self, url: str, changes: Sequence[FindingsChange]) -> None:
        """One text that is read otherwise now."""
        for change in changes:
            self.tally.count(change.kind)
        self.texts.append({"url": url, "changes": [f"{c.kind}: {c.what}".rstrip(": ") for c in changes]})

    def add_meetings(self, conn: Connection, since: RecordsMark) -> None:
        """What was recorded since; for a meeting that changed before, its first state is kept."""
        for row in reprocess_targets.meetings_since(conn, since):
            earlier = self.meetings.get(row["meeting_id"])
            old = {name: earlier[name] for name in earlier if name.startswith("old_")} if earlier else {}
            self.meetings[row["meeting_id"]] = row | old
        self.alerts += reprocess_targets.alerts_since(conn, since)


@dataclass(frozen=True, slots=True)
class _Anew:
    """A page that is read otherwise now."""

    target: ReprocessTarget
    page: RawPage
    findings: Findings


def reprocess(
    ctx: Context,
    now: datetime,
    *,
    since: datetime,
    until: datetime | None = None,
    stage: ReprocessStage = "process",
    feed: str | None = None,
    dry_run: bool = False,
) -> Differences:
    """Process pages fetched in [since, until) again (process), or link texts first seen then again (link).

    With `dry_run`, everything is processed first and the differences are kept in a file; then they are saved in
    one transaction that is rolled back. Nothing changes. Until that transaction ends, link waits, and so does a
    worker with a newer page of one of its articles: the lease may run out, and the worker retries.

    Raises:
        ReprocessError: there is no such feed, the times are in the wrong order, or link did not end in time.
    """
    return _Run(ctx, now, since, until or now, feed, dry_run).run(stage)


@dataclass
class _Run:
    ctx: Context
    now: datetime
    since: datetime
    until: datetime
    feed: str | None
    dry_run: bool
    found: Differences = field(default_factory=Differences)

    def run(self, stage: ReprocessStage) -> Differences:
        if self.since >= self.until:
            raise ReprocessError(f"there is no time between {self.since} and {self.until}")
        with self.ctx.engine.connect() as conn:
            if self.feed is not None and not reprocess_targets.feed_exists(conn, self.feed):
                raise ReprocessError(f"there is no feed {self.feed}; see `wirewatch feeds list`")
            window = (conn, self.since, self.until, self.feed)
            targets = reprocess_targets.pages_to_read(*window) if stage == "process" else []
            reports = reprocess_targets.reports_to_link(*window) if stage == "link" else []
        if stage == "process":
            self._read(targets)
        else:
            self._link(reports)
        tally = self.found.tally
        tally.count("meetings_changed", len(self.found.meetings))
        tally.count("alerts_recorded", len(self.found.alerts))
        return self.found

    def _read(self, targets: Sequence[ReprocessTarget]) -> None:
        found = self._differences(targets)
        if not self.dry_run:
            self._record(found, self._save)
            return
        with _put_off(found) as kept:  # all is read before the first article is locked
            self._record(kept, self._save)

    def _differences(self, targets: Sequence[ReprocessTarget]) -> Iterator[list[_Anew]]:
        for batch in _batches(targets, self.ctx.settings.batch):
            anew = self._differing(batch)
            if anew:
                yield anew
            if self.ctx.progress:
                self.ctx.progress("reprocess", len(batch))

    def _differing(self, batch: Sequence[ReprocessTarget]) -> list[_Anew]:
        """Process a batch again, and keep what differs from its previous findings."""
        kept = [target for target in batch if not target.let_go]
        self.found.tally.count("page_let_go", len(batch) - len(kept))
        with self.ctx.engine.connect() as conn:
            pages = load_pages(conn, [target.page_id for target in kept])
            then = reprocess_targets.earlier_findings(
                conn, [t.version_id for t in kept if t.version_id is not None]
            )
        found = []
        for target, result in zip(
            kept, self.ctx.page_workers.read([pages[target.page_id] for target in kept]), strict=True
        ):
            page = pages[target.page_id]
            self.found.tally.count("pages_read")
            if isinstance(result, ExtractError):
                if target.version_id is not None:  # what was read before stays
                    self.found.tally.count(f"no_longer_read_{result.reason}")
                    self.found.texts.append({"url": page.hints.url, "changes": [f"no longer read: {result}"]})
                continue
            if target.version_id is None:
                fallback, changes = page.hints.fetched_at, [FindingsChange("first_text", result.article.title)]
            else:
                before = _findings_before(*then[target.version_id])
                fallback = before.published_at
            read = replace(result.article, published_at=result.article.published_at or fallback)
            findings = replace(result, article=read)
            if target.version_id is not None:
                changes = list(differences(before, _findings_now(findings)))
            if changes:
                self.found.add_text(page.hints.url, changes)
                found.append(_Anew(target, page, findings))
        return found

    def _record(
        self, batches: Iterator[_Batch], save: Callable[[Connection, ReportAssigner, _Batch], None]
    ) -> None:
        """Each batch in a transaction of its own; in a dry run all of them in one."""
        for first in batches:
            with self._recording() as conn:
                for batch in chain([first], batches if self.dry_run else ()):
                    save(conn, ReportAssigner(), batch)

    def _save(self, conn: Connection, assigner: ReportAssigner, anew: Sequence[_Anew]) -> None:
        for one in anew:
            version_id = self._version(conn, one)
            if version_id is not None:
                follow_text(conn, self.ctx, assigner, version_id, self.now, self.found.tally, deliver=False)

    def _version(self, conn: Connection, one: _Anew) -> int | None:
        lock_article(conn, one.target.article_id)
        if reprocess_targets.newest_version(conn, one.target.article_id) != one.target.version_id:
            self.found.tally.count("changed_meanwhile")  # what was read since was read by today's rules
            return None
        first = one.target.version_id is None
        if first and belongs_to_another(conn, one.page, one.findings, now=self.now):
            self.found.tally.count("same_page")
            return None
        version_id = save_findings(
            conn, one.target.article_id, one.target.page_id, one.findings, now=self.now, reprocessed=True
        )
        if first:
            work.add(conn, "link", [version_id], due_at=self.now)  # it has no cluster yet
        self.found.tally.count("versions")
        return version_id

    def _link(self, reports: Sequence[int]) -> None:
        self._record(_batches(reports, self.ctx.settings.batch), self._relink)

    def _relink(self, conn: Connection, assigner: ReportAssigner, batch: Sequence[int]) -> None:
        for mention_id in batch:
            self._relink_report(conn, assigner, mention_id)
        if self.ctx.progress:
            self.ctx.progress("reprocess", len(batch))

    def _relink_report(self, conn: Connection, assigner: ReportAssigner, mention_id: int) -> None:
        piece = meetings.report(conn, mention_id)
        assert piece is not None
        home = meetings.home_of(conn, mention_id)
        touched = dict.fromkeys(assigner.place(conn, piece, self.now, self.found.tally, home_known=True))
        self.found.tally.count("reports_linked")
        if meetings.home_of(conn, mention_id) != home:
            self.found.tally.count("reports_moved")
        elif home is not None:
            touched[home] = None
        for meeting_id in touched:
            timeline = assigner.timeline(conn, meeting_id)
            record_state(conn, self.ctx, meeting_id, timeline, self.now, self.found.tally, deliver=False)

    @contextmanager
    def _recording(self) -> Iterator[Connection]:
        """One transaction, alone with the timeline, whose changes are reported; rolled back in a dry run."""
        with meetings.timeline_writer(self.ctx.engine, wait_s=WAIT_S) as mine:
            if not mine:
                raise ReprocessError("link is following meetings right now; try again, what is done is kept")
            with self.ctx.engine.connect() as conn:
                meetings.fence(conn)
                begin = reprocess_targets.mark(conn)
                yield conn
                self.found.add_meetings(conn, begin)
                if self.dry_run:
                    conn.rollback()
                else:
                    conn.commit()


@contextmanager
def _put_off(batches: Iterable[list[_Anew]]) -> Iterator[Iterator[list[_Anew]]]:
    """Read all batches, and give them again from a file: the pages of a year do not fit into memory."""
    with TemporaryFile() as file:
        count = 0
        for anew in batches:
            slim = [replace(one, page=replace(one.page, compressed=None)) for one in anew]  # they were read
            pickle.dump(slim, file)
            count += 1
        file.seek(0)
        yield (pickle.load(file) for _ in range(count))  # noqa: S301 - only this process can have written it


def _batches(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[i : i + size] for i in range(0, len(rows), size))


def _findings_now(findings: Findings) -> ComparedFindings:
    read = findings.article
    mentions = (
        ComparedMention(
            m.status.value,
            tuple(p.id for p in m.participants),
            m.countries,
            m.place.name if m.place else None,
            m.when.edtf if m.when else None,
            m.previous_when.edtf if m.previous_when else None,
            m.format,
            m.quote.text.replace("\x00", " "),
        )
        for m in findings.mentions
    )
    return ComparedFindings(
        findings.text_hash,
        read.published_at,
        (read.byline.replace("\x00", " "), read.kind, read.language, read.agency),
        frozenset(tag.topic for tag in findings.topics),
        frozenset(mentions),
    )


def _findings_before(row: Any, mentions: Sequence[Any]) -> ComparedFindings:
    found = (
        ComparedMention(
            m.status,
            tuple(m.participant_ids),
            tuple(m.countries),
            m.place_name,
            m.edtf,
            m.previous_edtf,
            m.format,
            m.quote,
        )
        for m in mentions
    )
    facts = (row.byline, row.kind, row.language, row.agency)
    return ComparedFindings(bytes(row.text_hash), row.published_at, facts, frozenset(row.topics), frozenset(found))
