"""The content of an alert as it is known now: the change, its proof, its witnesses, the state of the meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from pipeline.records import MeetingStanding, Notice, Proof, SourceReport
from pipeline.store.meeting_rows import participants_of, place_of
from pipeline.store.person_names import shown

_ALERTS = text(f"""
    SELECT a.id AS alert_id, a.key, a.change, a.created_at, a.sequence, a.payload,
           (SELECT key FROM store.alert WHERE id = a.amends) AS amended_key,
           coalesce(m.merged_into, m.id) AS meeting_id, own.uid,
           s.format, s.countries, {shown("s.participants")} AS participants,
           s.place_name, s.place_country, s.place_is_city, s.clock,
           before.place_name AS old_place, {shown("before.participants")} AS old_participants,
           {shown("s.absent")} AS absent,
           n.quote, n.quote_field, n.quote_start, n.quote_end, n.rules, n.confidence, n.attribution,
           n.status AS says,
           n.clock AS said_clock, v.title, v.language, v.published_at, v.number AS version, f.outlet, ar.url,
           v.first_seen_at, f.url AS feed_url,
           ARRAY(SELECT DISTINCT t.topic FROM store.topic_tag t WHERE t.version_id = v.id ORDER BY 1) AS topics,
           now.status AS now_status, now.edtf AS now_edtf, now.clock AS now_clock, now.flags AS now_flags
      FROM store.alert a
      JOIN store.meeting m ON m.id = a.meeting_id
      JOIN store.meeting own ON own.id = coalesce(m.merged_into, m.id)
      JOIN store.meeting_version s ON s.id = a.meeting_version_id
      LEFT JOIN store.meeting_version before ON before.meeting_id = s.meeting_id AND before.number = s.number - 1
      JOIN store.meeting_mention n ON n.id = a.mention_id
      JOIN store.article_version v ON v.id = n.version_id
      JOIN store.article ar ON ar.id = v.article_id
      JOIN store.feed f ON f.id = ar.feed_id
      JOIN LATERAL (SELECT * FROM store.meeting_version
                     WHERE meeting_id = own.id ORDER BY number DESC LIMIT 1) now ON true
     WHERE a.id = ANY(:ids)
""")  # noqa: S608 - of constants
_REPORTS = text("""
    SELECT e.meeting_id, n.status, f.outlet, ar.url, v.published_at, v.article_id, w.witness,
           CASE WHEN lead.id <> ar.id THEN lead_feed.outlet END AS copy_of
      FROM store.meeting_evidence e
      JOIN wirewatch.witnesses w ON w.mention_id = e.mention_id
      JOIN store.meeting_mention n ON n.id = e.mention_id
      JOIN store.article_version v ON v.id = n.version_id
      JOIN store.article ar ON ar.id = v.article_id
      JOIN store.feed f ON f.id = ar.feed_id
      LEFT JOIN store.wire_member wm ON wm.article_id = ar.id
      LEFT JOIN store.wire_cluster wc ON wc.id = wm.cluster_id
      LEFT JOIN store.article lead ON lead.id = wc.lead_article_id
      LEFT JOIN store.feed lead_feed ON lead_feed.id = lead.feed_id
     WHERE e.meeting_id = ANY(:meetings)
     ORDER BY v.published_at, ar.id
