"""Take in the pages of an archive file, batch by batch: what was cut off goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection

from pipeline.archives.pages import ArchivedPage, ArchiveRecord
from pipeline.feeds.urls import address_key, canonical_url
from pipeline.records import Response, Tally
from pipeline.stages.running.context import Context
from pipeline.store import archives
from pipeline.store.archives import ImportProgress
from pipeline.store.outcomes import record_outcome
from pipeline.store.server import partitions
from pipeline.web_client.domains import registrable_domain

BATCH = 200  # records in one transaction

Reader = Callable[[Path], Iterable[ArchiveRecord]]


def import_archive(ctx: Context, path: Path, read: Reader, *, language: str, now: datetime) -> Tally:
    """Keep every page of a file and put it on the list of `process`; counts records by what became of them.

    Its news alerts no one. Each batch is one transaction with the number of records read, so an import that was
    killed goes on behind the last whole batch, and a file that was taken in whole is not read again.
    """
    tally = Tally("import")
    file, size = str(path.resolve()), path.stat().st_size
    with ctx.engine.connect() as conn:
        before = archives.progress_of(conn, file, size)
    if before.is_done:
        tally.count("file_known")
        return tally
    done = before.records
    records = islice(read(path), done, None)
    while batch := list(islice(records, BATCH)):
        for month in {record.fetched_at.replace(day=1) for record in batch if isinstance(record, ArchivedPage)}:
            partitions.ensure_all(ctx.engine, month)
        done += len(batch)
        with ctx.engine.begin() as conn:
            for record in batch:
                _take_in(conn, record, language, now, tally)
            archives.record_progress(conn, file, size, ImportProgress(done), now=now)
        if ctx.progress:
            ctx.progress("import", len(batch))
    with ctx.engine.begin() as conn:
        archives.record_progress(conn, file, size, ImportProgress(done, is_done=True), now=now)
    return tally


def _take_in(conn: Connection, record: ArchiveRecord, language: str, now: datetime, tally: Tally) -> None:
    reason, subject = _reason(conn, record, language, now)
    tally.count(reason)
    if reason != "pages":
        record_outcome(conn, "import", reason, now=now, subject=subject, detail="")


def _reason(conn: Connection, record: ArchiveRecord, language: str, now: datetime) -> tuple[str, str]:
    if not isinstance(record, ArchivedPage):
        return record.reason, record.subject
    try:
        url, key = canonical_url(record.url), address_key(record.url)
    except ValueError:
        return "bad_url", record.url
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host:
        return "bad_url", record.url
    if record.fetched_at > now:
        return "date_in_the_future", record.url
    feed_id = archives.archive_feed(conn, registrable_domain(host) or host, language, now=now)
    headers = {"content-type": record.content_type}
    response = Response(url, url, 200, headers, record.body, record.fetched_at, 0.0)
    return archives.add_page(conn, feed_id, key, response, now=now), record.url
