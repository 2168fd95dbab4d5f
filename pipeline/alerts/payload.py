"""Version 1 of the JSON document of an alert, for webhooks, files and the API. Schema: alert-1.schema.json.

Fields may be added; none is removed or narrowed within version 1.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from pipeline.alerts.dates import bounds
from pipeline.alerts.message import Sending
from pipeline.alerts.names import GazetteerNames
from pipeline.alerts.outside import host_of
from pipeline.alerts.parties import side_of
from pipeline.alerts.severity import severity_of
from pipeline.records import Notice, Participant, SourceReport

_Json = dict[str, Any]
SCHEMA_ID = "urn:wirewatch:schema:alert:1"
_SOURCES = 20


def schema() -> _Json:
    """The JSON Schema (draft 2020-12) of every document made here."""
    found: _Json = json.loads(files(__package__).joinpath("alert-1.schema.json").read_text(encoding="utf-8"))
    return found


def document(notice: Notice, names: GazetteerNames, sending: Sending = Sending()) -> _Json:  # noqa: B008 - frozen
    """The whole document: {schema, type, timestamp, data}."""
    return {
        "schema": SCHEMA_ID,
        "type": f"meeting.{notice.kind}",
        "timestamp": _moment(notice.created_at),
        "data": data(notice, names, sending),
    }


def digest(alerts: Sequence[_Json], *, title: str, now: datetime) -> _Json:
    """Several alerts in one document; `alerts` are the `data` of each."""
    return {
        "schema": SCHEMA_ID,
        "type": "digest",
        "timestamp": _moment(now),
        "data": {"title": title, "alerts": list(alerts)},
    }


def operator(cause: str, facts: _Json, *, now: datetime) -> _Json:
    """A document about wirewatch itself: heartbeat, test, or operator.<cause>."""
    kind = cause if cause in ("heartbeat", "test") else f"operator.{cause}"
    return {"schema": SCHEMA_ID, "type": kind, "timestamp": _moment(now), "data": facts}


def data(notice: Notice, names: GazetteerNames, sending: Sending = Sending()) -> _Json:  # noqa: B008 - frozen
    """One alert: what changed, its source, who else reports it, and the state of the meeting."""
    return {
        "alert": {
            "id": notice.alert_id,
            "key": notice.key,
            "severity": sending.severity or severity_of(notice.kind),
            "watch": sending.watch,
            "amends": notice.amends if notice.kind != "retracted" else None,
            "retracts": notice.amends if notice.kind == "retracted" else None,
            "possibly_repeated": sending.repeated,
            "attempt": sending.attempt,
        },
        "meeting": _meeting(notice, names, sending),
        "change": _change(notice, names),
        "proof": _proof(notice),
        "witnesses": {
            "reports": notice.reports,
            "independent": notice.independent,
            "list": [_report(report) for report in notice.sources[:_SOURCES]],
        },
        "against": [
            _report(report)
            | {"says": report.status, "before_the_proof": report.published_at <= notice.proof.published_at}
            for report in notice.against[:_SOURCES]
        ],
        "now": {
            "status": notice.now.status,
            "date": _when(notice.now.edtf, notice.now.clock),
            "flags": list(notice.now.flags),
            "as_of": _moment(notice.now.as_of),
        },
        "check": {
            "command": f"wirewatch meetings show {notice.meeting_id}",
            "url": f"{sending.site}/meetings/{notice.meeting_id}" if sending.site else None,
        },
    }


def _meeting(notice: Notice, names: GazetteerNames, sending: Sending) -> _Json:
    host = notice.place.country if notice.place and notice.place.country in notice.countries else None
    return {
        "uid": notice.uid,
        "number": notice.meeting_id,
        "sequence": notice.sequence,
        "format": notice.format,
        "status": notice.now.status,
        "countries": list(notice.countries),
        "host": host,
        "place": {
            "name": names.all_of(f"city:{notice.place.name}", notice.place.name),
            "country": notice.place.country,
        }
        if notice.place
        else None,
        "participants": [_participant(p, names) for p in notice.participants],
        "topics": list(notice.topics),
        "url": f"{sending.site}/meetings/{notice.meeting_id}" if sending.site else None,
    }


def _participant(person: Participant, names: GazetteerNames) -> _Json:
    return {
        "id": person.id,
        "name": {"ru": person.name_in("ru"), "tr": person.name_in("tr")} | names.all_of(person.id, person.name),
        "office": person.office,
        "country": person.country,
        "role": person.role,
    }


def _change(notice: Notice, names: GazetteerNames) -> _Json:
    voice, _, said = notice.proof.attribution.partition(": ")
    country = names.side(said, notice.countries) if said else None
    return {
        "kind": notice.kind,
        "date": {"old": _when(notice.old_date, None), "new": _when(notice.new_date, notice.clock)},
        "place": {"old": notice.old_place, "new": notice.place.name if notice.place else None},
        "participants_before": list(notice.old_participants),
        "absent": list(notice.absent),
        "said_by": {
            "text": said,
            "voice": voice,
            "country": country,
            "side": side_of(country, notice) if country else None,
        }
        if said
        else None,
        "reason": {"text": notice.proof.reason, "language": notice.proof.language}
        if notice.proof.reason
        else None,
        "confidence": round(notice.proof.confidence, 3),
    }


def _proof(notice: Notice) -> _Json:
    proof = notice.proof
    return {
        "quote": {
            "text": proof.quote,
            "language": proof.language,
            "field": proof.field,
            "start": proof.start,
            "end": proof.end,
        },
        "outlet": proof.outlet,
        "outlet_domain": host_of(proof.url),
        "title": proof.title,
        "url": proof.url,
        "published": _moment(proof.published_at),
        "article_version": proof.version,
        "rules": list(proof.rules),
        **({"text_before": proof.before} if proof.before else {}),
    }


def _report(report: SourceReport) -> _Json:
    return {
        "outlet": report.outlet,
        "url": report.url,
        "published": _moment(report.published_at),
        "copy_of": report.copy_of,
    }


def _when(edtf: str | None, clock: str | None) -> _Json | None:
    if edtf is None:
        return None
    said = bounds(edtf)
    return {
        "edtf": edtf,
        "from": said.first.isoformat() if said.first else None,
        "to": said.last.isoformat() if said.last else None,
        "precision": said.precision,
        "time": clock,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