""")
_PLANS = frozenset({"scheduled", "confirmed"})
_SUPPORT: Mapping[str, frozenset[str]] = {
    "postponed": frozenset({"postponed"}),
    "rescheduled": frozenset({"rescheduled"}),
    "cancelled": frozenset({"cancelled"}),
    "reinstated": _PLANS | {"rescheduled"},
    "contested": _PLANS,
    "will_not_attend": frozenset(),
    "at_risk": frozenset({"uncertain"}),
    "announced": _PLANS,
    "confirmed": frozenset({"confirmed"}),
    "held": frozenset({"held"}),
}
_OFF = frozenset({"cancelled", "postponed"})
# What contradicts a kind of change, whenever it is said; a mere plan only where it is said after the change.
_AGAINST: Mapping[str, frozenset[str]] = {
    "postponed": frozenset({"confirmed", "cancelled", "held"}),
    "rescheduled": frozenset({"confirmed", "cancelled"}),
    "cancelled": frozenset({"confirmed", "postponed", "held"}),
    "reinstated": _OFF,
    "contested": _OFF,
    "at_risk": frozenset({"confirmed"}),
    "announced": frozenset({"denied"}),
    "confirmed": _OFF | {"denied"},
    "held": _OFF,
}
_CHANGES_OF_PLAN = frozenset({"postponed", "rescheduled", "cancelled"})
_ODD = timedelta(days=1)  # between publication and first sight: a late archive, or a date that is not true
_RECENT = timedelta(days=7)  # before the proof; older words against it are history


def load_notices(conn: Connection, alert_ids: Sequence[int], *, now: datetime) -> dict[int, Notice]:
    """Alerts by id with everything a message may say of them."""
    rows = conn.execute(_ALERTS, {"ids": list(alert_ids)}).mappings().all()
    reports: dict[int, list[RowMapping]] = {row["meeting_id"]: [] for row in rows}
    for report in conn.execute(_REPORTS, {"meetings": list(reports)}).mappings():
        reports[report["meeting_id"]].append(report)
    return {row["alert_id"]: _notice(row, reports[row["meeting_id"]], now) for row in rows}


def _notice(row: RowMapping, reports: Sequence[RowMapping], now: datetime) -> Notice:
    payload: dict[str, Any] = row["payload"]
    kind = str(payload.get("retracts") or row["change"]) if row["change"] == "retracted" else str(row["change"])
    support = [r for r in reports if r["status"] in _SUPPORT.get(kind, {r["status"]}) | {row["says"]}]
    against = _objections(row, kind, reports)
    return Notice(
        alert_id=row["alert_id"],
        key=row["key"],
        kind=row["change"],
        created_at=row["created_at"],
        amends=row["amended_key"],
        retracts=payload.get("retracts"),
        meeting_id=row["meeting_id"],
        uid=row["uid"],
        sequence=row["sequence"],
        format=row["format"],
        countries=tuple(row["countries"]),
        participants=participants_of(row["participants"]),
        place=place_of(row),
        old_date=payload.get("old_date"),
        new_date=payload.get("new_date"),
        clock=row["clock"] or row["said_clock"],
        old_place=payload.get("old_place") or row["old_place"],
        old_participants=tuple(p["name"] for p in row["old_participants"] or ()),
        proof=_proof(row, payload),
        reports=len({r["article_id"] for r in support}),
        independent=len({r["witness"] for r in support}),
        sources=tuple(_report(r) for r in _one_each(support)),
        against=tuple(_report(r) for r in _one_each(against)),
        now=MeetingStanding(row["now_status"], row["now_edtf"], row["now_clock"], tuple(row["now_flags"]), now),
        topics=tuple(row["topics"]),
        absent=tuple(p["name"] for p in row["absent"]) or tuple(payload.get("absent") or ()),
        independent_against=len({r["witness"] for r in against}),
    )


def _objections(row: RowMapping, kind: str, reports: Sequence[RowMapping]) -> list[RowMapping]:
    """The reports that contradict a change; where it is contested, so do the plans before it."""
    since = None if row["payload"].get("contested") is True else row["published_at"]
    return [r for r in reports if _contradicts(r, kind, row["published_at"], plans_since=since)]


def _contradicts(report: RowMapping, kind: str, said_at: datetime, *, plans_since: datetime | None) -> bool:
    if report["published_at"] < said_at - _RECENT:
        return False
    counts = plans_since is None or report["published_at"] > plans_since
    plan = kind in _CHANGES_OF_PLAN and report["status"] == "scheduled" and counts
    return plan or report["status"] in _AGAINST.get(kind, frozenset())


def _one_each(reports: Sequence[RowMapping]) -> list[RowMapping]:
    """One report for each article, in the order of publication."""
    return list({report["article_id"]: report for report in reversed(reports)}.values())[::-1]


def _proof(row: RowMapping, payload: Mapping[str, Any]) -> Proof:
    reason = payload.get("reason") or ""
    off = row["first_seen_at"] - row["published_at"]
    return Proof(
        quote=row["quote"],
        language=row["language"] or "",
        field=row["quote_field"],
        start=row["quote_start"],
        end=row["quote_end"],
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        published_at=row["published_at"],
        version=row["version"],
        rules=tuple(row["rules"]),
        confidence=row["confidence"],
        attribution=row["attribution"],
        reason=reason if isinstance(reason, str) else str(reason.get("text") or ""),
        before=str(payload.get("text_before") or ""),
        initiator=str(payload.get("initiator") or ""),
        listed_in=row["feed_url"],
        first_seen=row["first_seen_at"] if row["version"] == 1 and abs(off) >= _ODD else None,
    )


def _report(row: RowMapping) -> SourceReport:
    return SourceReport(row["outlet"], row["url"], row["published_at"], row["status"], row["copy_of"])
