"""Article versions and everything derived from each: append-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from pipeline.records import Article, Findings, MeetingMention, Origin, TopicTag, When
from pipeline.store.fingerprints import save_fingerprint
from pipeline.store.meeting_rows import who_and_where
from pipeline.store.tables import article, article_version, meeting_mention, topic_tag, wire_origin

_COMPARED = 100  # versions; no real article has more


@dataclass(frozen=True, slots=True)
class KnownText:
    """A version, for comparison with a new text."""

    version_id: int
    page_id: int
    title: str
    body: str
    text_hash: bytes
    sense_hash: bytes
    kind: str
    text_source: str


def texts_of(conn: Connection, article_id: int) -> list[KnownText]:
    """The newest texts of an article, oldest first.

    Locks the article until the transaction ends.
    """
    lock_article(conn, article_id)
    rows = conn.execute(
        select(article_version)
        .where(article_version.c.article_id == article_id)
        .order_by(article_version.c.number.desc())
        .limit(_COMPARED)
    ).all()
    return [
        KnownText(
            row.id,
            row.page_id,
            row.title,
            row.body,
            bytes(row.text_hash),
            bytes(row.text_hash if row.sense_hash is None else row.sense_hash),
            row.kind,
            row.text_source,
        )
        for row in reversed(rows)
    ]


def lock_article(conn: Connection, article_id: int) -> None:
    """Lock an article until the transaction ends: two workers must not both make its next version."""
    conn.execute(select(article.c.id).where(article.c.id == article_id).with_for_update())


def save_findings(
    conn: Connection,
    article_id: int,
    page_id: int,
    findings: Findings,
    *,
    now: datetime,
    reprocessed: bool = False,
) -> int:
    """Save a new version with its fingerprint, topics and mentions; returns its id.

    Whether there is anything new to save is for `versions.judge` to say. `reprocessed`: the page was read before.
    """
    number: int = conn.scalars(
        select(func.coalesce(func.max(article_version.c.number), 0) + 1).where(
            article_version.c.article_id == article_id
        )
    ).one()
    published = findings.article.published_at or now
    version_id: int = conn.scalars(
        insert(article_version)
        .values(
            article_id=article_id,
            number=number,
            page_id=page_id,
            published_at=published,
            text_hash=findings.text_hash,
            sense_hash=findings.sense_hash,
            developing=findings.developing,
            first_seen_at=now,
            last_seen_at=now,
            **_text_columns(findings.article),
            reprocessed_at=now if reprocessed else None,
        )
        .returning(article_version.c.id)
    ).one()
    save_fingerprint(
        conn,
        version_id,
        findings.fingerprint,
        article_id=article_id,
        number=number,
        published=published,
        agency=findings.agency,
    )
    _save_origins(conn, version_id, findings.origins)
    _save_topics(conn, version_id, findings.topics, findings.topics_version, now=now)
    _save_mentions(conn, version_id, findings.mentions, findings.mentions_version)
    return version_id


def _text_columns(read: Article) -> dict[str, Any]:
    """The columns of a version taken from the article."""
    return {
        "title": clean(read.title),
        "body": clean(read.body),
        "byline": clean(read.byline),
        "published_source": read.published_source,
        "zone": read.zone,
        "language": read.language,
        "language_confidence": read.language_confidence,
        "extractor": read.extractor,
        "kind": read.kind,
        "text_source": read.text_source,
        "published_precision": read.published_precision,
        "published_offset": read.published_offset,
        "modified_at": read.modified_at,
        "kicker": clean(read.kicker),
        "section": clean(read.section),
        "agency": read.agency,
        "dateline_place": clean(read.dateline_place),
        "dateline_day": read.dateline_day,
        "posts": [
            [p.start, p.end, p.posted_at and p.posted_at.isoformat(), clean(p.headline)] for p in read.posts
        ],
    }


def clean(text: str) -> str:
    """PostgreSQL text cannot hold NUL; a space keeps every offset."""
    return text.replace("\x00", " ")


def _save_origins(conn: Connection, version_id: int, origins: Sequence[Origin]) -> None:
    rows = [
        {
            "version_id": version_id,
            "number": i,
            "agency": origin.agency,
            "role": origin.role,
            "rule": origin.rule,
            "confidence": origin.confidence,
            "field": origin.span.field,
            "evidence_start": origin.span.start,
            "evidence_end": origin.span.end,
            "evidence": clean(origin.evidence),
        }
        for i, origin in enumerate(origins, start=1)
    ]
    if rows:
        conn.execute(insert(wire_origin), rows)


def _save_topics(
    conn: Connection, version_id: int, tags: Sequence[TopicTag], rules_version: str, *, now: datetime
) -> None:
    rows = [
        {
            "version_id": version_id,
            "topic": tag.topic,
            "score": tag.score,
            "spans": [[s.field, s.start, s.end] for s in tag.spans],
            "rules_version": rules_version,
            "recorded_at": now,
        }
        for tag in tags
    ]
    if rows:
        conn.execute(insert(topic_tag), rows)


def _save_mentions(
    conn: Connection, version_id: int, mentions: Sequence[MeetingMention], rules_version: str
) -> None:
    rows = [
        _mention_row(mention) | {"version_id": version_id, "number": i, "rules_version": rules_version}
        for i, mention in enumerate(mentions, start=1)
    ]
    if rows:
        conn.execute(insert(meeting_mention), rows)


def _mention_row(mention: MeetingMention) -> dict[str, Any]:
    return {
        "status": mention.status.value,
        **who_and_where(mention),
        **_when_columns(mention.when),
        **_when_columns(mention.previous_when, "previous_"),
        "quote": clean(mention.quote.text),
        "quote_field": mention.quote.span.field,
        "quote_start": mention.quote.span.start,
        "quote_end": mention.quote.span.end,
        "rules": list(mention.rules),
        "confidence": mention.confidence,
        "attribution": mention.attribution,
        "scope": mention.scope,
        "reason": clean(mention.reason),
        "initiator": mention.initiator,
        "series": mention.series,
        "series_number": mention.series_number,
        "stated": {fact: [span.field, span.start, span.end] for fact, span in mention.stated},
    }


def _when_columns(when: When | None, prefix: str = "") -> dict[str, Any]:
    return {
        f"{prefix}edtf": when.edtf if when else None,
        f"{prefix}earliest": when.earliest if when else None,
        f"{prefix}latest": when.latest if when else None,
        f"{prefix}clock": when.time if when else None,
    }
