"""Articles and reports by number, for callers that read them page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

# The newest seconds wait: a lower number may still commit. A body is asked for by its article.
_ARTICLES = text("""
    SELECT article_id AS number, url, outlet, outlet_country, language, published_at, published_precision, title,
           byline, section, agency, kind, versions, first_seen_at, last_seen_at, dispatch_id, copy_kind, topics,
           withdrawn_at
      FROM wirewatch.articles
     WHERE article_id > :after AND (first_seen_at <= CAST(:now AS timestamptz) - interval '10 seconds'
                                    OR first_seen_at > :now)
     ORDER BY article_id LIMIT :limit
""")
# What is not linked yet, or was read later than such a text, waits.
_REPORTS = text("""
    SELECT mention_id AS number, meeting_id AS meeting, outlet, domain, language, written_by, said_by, status,
           scope, stance, participants, participant_ids, countries, format, date, clock, previous_date, place,
           place_country, quote, quote_field, quote_start, quote_end, confidence, rules, witness, published_at,
           seen_at, title, article_id AS article, url
      FROM wirewatch.reports
     WHERE mention_id > :after
       AND version_id < coalesce((SELECT min(subject_id) FROM store.work WHERE stage IN ('link', 'follow')),
                                 9223372036854775807)
     ORDER BY mention_id LIMIT :limit
""")


def articles_after(conn: Connection, *, after: int, limit: int, now: datetime) -> list[dict[str, Any]]:
    """The next articles with a text, without their bodies."""
    return [dict(row) for row in conn.execute(_ARTICLES, {"after": after, "limit": limit, "now": now}).mappings()]


def reports_after(conn: Connection, *, after: int, limit: int) -> list[dict[str, Any]]:
    """The next statements about meetings, each with its sentence."""
    return [dict(row) for row in conn.execute(_REPORTS, {"after": after, "limit": limit}).mappings()]
