"""process: page -> article version, fingerprint, topics, meeting mentions. Pure work in parallel, then saved."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.dedupe.revision import Edited, revise
from pipeline.errors import ExtractError
from pipeline.meetings.statuses import CHANGES
from pipeline.records import Findings, MeetingStatus, Tally
from pipeline.stages.fetch.next_fetch import refetch_sooner
from pipeline.stages.process.identity import belongs_to_another
from pipeline.stages.running.context import Context, drain, saving
from pipeline.stages.running.page_workers import WORKER_FAILURES
from pipeline.store import work
from pipeline.store.articles import KnownText, save_findings, texts_of
from pipeline.store.outcomes import record_outcome
from pipeline.store.pages import RawPage, load_pages, touch_latest_version
from pipeline.store.revisions import save_revision
from pipeline.store.work import LeasedRow
from pipeline.text.kinds import is_whole
from pipeline.text.normalise import shape_hash
from pipeline.versions.new_version import JudgedText, Verdict, judge

_TICK_S = 0.5
_FAREWELL_S = 2.0  # for the page in hand when this process is to end: Airflow kills after five
MAX_TRIES = 2
RETRY_AFTER = timedelta(minutes=5)
_URGENT = CHANGES | {MeetingStatus.UNCERTAIN}
_SHARE = 0.25  # of a lease, in which pages are begun: what hangs for its two minutes then still ends within it


def process(ctx: Context, now: datetime) -> Tally:
    """Analyse every page that is due; counts new articles, edits, unchanged texts and failures by reason."""
    tally = Tally("process")

    def handle(claims: list[LeasedRow]) -> int:
        with ctx.engine.connect() as conn:
            pages = load_pages(conn, [c.subject_id for c in claims])
        done = 0
        with closing(_analysed(ctx, [pages[c.subject_id] for c in claims])) as results:
            for claimed, result in zip(claims, results, strict=False):  # what was not begun in time is given back
                page, at = pages[claimed.subject_id], max(now, claimed.due_at)  # it may be younger than this run
                with saving(ctx, claimed, at, tally) as conn:
                    if isinstance(result, ExtractError):
                        tally.count(result.reason)
                        _save_failure(conn, claimed, page, result, at)
                    else:
                        _save(conn, page, result, at, tally)
                        work.finish(conn, claimed)
                done += 1
        return done

    drain(ctx, "process", now, tally, handle, with_the_clock=True)
    return tally


def _analysed(ctx: Context, pages: Sequence[RawPage]) -> Generator[Findings | ExtractError, None, None]:
    """What is in each page, as soon as it is known; it ends early where there is no time to begin the rest.

    In the order given, because texts of one article must be saved in their order. Threads only wait here: two for
    each worker process, so that it always has a next page.
    """
    workers = ctx.page_workers  # made by this thread
    until = time.monotonic() + _SHARE * ctx.settings.lease_s

    def one(number: int, page: RawPage) -> Findings | ExtractError | None:
        begins = not ctx.stopping.is_set() and (number == 0 or time.monotonic() < until)
        return workers.read([page])[0] if begins else None

    waiting = ThreadPoolExecutor(2 * ctx.settings.workers, thread_name_prefix="process")
    try:
        for future in [waiting.submit(one, *numbered) for numbered in enumerate(pages)]:
            result = _in_time(ctx, future)
            if result is None:
                return
            yield result
    finally:
        # When this process is to end, its workers are ended next, and with them what is waited for.
        waiting.shutdown(wait=not ctx.stopping.is_set(), cancel_futures=True)


def _in_time(ctx: Context, future: Future[Findings | ExtractError | None]) -> Findings | ExtractError | None:
    """The result, however long it takes; None where this process is to end before that."""
    while not (ctx.stopping.is_set() and wait([future], _FAREWELL_S).not_done):
        if wait([future], _TICK_S).done:
            return future.result()
    return None


def _save(conn: Connection, page: RawPage, findings: Findings, now: datetime, tally: Tally) -> None:
    earlier = texts_of(conn, page.article_id)
    verdict = judge(_compared(page.id, findings), [_as_compared(text) for text in earlier])
    if verdict is Verdict.FIRST and belongs_to_another(conn, page, findings, now=now):
        tally.count("same_page")
        return
    tally.count(verdict.value)
    if verdict.is_current:
        touch_latest_version(conn, page.article_id, now=now)
    if verdict.is_new or verdict is Verdict.LESS_THAN_BEFORE:
        for rejected in findings.rejected:
            tally.count(rejected.reason)
            _count(conn, page, rejected.reason, rejected.detail, now)
    if not verdict.is_new:
        if verdict is not Verdict.UNCHANGED:
            _count(conn, page, verdict.value, "", now)
        return
    version_id = save_findings(conn, page.article_id, page.id, findings, now=now)
    _save_revision(conn, version_id, earlier[-1] if earlier else None, findings, now)
    # In order of publication, as far as the texts are here: a change is understood best after its plan.
    published = findings.article.published_at or now
    urgent = now - published < work.URGENT_FOR and any(mention.status in _URGENT for mention in findings.mentions)
    work.add(conn, "link", [version_id], due_at=min(published, now), urgent=urgent)
    refetch_sooner(conn, page.article_id, now=now)
    tally.count("topic_tags", len(findings.topics))
    tally.count("meeting_mentions", len(findings.mentions))


def _save_revision(
    conn: Connection, version_id: int, before: KnownText | None, findings: Findings, now: datetime
) -> None:
    """What the new text changed is recorded with it, as it was judged then."""
    read = findings.article
    old = Edited(before.title, before.body, read.language) if before else None
    made = revise(old, Edited(read.title, read.body, read.language))
    if made is not None:
        save_revision(conn, version_id, before.version_id if before else None, made, now=now)


def _compared(page_id: int, findings: Findings) -> JudgedText:
    read = findings.article
    return JudgedText(
        page_id,
        findings.text_hash,
        findings.sense_hash or findings.text_hash,
        shape_hash(read.title, read.body),
        is_whole(read.kind, read.text_source),
    )


def _as_compared(known: KnownText) -> JudgedText:
    return JudgedText(
        known.page_id,
        known.text_hash,
        known.sense_hash,
        shape_hash(known.title, known.body),
        is_whole(known.kind, known.text_source),
    )


def _save_failure(conn: Connection, claimed: LeasedRow, page: RawPage, error: ExtractError, now: datetime) -> None:
    """Count the reason; a page whose worker died is tried again, since the machine may be to blame."""
    if error.reason in WORKER_FAILURES and claimed.failures + 1 < MAX_TRIES:
        work.postpone(conn, claimed, due_at=now + RETRY_AFTER, failed=True)
    else:
        work.finish(conn, claimed)
    _count(conn, page, error.reason, error.detail, now)


def _count(conn: Connection, page: RawPage, reason: str, detail: str, now: datetime) -> None:
    url = page.hints.url
    record_outcome(conn, "process", reason, now=now, article_id=page.article_id, subject=url, detail=detail)
