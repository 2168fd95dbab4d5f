"""fetch: get each article's page, politely; look again a few times while edits are likely."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.errors import FetchError
from pipeline.records import Response, Tally
from pipeline.stages.context import Context, drain, saving
from pipeline.store import work
from pipeline.store.outcomes import record_outcome
from pipeline.store.pages import (
    MAX_PAGE_BYTES,
    FetchTarget,
    body_hash,
    load_targets,
    save_page,
    touch_latest_version,
)
from pipeline.store.robots import load_robots, save_robots
from pipeline.store.work import Claim
from pipeline.web_client.client import WebClient

ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"
# Four of five edits fall in the first day (GDELT's difference graph); ages since the article was first seen.
LOOK_AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
# Long enough for a site that is down over a weekend.
RETRY = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)
_NO_PAGE = body_hash(b"")  # the stand-in for a page that could not be had
_TEXTUAL = ("text/", "application/xhtml", "application/xml")


def fetch(ctx: Context, now: datetime) -> Tally:
    """Fetch every page that is due; counts pages kept, unchanged, and failures by reason."""
    tally = Tally("fetch")

    def handle(claims: list[Claim]) -> None:
        with ctx.engine.connect() as conn:
            targets = load_targets(conn, [c.subject_id for c in claims])
        known = set(robots_texts)
        answers = web.gather(_get(web.client, targets[c.subject_id]) for c in claims)
        learned = {origin: text for origin, text in robots_texts.items() if origin not in known}
        with ctx.engine.begin() as conn:
            save_robots(conn, learned, now=now)
        for claimed, answer in zip(claims, answers, strict=True):
            target = targets[claimed.subject_id]
            with saving(ctx, claimed, now, tally) as conn:
                if isinstance(answer, BaseException) and not isinstance(answer, FetchError):
                    raise answer
                if isinstance(answer, FetchError):
                    reason = _save_failure(conn, ctx, claimed, target, answer, now)
                else:
                    reason = _save_page(conn, claimed, target, replace(answer, fetched_at=now), now)
                tally.count(reason)

    with ctx.engine.connect() as conn:
        robots_texts = load_robots(conn, now=now)
    with ctx.online(robots_texts) as web:
        drain(ctx, "fetch", now, tally, handle)
    return tally


async def _get(client: WebClient, target: FetchTarget) -> Response | FetchError:
    try:
        response = await client.get(
            target.url,
            max_bytes=MAX_PAGE_BYTES,
            accept=ACCEPT,
            etag=target.etag,
            last_modified=target.last_modified,
        )
    except FetchError as error:
        return error
    kind = response.headers.get("content-type", "")
    if response.status == 200 and kind and not kind.lower().startswith(_TEXTUAL):
        return FetchError("not_a_page", kind, retry=False, status=response.status)
    return response


def _save_page(conn: Connection, claimed: Claim, target: FetchTarget, response: Response, now: datetime) -> str:
    if response.status == 304 or body_hash(response.body) == target.body_hash:
        touch_latest_version(conn, target.id, now=now)
        reason = "not_modified" if response.status == 304 else "unchanged"
    else:
        page_id = save_page(conn, target.id, response)
        work.add(conn, "process", [page_id], due_at=now)
        reason = "fetched" if target.body_hash is None else "fetched_again"
    _look_again(conn, claimed, target, now)
    return reason


def _look_again(conn: Connection, claimed: Claim, target: FetchTarget, now: datetime) -> None:
    """Put the article back for its next look, or take it off the list after the last one."""
    later = [target.first_seen_at + age for age in LOOK_AGAIN if target.first_seen_at + age > now]
    if later:
        work.postpone(conn, claimed, due_at=later[0])
    else:
        work.finish(conn, claimed)


def _save_failure(
    conn: Connection, ctx: Context, claimed: Claim, target: FetchTarget, error: FetchError, now: datetime
) -> str:
    record_outcome(
        conn, "fetch", error.reason, now=now, article_id=target.id, subject=target.url, detail=error.detail
    )
    if error.retry and claimed.failures + 1 < ctx.settings.max_attempts:
        delay = RETRY[min(claimed.failures, len(RETRY) - 1)]
        if error.retry_after_s:
            delay = max(delay, min(timedelta(seconds=error.retry_after_s), timedelta(days=1)))
        work.postpone(conn, claimed, due_at=now + delay, failed=True)
        return error.reason
    if target.body_hash in (None, _NO_PAGE) and target.has_feed_text:
        # The page cannot be had, but the feed said something: "the visit is off" must not be lost to a paywall.
        stand_in = Response(target.url, target.url, error.status or 0, {}, b"", now, 0.0)
        work.add(conn, "process", [save_page(conn, target.id, stand_in)], due_at=now)
    if error.retry:
        record_outcome(
            conn, "fetch", "abandoned", now=now, article_id=target.id, subject=target.url, detail=str(error)
        )
    if error.retry and target.body_hash is not None:
        _look_again(conn, claimed, target, now)  # a page we know may come back
    else:
        work.finish(conn, claimed)
    return error.reason
