"""process: page -> article version, fingerprint, topics, meeting mentions. Pure work in parallel, then saved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.errors import ExtractError
from pipeline.records import Tally
from pipeline.stages.analysts import WORKER_FAILURES
from pipeline.stages.context import Context, drain, saving
from pipeline.store import work
from pipeline.store.articles import Analysis, save_analysis
from pipeline.store.outcomes import record_outcome
from pipeline.store.pages import RawPage, load_pages
from pipeline.store.work import Claim

MAX_TRIES = 2
RETRY_AFTER = timedelta(minutes=5)


def process(ctx: Context, now: datetime) -> Tally:
    """Analyse every page that is due; counts new articles, edits, unchanged texts and failures by reason."""
    tally = Tally("process")

    def handle(claims: list[Claim]) -> None:
        with ctx.engine.connect() as conn:
            pages = load_pages(conn, [c.subject_id for c in claims])
        results = ctx.analysts.analyse([pages[c.subject_id] for c in claims])
        for claimed, result in zip(claims, results, strict=True):
            page = pages[claimed.subject_id]
            with saving(ctx, claimed, now, tally) as conn:
                if isinstance(result, ExtractError):
                    tally.count(result.reason)
                    _save_failure(conn, claimed, page, result, now)
                else:
                    _save(conn, page, result, now, tally)
                    work.finish(conn, claimed)

    drain(ctx, "process", now, tally, handle)
    return tally


def _save(conn: Connection, page: RawPage, analysis: Analysis, now: datetime, tally: Tally) -> None:
    version_id = save_analysis(conn, page.article_id, page.id, analysis, now=now)
    if version_id is None:
        tally.count("text_unchanged")
        return
    for rejected in analysis.rejected:
        tally.count(rejected.reason)
        _count(conn, page, rejected.reason, rejected.detail, now)
    # In order of publication, as far as the texts are here: a change is understood best after its plan.
    published = analysis.article.published_at or now
    work.add(conn, "link", [version_id], due_at=min(published, now))
    tally.count("texts_new")
    tally.count("topic_tags", len(analysis.topics))
    tally.count("meeting_mentions", len(analysis.mentions))


def _save_failure(conn: Connection, claimed: Claim, page: RawPage, error: ExtractError, now: datetime) -> None:
    """Count the reason; a page whose worker died is tried again, since the machine may be to blame."""
    if error.reason in WORKER_FAILURES and claimed.failures + 1 < MAX_TRIES:
        work.postpone(conn, claimed, due_at=now + RETRY_AFTER, failed=True)
    else:
        work.finish(conn, claimed)
    _count(conn, page, error.reason, error.detail, now)


def _count(conn: Connection, page: RawPage, reason: str, detail: str, now: datetime) -> None:
    url = page.hints.url
    record_outcome(conn, "process", reason, now=now, article_id=page.article_id, subject=url, detail=detail)
