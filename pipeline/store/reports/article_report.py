"""The trail that an article or a meeting left in the database, stage by stage: what `wirewatch why` tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, TextClause, text

Explanation = dict[str, Any]

_BY_ADDRESS = text("""
    SELECT id FROM store.article WHERE url = ANY(:addresses)
     UNION
    SELECT article_id FROM store.article_address WHERE address = ANY(:addresses)
     UNION
    SELECT article_id FROM store.feed_item WHERE url = ANY(:addresses)
     ORDER BY 1
""")
_MENTIONED = text("""
    SELECT o.stage, o.reason, f.key AS feed, o.detail, o.times, o.first_at, o.last_at
      FROM store.outcome o LEFT JOIN store.feed f ON f.id = o.feed_id
     WHERE o.subject = ANY(:addresses) OR strpos(o.subject || ' ' || o.detail, :subject) > 0
     ORDER BY o.last_at DESC LIMIT 20
""")
_FEEDS_OF_HOST = text("""
    SELECT f.key, f.url, f.enabled, f.last_success_at, f.last_error
      FROM store.feed f
     WHERE substring(f.url FROM '^https?://([^/?#:]+)') = :host
     ORDER BY f.key
""")
_ARTICLE = text("""
    SELECT a.id, a.url, a.first_seen_at, a.same_as, f.key AS feed, f.outlet
      FROM store.article a JOIN store.feed f ON f.id = a.feed_id WHERE a.id = :id
