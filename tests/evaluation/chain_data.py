"""Labelled chains: texts in time order about one meeting, how it ends, and the alerts it calls for."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.evaluation.report import EvaluationDataError

FILES = ("chains.jsonl", "meetings.jsonl", "seeds/seeds.jsonl")
_STEP = timedelta(minutes=1)  # between texts of which only the day is known
_NOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class ChainText:
    """One text as it was published; `published` is its own, or follows from its neighbours in the chain."""

    id: str
    chain: str
    title: str
    body: str  # one paragraph a line; "" where only a headline is known
    language: str
    published: datetime
    statuses: frozenset[str]  # every status a reader saw in it; what is only recalled does not count


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """A change that must be alerted once, and the text that brings it."""

    at: str
    change: str
    published: datetime
    optional: bool = False  # neither required nor wrong
    attendance: bool = False  # one side stays away: `will_not_attend` is right as well

    def is_told_by(self, change: str) -> bool:
        """Whether an alert of this kind tells the expected change."""
        if change == self.change:
            return True
        return self.attendance and self.change in ("cancelled", "denied") and change == "will_not_attend"


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything labelled about one meeting. `final` holds only what was labelled: status, date, …, as EDTF."""

    name: str
    countries: frozenset[str]
    texts: tuple[ChainText, ...]
    final: Mapping[str, str | None]
    alerts: tuple[ExpectedAlert, ...]
    shared: frozenset[str] = frozenset()  # ids of its texts that belong to another chain too
    set: int = 1  # 1 was read while rules were written, 2 was sampled without looking at any rule

    @property
    def half(self) -> str:
        """A or B, by a hash of the name: A is read while rules and weights are made, B tells what they hold."""
        return "AB"[zlib.crc32(self.name.encode()) % 2]

    @property
    def is_one_meeting(self) -> bool:
        """False where one change is expected twice: then the chain tells of several meetings of one pair."""
        changes = [alert.change for alert in self.alerts]
        return len(changes) == len(set(changes))


def load_chains(data: Path) -> tuple[list[Chain], list[str]]:
    """The chains of a data folder, in the order of the file, and the names of those without any dated text.

    Raises:
        EvaluationDataError: a file is missing or a record is not in the schema.
    """
    texts = {record["id"]: record for record in _records(data / "meetings.jsonl")}
    for record in _records(data / "seeds" / "seeds.jsonl"):
        texts[record["id"]] = record | {"text": _read(data / "seeds" / record["file"])}
    chains, undated = [], []
    for record in _records(data / "chains.jsonl"):
        try:
            if not any(_stated(texts[i]) for i in record["ids"]):
                undated.append(record["chain"])
                continue
            chains.append(_chain(record, texts))
        except (KeyError, TypeError, ValueError) as error:
            raise EvaluationDataError(f"{data / 'chains.jsonl'}: {record.get('chain')}: {error!r}") from error
    times = Counter(text.id for chain in chains for text in chain.texts)
    return [replace(c, shared=frozenset(t.id for t in c.texts if times[t.id] > 1)) for c in chains], undated


def _chain(record: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Chain:
    name = record["chain"]
    texts = tuple(_text(name, known[i], moment) for i, moment in _moments([known[i] for i in record["ids"]]))
    published = {text.id: text.published for text in texts}
    return Chain(
        name=name,
        countries=frozenset(record["countries"]),
        texts=texts,
        final=record["final"],
        alerts=tuple(
            ExpectedAlert(
                alert["at"],
                alert["type"],
                published[alert["at"]],
                optional=bool(alert.get("optional")),
                attendance=any(
                    label.get("scope") == "attendance" for label in known[alert["at"]]["labels"]["meetings"]
                ),
            )
            for alert in record["expected_alerts"]
        ),
        set=record.get("set", 1),
    )


def _text(chain: str, record: Mapping[str, Any], published: datetime) -> ChainText:
    statuses = {
        status
        for label in record["labels"]["meetings"]
        if not label.get("recalled")
        for status in (label["status"], *(label.get("also_accept_status") or ()))
    }
    return ChainText(
        id=record["id"],
        chain=chain,
        title=record["title"] or "",
        body=record["text"] or "",
        language=record["lang"],
        published=published,
        statuses=frozenset(statuses),
    )


def _moments(records: list[Mapping[str, Any]]) -> Iterator[tuple[str, datetime]]:
    """When each text of a chain was published. One without a date follows the text before it."""
    known = [_stated(record) for record in records]
    first = next((moment for moment in known if moment is not None), None)
    if first is None:
        raise ValueError("no text has a date")
    last = first - timedelta(days=1) - _NOON
    days: dict[datetime, int] = {}
    for record, moment in zip(records, known, strict=True):
        if moment is None:
            last += _STEP
        elif moment.time() == datetime.min.time():  # only the day: noon, in the order of the chain
            days[moment] = days.get(moment, 0) + 1
            last = moment + _NOON + days[moment] * _STEP
        else:
            last = moment
        yield record["id"], last


def _stated(record: Mapping[str, Any]) -> datetime | None:
    stated = record["published"]
    if not stated:
        return None
    moment = datetime.fromisoformat((stated + "-01-01")[:10] if len(stated) < len("2020-12-31") else stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_read(path).splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise EvaluationDataError(f"{path}:{number}: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise EvaluationDataError(f"{path}: {error.strerror}") from error
