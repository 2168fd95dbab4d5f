"""One article for one page: what a page says its own address is, believed as far as that can be checked.

Templates say wrong things: every article of a site "is" its front page, or the first one of its section. Where the
address belongs to another article, both must have the same text and must not have been listed side by side.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from pipeline.dedupe.compare import ComparableText, relate
from pipeline.feeds.urls import address_key, stated_address
from pipeline.records import Findings
from pipeline.store import work
from pipeline.store.addresses import article_for, listed_together, settle_address
from pipeline.store.fingerprints import newest_fingerprint
from pipeline.store.outcomes import record_outcome
from pipeline.store.pages import RawPage


def belongs_to_another(conn: Connection, page: RawPage, findings: Findings, *, now: datetime) -> bool:
    """True if this page, whose article has no text yet, belongs to another article.

    The article then points there and is not fetched again. In any case the stated address is stored, so that a
    feed that lists it later refers to the same article.
    """
    stated = stated_address(page.final_url, *findings.article.stated_urls)
    if stated is None:
        return False
    key = address_key(stated)
    owner = article_for(conn, key)
    if owner is not None and owner != page.article_id:
        doubt = _doubt(conn, owner, page, findings)
        if doubt:
            _note(conn, page, "stated_address_doubted", f"{stated}: {doubt}", now)
            return False
    if settle_address(conn, page.article_id, key, "canonical", now=now) == page.article_id:
        return False
    work.drop(conn, "fetch", page.article_id)
    work.drop(conn, "refetch", page.article_id)
    _note(conn, page, "same_page", stated, now)
    return True


def _doubt(conn: Connection, owner: int, page: RawPage, findings: Findings) -> str:
    """Why the two cannot be taken for one; empty where they can."""
    if listed_together(conn, owner, page.article_id):
        return "one feed lists both"
    known = newest_fingerprint(conn, owner)
    if known is None:
        return "that page was not read yet"
    relation = relate(ComparableText(findings.fingerprint), ComparableText(known))
    return "" if relation and relation.is_copy else "that page says something else"


def _note(conn: Connection, page: RawPage, reason: str, detail: str, now: datetime) -> None:
    record_outcome(
        conn, "process", reason, now=now, article_id=page.article_id, subject=page.hints.url, detail=detail
    )