""")
_ARTICLE_PARTS = {
    "listed": text("""
        SELECT f.key AS feed, f.outlet, i.title, i.url, i.published_at, i.first_seen_at, i.last_seen_at,
               length(i.summary) AS summary_characters, length(i.content_html) AS content_characters
          FROM store.feed_item i JOIN store.feed f ON f.id = i.feed_id
         WHERE i.article_id = :id ORDER BY i.first_seen_at, i.id"""),
    "fetches": text("""
        SELECT fetched_at, stage, outcome, status, bytes, elapsed_ms, page_id, detail
          FROM store.page_fetch WHERE article_id = :id ORDER BY fetched_at, id"""),
    "addresses": text("""
        SELECT address, how, first_seen_at
          FROM store.article_address WHERE article_id = :id ORDER BY first_seen_at"""),
    "withdrawals": text("""
        SELECT withdrawn_at, reason, restored_at FROM store.withdrawal WHERE article_id = :id ORDER BY id"""),
    "texts": text("""
        SELECT v.id AS version_id, v.number, v.page_id, v.title, length(v.body) AS characters, v.byline,
               v.language, v.language_confidence, v.published_at, v.published_source, v.extractor, v.developing,
               v.first_seen_at, v.last_seen_at
          FROM store.article_version v WHERE v.article_id = :id ORDER BY v.number"""),
    "topics": text("""
        SELECT v.number AS text, t.topic, t.score, t.rules_version
          FROM store.topic_tag t JOIN store.article_version v ON v.id = t.version_id
         WHERE v.article_id = :id ORDER BY v.number, t.score DESC, t.topic"""),
    "copies": text("""
        SELECT c.dispatch_id, c.kind, c.found_in_other, c.jaccard, w.joined_at, c.other_url,
               (SELECT count(*) FROM store.wire_member o WHERE o.cluster_id = w.cluster_id) AS articles
          FROM store.wire_member w
          JOIN wirewatch.copies c ON c.article_id = w.article_id
         WHERE w.article_id = :id"""),
    "mentions": text("""
        SELECT v.number AS text, m.id AS mention_id, m.status, m.countries, m.place_name AS place, m.edtf AS date,
               m.quote, m.quote_field, m.quote_start, m.quote_end, m.rules, m.confidence, m.rules_version,
               e.meeting_id, e.score AS link_score, e.linked_at
          FROM store.meeting_mention m
          JOIN store.article_version v ON v.id = m.version_id
          LEFT JOIN store.meeting_evidence e ON e.mention_id = m.id
         WHERE v.article_id = :id ORDER BY v.number, m.number"""),
    "states": text("""
        SELECT s.meeting_id, s.number, s.status, s.change, s.edtf AS date, s.place_name AS place, s.recorded_at
          FROM store.meeting_version s
          JOIN store.meeting_mention m ON m.id = s.proof_mention_id
          JOIN store.article_version v ON v.id = m.version_id
         WHERE v.article_id = :id ORDER BY s.recorded_at, s.id"""),
    "alerts": text("""
        SELECT al.id AS alert_id, al.change, al.meeting_id, al.created_at, al.payload ->> 'quote' AS quote,
               d.channel, d.state, d.attempts, d.last_error, d.delivered_at
          FROM store.alert al
          JOIN store.meeting_mention m ON m.id = al.mention_id
          JOIN store.article_version v ON v.id = m.version_id
          LEFT JOIN store.alert_delivery d ON d.alert_id = al.id
         WHERE v.article_id = :id ORDER BY al.id, d.channel"""),
    "not_used": text("""
        SELECT stage, reason, detail, times, first_at, last_at
          FROM store.outcome WHERE article_id = :id ORDER BY first_at, id"""),
    "waiting": text("""
        SELECT w.stage, w.due_at, w.failures, w.leased_until IS NOT NULL AS in_work
          FROM store.work w
         WHERE (w.stage IN ('fetch', 'refetch') AND w.subject_id = :id)
            OR (w.stage = 'process' AND w.subject_id IN (SELECT id FROM store.page WHERE article_id = :id))
            OR (w.stage IN ('link', 'follow')
                AND w.subject_id IN (SELECT id FROM store.article_version WHERE article_id = :id))
         ORDER BY w.due_at"""),
}
_MEETING = text("SELECT id, uid, created_at FROM store.meeting WHERE id = :id")
_MEETING_PARTS = {
    "evidence": text("""
        SELECT m.id AS mention_id, f.outlet, a.id AS article_id, a.url, v.number AS text, v.published_at,
               v.first_seen_at, w.cluster_id AS dispatch_id, m.status, m.countries, m.place_name AS place,
               m.edtf AS date, m.previous_edtf AS previous_date, m.quote, m.quote_field, m.quote_start,
               m.quote_end, m.rules, m.confidence, m.rules_version, e.score AS link_score, e.linked_at,
               ARRAY(SELECT p ->> 'name' FROM jsonb_array_elements(m.participants) p) AS participants
          FROM store.meeting_evidence e
          JOIN store.meeting_mention m ON m.id = e.mention_id
          JOIN store.article_version v ON v.id = m.version_id
          JOIN store.article a ON a.id = v.article_id
          JOIN store.feed f ON f.id = a.feed_id
          LEFT JOIN store.wire_member w ON w.article_id = a.id
         WHERE e.meeting_id = :id
         ORDER BY CASE WHEN v.number = 1 THEN v.published_at
                       ELSE greatest(v.published_at, v.first_seen_at) END, m.id"""),
    "states": text("""
        SELECT s.number, s.sequence, s.status, s.change, s.edtf AS date, s.clock, s.place_name AS place, s.format,
               ARRAY(SELECT coalesce(d.en, p.who ->> 'name')
                    FROM jsonb_array_elements(s.participants) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number) AS participants,
               ARRAY(SELECT p ->> 'edtf' FROM jsonb_array_elements(s.previous) p) AS previous_dates,
               s.proof_mention_id, s.recorded_at
          FROM store.meeting_version s WHERE s.meeting_id = :id ORDER BY s.number"""),
    "alerts": text("""
        SELECT al.id AS alert_id, al.key, al.change, al.sequence, al.mention_id, al.created_at,
               d.channel, d.state, d.attempts, d.last_error, d.delivered_at
          FROM store.alert al LEFT JOIN store.alert_delivery d ON d.alert_id = al.id
         WHERE al.meeting_id = :id ORDER BY al.id, d.channel"""),
    "not_used": text("""
        SELECT o.stage, o.reason, o.detail, o.times, o.first_at, o.last_at
          FROM store.outcome o
         WHERE o.stage IN ('link', 'notify') AND (o.subject = :uid OR o.subject IN (
               SELECT a.url FROM store.meeting_evidence e JOIN store.meeting_mention m ON m.id = e.mention_id
                 JOIN store.article_version v ON v.id = m.version_id JOIN store.article a ON a.id = v.article_id
                WHERE e.meeting_id = :id))
         ORDER BY o.first_at, o.id"""),
}


def articles_at(conn: Connection, addresses: Sequence[str]) -> Sequence[int]:
    """The articles that are, or were listed, at one of these addresses."""
    return conn.scalars(_BY_ADDRESS, {"addresses": list(addresses)}).all()


def explain_unknown(conn: Connection, subject: str, addresses: Sequence[str], host: str) -> Explanation:
    """What is known of something that is no article: reasons that name it, and the feeds of its host."""
    return {
        "mentioned": _rows(conn, _MENTIONED, {"addresses": list(addresses), "subject": subject}),
        "feeds_of_host": _rows(conn, _FEEDS_OF_HOST, {"host": host}),
    }


def explain_article(conn: Connection, article_id: int) -> Explanation | None:
    """Everything that happened to an article; None if the number is unknown."""
    return _trail(conn, "article", _ARTICLE, _ARTICLE_PARTS, article_id)


def explain_meeting(conn: Connection, meeting_id: int) -> Explanation | None:
    """From each sentence that reports a meeting to its states and alerts; None if there is no such meeting."""
    return _trail(conn, "meeting", _MEETING, _MEETING_PARTS, meeting_id)


def _trail(
    conn: Connection, name: str, head: TextClause, parts: Mapping[str, TextClause], subject_id: int
) -> Explanation | None:
    found = _rows(conn, head, {"id": subject_id})
    if not found:
        return None
    values = {"id": subject_id} | ({"uid": found[0]["uid"]} if "uid" in found[0] else {})
    return {name: found[0]} | {
        part: _rows(conn, query, {key: values[key] for key in query.compile().params})
        for part, query in parts.items()
    }


def _rows(conn: Connection, query: TextClause, values: Mapping[str, object]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in conn.execute(query, values)]
