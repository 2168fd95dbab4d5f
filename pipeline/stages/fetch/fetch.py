"""fetch: get each article's page, politely. refetch: get known pages again, by a plan that thins out.

The two share all but their place in the queue: a first fetch never waits for a refetch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import Connection

from pipeline.errors import FetchError, NotNowError
from pipeline.records import Response, Tally
from pipeline.stages.fetch.next_fetch import planned_refetch
from pipeline.stages.running.concurrent_requests import Job, stream
from pipeline.stages.running.context import Context
from pipeline.store import work
from pipeline.store.fetch_log import GONE, FetchRecord, hosts_with_first_fetches, record_fetch
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
from pipeline.store.withdrawals import restore, withdraw
from pipeline.store.work import LeasedRow
from pipeline.versions.refetch_plan import PlannedFetch, RefetchReason
from pipeline.web_client.domains import registrable_domain, speaks_for

if TYPE_CHECKING:
    from pipeline.web_client.client import WebClient

ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"
# Long enough for a site that is down over a weekend.
RETRY = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)
CONFIRM_GONE = timedelta(minutes=15)  # a 404 may be a slip of the server; only a second one is believed
NOT_THERE_YET = timedelta(days=1)  # a page may be announced before every server of its site has it
TRUST_304 = timedelta(hours=20)  # then the page is asked for in full: not every 304 is true
GIVE_WAY_S = 60.0
GIVE_WAY_UP_TO = timedelta(hours=1)  # a first fetch that waits longer has other troubles
_TEXTUAL = ("text/", "application/xhtml", "application/xml")


def fetch(ctx: Context, now: datetime) -> Tally:
    """Fetch every page that is due for the first time, or whose feed entry changed; counts what came of it."""
    return _fetch_pages(ctx, "fetch", now)


def refetch(ctx: Context, now: datetime) -> Tally:
    """Fetch every page again that is due; counts the outcomes."""
    return _fetch_pages(ctx, "refetch", now)


def _fetch_pages(ctx: Context, stage: str, now: datetime) -> Tally:
    tally = Tally(stage)
    busy: set[str] = set()  # owners of hosts that owe us a first page

    def load(conn: Connection, ids: Sequence[int]) -> dict[int, FetchTarget]:
        if stage == "refetch":
            waiting = hosts_with_first_fetches(conn, since=now - GIVE_WAY_UP_TO, now=now)
            busy.clear()
            busy.update(map(_owner, waiting))
        return load_targets(conn, ids)

    async def ask(client: WebClient, target: FetchTarget) -> Response | FetchError:
        if _owner(urlsplit(target.url).netloc) in busy:
            raise NotNowError("gave_way", target.url, retry_after_s=GIVE_WAY_S)
        return await _get(client, target, now)

    def save(
        conn: Connection, claimed: LeasedRow, target: FetchTarget, answer: Response | FetchError, counted: Tally
    ) -> None:
        at = max(now, claimed.due_at)  # it may have been listed since this run began
        if isinstance(answer, FetchError):
            reason = _save_failure(conn, ctx, claimed, target, answer, at)
        else:
            reason = _save_page(conn, claimed, target, replace(answer, fetched_at=at), at)
        counted.count(reason)

    with ctx.engine.connect() as conn:
        robots_notes = load_robots(conn)
    known = dict(robots_notes)
    job = Job(
        stage,
        load=load,
        ask=ask,
        save=save,
        alone=lambda answer: isinstance(answer, Response),
        with_the_clock=stage == "fetch",
    )
    try:
        stream(ctx, job, now, tally, robots_notes)
    finally:
        with ctx.engine.begin() as conn:
            save_robots(conn, {name: note for name, note in robots_notes.items() if known.get(name) != note})
    return tally


def _owner(netloc: str) -> str:
    """What shares a pace: all hosts of one registrable domain."""
    return registrable_domain(netloc.partition(":")[0]) or netloc.lower()


async def _get(client: WebClient, target: FetchTarget, now: datetime) -> Response | FetchError:
    honest = target.last_in_full is not None and now - target.last_in_full < TRUST_304
    validators = {"etag": target.etag, "last_modified": target.last_modified} if honest else {}
    try:
        return await get_page(client, target.url, **validators)
    except FetchError as error:
        return error


async def get_page(
    client: WebClient, url: str, *, etag: str | None = None, last_modified: str | None = None
) -> Response:
    """An article's page.

    Raises:
        NotNowError, FetchError: as `client.get`, or with the reasons not_a_page, redirected_home.
    """
    response = await client.get(
        url, max_bytes=MAX_PAGE_BYTES, accept=ACCEPT, etag=etag, last_modified=last_modified
    )
    kind = response.headers.get("content-type", "")
    if response.status == 200 and kind and not kind.lower().startswith(_TEXTUAL):
        raise FetchError("not_a_page", kind, retry=False, status=response.status)
    if _is_home(response.final_url) and not _is_home(url):
        raise FetchError("redirected_home", response.final_url, retry=False, status=response.status)
    return response


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _save_page(
    conn: Connection, claimed: LeasedRow, target: FetchTarget, response: Response, now: datetime
) -> str:
    page_id = None
    if response.status == 304 or body_hash(response.body) == target.body_hash:
        touch_latest_version(conn, target.id, now=now)
        reason = "not_modified" if response.status == 304 else "unchanged"
    else:
        page_id = save_page(conn, target.id, response)
        work.add(conn, "process", [page_id], due_at=now, urgent=claimed.urgent)
        reason = "fetched_again" if target.was_had else "fetched"
    record = FetchRecord(claimed.stage, reason, response.status, len(response.body), response.elapsed_s, page_id)
    record_fetch(conn, target.id, record, now=now)
    if restore(conn, target.id, now=now):
        record_outcome(conn, "fetch", "page_restored", now=now, article_id=target.id, subject=target.url)
        reason = "restored"
    _put_back(conn, claimed, planned_refetch(conn, target.id, now=now))
    return reason


def _save_failure(
    conn: Connection, ctx: Context, claimed: LeasedRow, target: FetchTarget, error: FetchError, now: datetime
) -> str:
    record_outcome(
        conn, "fetch", error.reason, now=now, article_id=target.id, subject=target.url, detail=error.detail
    )
    record = FetchRecord(claimed.stage, error.reason, error.status, detail=error.detail)
    record_fetch(conn, target.id, record, now=now)
    if error.retry and claimed.failures + 1 < ctx.settings.max_attempts:
        delay = RETRY[min(claimed.failures, len(RETRY) - 1)]
        if error.retry_after_s:
            delay = max(delay, min(timedelta(seconds=error.retry_after_s), timedelta(days=1)))
        work.postpone(conn, claimed, due_at=now + delay, failed=True)
        if claimed.failures == 0 and target.body_hash is None:
            _let_the_feed_speak(conn, claimed, target, error, now)  # a flash must not wait for a site that is down
        return error.reason
    if error.retry:
        record_outcome(
            conn, "fetch", "abandoned", now=now, article_id=target.id, subject=target.url, detail=str(error)
        )
    if target.was_had:
        return _save_loss(conn, claimed, target, error, now)
    _let_the_feed_speak(conn, claimed, target, error, now)
    late = error.reason in GONE and now - target.first_seen_at < NOT_THERE_YET
    _put_back(conn, claimed, planned_refetch(conn, target.id, now=now) if late else None)
    return error.reason


def _let_the_feed_speak(
    conn: Connection, claimed: LeasedRow, target: FetchTarget, error: FetchError, now: datetime
) -> None:
    """Use the text of the outlet's feed if its page cannot be fetched: "the visit is off" must not be lost.

    A feed of another site never speaks for it.
    """
    if not target.has_feed_text:
        return
    if not speaks_for(target.feed_url, target.url):
        record_outcome(
            conn,
            "fetch",
            "feed_of_another_site",
            now=now,
            article_id=target.id,
            subject=target.url,
            detail=target.feed_url,
        )
        return
    stand_in = Response(target.url, target.url, error.status or 0, {}, b"", now, 0.0)
    page_id = save_page(conn, target.id, stand_in)
    work.add(conn, "process", [page_id], due_at=now, urgent=claimed.urgent)


def _save_loss(conn: Connection, claimed: LeasedRow, target: FetchTarget, error: FetchError, now: datetime) -> str:
    """A known page cannot be fetched any more: mark it withdrawn if that is certain, and retry in any case."""
    reason = error.reason
    if reason in GONE and target.last_outcome not in GONE and reason != "http_410":
        _put_back(conn, claimed, PlannedFetch(now + CONFIRM_GONE, RefetchReason.AGE))
        return reason
    if reason in GONE and withdraw(conn, target.id, reason, now=now):
        record_outcome(
            conn, "fetch", "page_withdrawn", now=now, article_id=target.id, subject=target.url, detail=reason
        )
        reason = "withdrawn"
    _put_back(conn, claimed, planned_refetch(conn, target.id, now=now))
    return reason


def _put_back(conn: Connection, claimed: LeasedRow, planned: PlannedFetch | None) -> None:
    """Put the article on the list of refetches, or take it off after the last one."""
    if planned is None:
        work.finish(conn, claimed)
    elif claimed.stage == "refetch":
        work.postpone(conn, claimed, due_at=planned.at)
    else:
        work.finish(conn, claimed)
        work.bring_forward(conn, "refetch", claimed.subject_id, due_at=planned.at)
