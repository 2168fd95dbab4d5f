"""WARC files, plain or gzip by record, as Common Crawl's CC-NEWS has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipeline.archives.pages import ArchivedPage, ArchiveRecord, UnusableRecord

MOST_BYTES = 10 * 1024 * 1024  # of one page, decompressed


def read_warc(path: Path) -> Iterator[ArchiveRecord]:
    """Every response of the file; other kinds of record (requests, metadata) are passed over in silence.

    A file that is cut off or damaged ends with one `archive_damaged` record.
    """
    with path.open("rb") as file:
        try:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    yield _page(record)
        except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
            yield UnusableRecord("archive_damaged", f"{path.name}: {type(error).__name__}")


def _page(record: Any) -> ArchiveRecord:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    at = _moment(record.rec_headers.get_header("WARC-Date"))
    if record.http_headers is None or at is None:
        return UnusableRecord("no_http_response", url)
    if record.http_headers.get_statuscode() != "200":
        return UnusableRecord("not_a_200", url)
    content_type = record.http_headers.get_header("Content-Type") or ""
    if "html" not in content_type.lower():
        return UnusableRecord("not_html", url)
    body = record.content_stream().read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return UnusableRecord("too_large", url)
    return ArchivedPage(url, at, content_type, body)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except ValueError:
        return None
