"""One record of an archive: a page with the moment it was had, or the reason why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as it was fetched then. `body` is decompressed."""

    url: str
    fetched_at: datetime
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class UnusableRecord:
    """A record that is no page: `reason` is counted, `subject` names the record."""

    reason: str
    subject: str


ArchiveRecord = ArchivedPage | UnusableRecord
