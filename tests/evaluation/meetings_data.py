"""The labelled texts of a data folder, as its README describes them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.records import Article, MeetingStatus
from tests.evaluation.report import EvaluationDataError

FILES = ("meetings.jsonl", "chains.jsonl", "wire.jsonl")
_NO_DAY = "2020-06-15"  # assumed for a text nothing is known of


@dataclass(frozen=True, slots=True)
class Label:
    """One meeting as a reader labelled it."""

    participants: tuple[str, ...]
    countries: frozenset[str]
    place: str | None
    date: str | None
    previous_date: str | None
    status: MeetingStatus
    accepted: frozenset[MeetingStatus]  # `status` and the other readings a careful person could defend
    kind: str
    quote: str


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One text with its labels."""

    id: str
    article: Article
    dated: bool  # False: the day of publication is assumed, so what is read against it cannot be judged
    labels: tuple[Label, ...]
    hard_negative: str  # why a text that looks like one has no meeting
    lead_only: bool  # what stands after the first sentences is not labelled
    group: str  # chain, event or the text alone: texts of one group tell of the same thing

    @property
    def half(self) -> str:
        """A or B, by a hash of the group: rules are made on misses in A, B tells whether they generalise."""
        return "AB"[zlib.crc32(self.group.encode()) % 2]


def load_texts(data: Path) -> list[LabelledText]:
    """The texts of meetings.jsonl in the order of the file.

    Raises:
        EvaluationDataError: a file is missing or a record is not in the schema.
    """
    chains = {text: chain["chain"] for chain in load_records(data / "chains.jsonl") for text in chain["ids"]}
    events = {
        record["meeting_id"]: record["event"]
        for record in load_records(data / "wire.jsonl")
        if record.get("meeting_id")
    }
    texts = []
    for record in load_records(data / "meetings.jsonl"):
        group = chains.get(record["id"]) or events.get(record["id"]) or record["id"]
        try:
            texts.append(_text(record, group))
        except (KeyError, ValueError, TypeError) as error:
            raise EvaluationDataError(f"{data / 'meetings.jsonl'}: {record.get('id')}: {error!r}") from error
    return texts


def load_records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl file.

    Raises:
        EvaluationDataError: the file is missing or a line is not JSON.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EvaluationDataError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise EvaluationDataError(f"{path}:{number}: {error}") from error


def published_at(record: dict[str, Any]) -> datetime:
    """When a record was published: at noon, in mid-month, in mid-year where no more is known, else at _NO_DAY."""
    stated: str = record["published"] or (record.get("published_window") or _NO_DAY).split("/")[0]
    if len(stated) <= len(_NO_DAY):
        stated += "-06-15"[len(stated) - len("2020") :] + "T12:00"
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(record: dict[str, Any], group: str) -> LabelledText:
    title, body = record["title"] or "", record["text"] or ""
    return LabelledText(
        id=record["id"],
        article=Article(title, body, published_at(record), "page", "UTC", record["lang"], 1.0),
        dated=len(record["published"] or "") >= len(_NO_DAY),
        labels=tuple(_label(label) for label in record["labels"]["meetings"]),
        hard_negative=record.get("hard_negative") or "",
        lead_only=(record.get("labels_scope") or "").startswith("headline"),
        group=group,
    )


def _label(label: dict[str, Any]) -> Label:
    status = MeetingStatus(label["status"])
    return Label(
        participants=tuple(label["participants"]),
        countries=frozenset(label["countries"]),
        place=label["place"],
        date=label["date"],
        previous_date=label["previous_date"],
        status=status,
        accepted=frozenset(map(MeetingStatus, label.get("also_accept_status") or ())) | {status},
        kind=label.get("kind") or "",
        quote=label.get("quote") or "",
    )
