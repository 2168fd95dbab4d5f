"""The labelled texts of a data folder, as its README describes them."""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.records import Article, MeetingStatus
from tests.evaluation.edtf import is_date
from tests.evaluation.report import EvaluationDataError

FILES = ("meetings.jsonl", "chains.jsonl", "wire.jsonl")
OWN_TEXTS = Path(__file__).parent / "texts"  # written for this project, so that they can lie beside it
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
    accepted_date: str | None = None  # another date a careful person could defend
    optional_countries: frozenset[str] = frozenset()  # hosts and implied members: named or not, both are right
    attendance: bool = False  # one side stays away, the meeting itself goes on
    recalled: bool = False  # told as background from before the news of the text: must never alert

    def has_date(self, edtf: str | None) -> bool:
        """Whether a read date is the labelled one, or one that is as good."""
        return edtf == self.date or (edtf is not None and edtf == self.accepted_date)

    def has_sides(self, countries: frozenset[str]) -> bool:
        """Whether exactly the labelled sides were read; optional ones are neither missed nor wrong."""
        return self.countries <= countries <= self.countries | self.optional_countries


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
    set: int = 1  # 1 was read while rules were written, 2 was sampled without looking at any rule
    optional: tuple[Label, ...] = ()  # meetings only alluded to: neither demanded nor wrong

    @property
    def half(self) -> str:
        """A or B, by a hash of the group: rules are made on misses in A, B tells whether they generalise."""
        return "AB"[zlib.crc32(self.group.encode()) % 2]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that cannot be scored, and why."""

    id: str
    reason: str


def load_texts(data: Path) -> tuple[list[LabelledText], list[Skipped]]:
    """The texts of meetings.jsonl in the order of the file, and the records left out for a malformed date.

    `OWN_TEXTS` has its own files instead, set 4 the long texts, and neither chains nor dispatches.

    Raises:
        EvaluationDataError: a file is missing or a record is not in the schema.
    """
    own = data == OWN_TEXTS
    chains = () if own else load_records(data / "chains.jsonl")
    wire = () if own else load_records(data / "wire.jsonl")
    chain_of = {text: chain["chain"] for chain in chains for text in chain["ids"]}
    events = {record["meeting_id"]: record["event"] for record in wire if record.get("meeting_id")}
    texts, skipped = [], []
    for record in itertools.chain.from_iterable(load_records(path) for path in _text_files(data)):
        group = chain_of.get(record["id"]) or events.get(record["id"]) or record.get("event") or record["id"]
        try:
            malformed = list(_malformed_dates(record))
            if malformed:
                skipped.append(Skipped(record["id"], f"malformed date: {', '.join(malformed)}"))
            else:
                texts.append(_text(record, group))
        except (KeyError, ValueError, TypeError) as error:
            raise EvaluationDataError(f"{data}: {record.get('id')}: {error!r}") from error
    return texts, skipped


def _text_files(data: Path) -> list[Path]:
    return sorted(data.glob("*.jsonl")) if data == OWN_TEXTS else [data / "meetings.jsonl"]


def files_of(data: Path) -> list[Path]:
    """Every file `load_texts` reads."""
    return _text_files(data) if data == OWN_TEXTS else [data / name for name in FILES]


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
        set=record.get("set", 1),
        optional=tuple(_label(label) for label in record["labels"].get("meetings_optional") or ()),
    )


def _malformed_dates(record: dict[str, Any]) -> Iterator[str]:
    """The dates of a record that are no EDTF day, month, year or range."""
    labels = [*record["labels"]["meetings"], *(record["labels"].get("meetings_optional") or ())]
    for label in labels:
        for name in ("date", "previous_date", "also_accept_date"):
            stated = label.get(name)
            if stated is not None and not is_date(stated):
                yield f"{name} {stated}"
    if record["published"]:
        try:
            published_at(record)
        except ValueError:
            yield f"published {record['published']}"


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
        accepted_date=label.get("also_accept_date"),
        optional_countries=frozenset(label.get("countries_optional") or ()),
        attendance=label.get("scope") == "attendance",
        recalled=bool(label.get("recalled")),
    )
