"""JSON lines and CSV: one article a row, with its page (`html`) or its text."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TextIO

from pipeline.archives.pages import ArchivedPage, ArchiveRecord, UnusableRecord

COLUMNS = ("url", "published", "title", "text", "html", "language")
_HTML = "text/html; charset=utf-8"
_MOST_FIELD = 10 * 1024 * 1024


def read_jsonl(path: Path) -> Iterator[ArchiveRecord]:
    """One JSON object a line, .gz too: url and published, and html or text; title and language where known."""
    with _opened(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            yield _page(row, number) if isinstance(row, dict) else UnusableRecord("not_json", f"line {number}")


def read_csv(path: Path) -> Iterator[ArchiveRecord]:
    """The same with a row of column names first; columns of other names are passed over."""
    csv.field_size_limit(_MOST_FIELD)
    with _opened(path) as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield _page(row, number)


def _opened(path: Path) -> TextIO:
    opener: Callable[..., TextIO] = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8-sig", errors="replace", newline="")


def _page(row: Mapping[str, object], number: int) -> ArchiveRecord:
    fields = {name: str(row.get(name) or "") for name in COLUMNS}
    subject = fields["url"] or f"row {number}"
    at = _moment(fields["published"])
    if not fields["url"]:
        return UnusableRecord("no_url", subject)
    if at is None:
        return UnusableRecord("no_date", subject)
    if not (fields["html"] or fields["text"]):
        return UnusableRecord("no_text", subject)
    return ArchivedPage(fields["url"], at, _HTML, (fields["html"] or _made(fields, at)).encode("utf-8", "replace"))


def _made(fields: Mapping[str, str], at: datetime) -> str:
    """The page a text could have had, so that it is read like any other and can be read again."""
    title = escape(fields["title"])
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in fields["text"].splitlines() if line.strip())
    language = f' lang="{escape(fields["language"])}"' if fields["language"] else ""
    return (
        f"<!doctype html><html{language}><head><meta charset=utf-8><title>{title}</title>"
        f'<meta property="article:published_time" content="{at.isoformat()}"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


def _moment(text: str) -> datetime | None:
    """An ISO moment; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
