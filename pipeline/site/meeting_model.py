"""From rows to what a meeting's page says: claims with their reports, the dates it had, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ModelRow = dict[str, Any]
_OFF = {"cancelled", "denied"}
CALLED_OFF, TOOK_PLACE, NO_DATE = "cancelled", "held", "none"


def claim_of(row: ModelRow) -> str:
    """What a report or a state says of the date: an EDTF date, "none", "cancelled" or "held"."""
    if row["status"] in _OFF:
        return CALLED_OFF
    if row["status"] == "held":
        return TOOK_PLACE
    if row["status"] == "postponed":
        return NO_DATE
    return row["date"] or NO_DATE


@dataclass
class ToldBy:
    """One text with its own words, and the copies of it that say the same."""

    report: ModelRow
    copies: list[ModelRow] = field(default_factory=list)


@dataclass
class ClaimShown:
    """All reports that say the same of the date. `reports` are articles, `independent` witnesses."""

    key: str
    status: str
    told: list[ToldBy]
    reports: int
    independent: int
    newest: datetime
    is_current: bool = False


def claims(reports: Sequence[ModelRow], state: ModelRow) -> list[ClaimShown]:
    """Every claim with its reports: that of the present state first, then the newest."""
    grouped: dict[str, list[ModelRow]] = {}
    for row in _newest_texts(reports):
        grouped.setdefault(claim_of(row), []).append(row)
    current = claim_of(state)
    made = [_claim(key, rows, state if key == current else None) for key, rows in grouped.items()]
    return sorted(made, key=lambda claim: (not claim.is_current, -claim.newest.timestamp()))


def _newest_texts(reports: Iterable[ModelRow]) -> list[ModelRow]:
    """One report for each article and claim: that of its newest text."""
    kept: dict[tuple[int, str], ModelRow] = {}
    for row in reports:
        key = (row["article_id"], claim_of(row))
        if key not in kept or (row["version"], row["status"] != "scheduled") > (
            kept[key]["version"], kept[key]["status"] != "scheduled",
        ):  # fmt: skip
            kept[key] = row
    return sorted(kept.values(), key=lambda row: (row["published_at"], row["mention_id"]))


def _claim(key: str, rows: list[ModelRow], state: ModelRow | None) -> ClaimShown:
    told: dict[int, ToldBy] = {}
    for row in rows:
        if row["dispatch_id"] in told:
            told[row["dispatch_id"]].copies.append(row)
        else:
            told[row["dispatch_id"]] = ToldBy(row)
    status = state["status"] if state else max((row["status"] for row in rows), key=_weight)
    return ClaimShown(
        key, status, list(told.values()), len({row["article_id"] for row in rows}),
        len({row["witness"] for row in rows}), max(row["published_at"] for row in rows), state is not None,
    )  # fmt: skip


def _weight(status: str) -> int:
    """Of several words for one claim, the one that says most."""
    order = ("uncertain", "scheduled", "confirmed", "postponed", "rescheduled", "denied", "cancelled", "held")
    return order.index(status)


@dataclass(frozen=True, slots=True)
class Against:
    """Reports that contradict the present state since it began, own texts only, and how many there are."""

    told: list[ToldBy]
    reports: int
    independent: int
    checked: int  # standing reports since then
    since: datetime


def against(reports: Sequence[ModelRow], state: ModelRow) -> Against:
    """What speaks against a state: standing reports, newer than its proof, that claim something else."""
    since = state["published_at"]
    later = [row for row in _newest_texts(reports) if row["stands"] and row["published_at"] >= since]
    current = claim_of(state)
    other = [row for row in later if not agrees(row, current, state)]
    told = _claim("", other, None).told if other else []
    return Against(
        told, len({row["article_id"] for row in other}), len({row["witness"] for row in other}),
        len({row["article_id"] for row in later}), since,
    )  # fmt: skip


def agrees(row: ModelRow, current: str, state: ModelRow) -> bool:
    """Whether a report can be true beside the state: a vaguer date of the same days is no contradiction."""
    claim = claim_of(row)
    if claim == current:
        return True
    if TOOK_PLACE in (claim, current) and CALLED_OFF not in (claim, current):
        return current == TOOK_PLACE or claim == NO_DATE or _overlap(row, state)
    if claim == NO_DATE and row["status"] != "postponed":
        return current != CALLED_OFF  # it names no day
    return current not in (CALLED_OFF, NO_DATE) and claim not in (CALLED_OFF, NO_DATE) and _overlap(row, state)


def _overlap(row: ModelRow, state: ModelRow) -> bool:
    if None in (row.get("earliest"), row.get("latest"), state.get("earliest"), state.get("latest")):
        return False
    return bool(row["earliest"] <= state["latest"] and state["earliest"] <= row["latest"])


@dataclass(frozen=True, slots=True)
class DatedClaims:
    """A date the meeting had, or had not, and from when until when we took it for the plan."""

    date: str | None
    status: str
    since: datetime
    until: datetime | None


def dates_of(steps: Sequence[ModelRow]) -> list[DatedClaims]:
    """The dates old to new, as the leaves show them: each plan once, the newest last."""
    found: list[DatedClaims] = []
    for step in steps:
        date = step["date"] if step["status"] != "postponed" else None
        off = step["status"] in _OFF
        if found and (found[-1].date, found[-1].status in _OFF) == (date, off):
            found[-1] = DatedClaims(date, step["status"], found[-1].since, None)
            continue
        if found:
            found[-1] = DatedClaims(found[-1].date, found[-1].status, found[-1].since, step["recorded_at"])
        if off and not date and found:
            date = next((entry.date for entry in reversed(found) if entry.date), None)
        found.append(DatedClaims(date, step["status"], step["recorded_at"], None))
    if len(found) > 1 and found[-1].status in _OFF and found[-2].date == found[-1].date:
        found = [*found[:-2], found[-1]]  # one leaf, crossed out
    return found[-4:]


def proof_of(reports: Sequence[ModelRow], step: ModelRow) -> ModelRow | None:
    """The report whose sentence set a state."""
    same = [row for row in reports if row["quote"] == step["quote"] and row["url"] == step["url"]]
    return max(same, key=lambda row: row["version"], default=None)


def same_in(claim: ClaimShown | None, language: str, proof: ModelRow | None) -> ModelRow | None:
    """The earliest own report of the same claim in the reader's language, where the proof is in another."""
    if claim is None or proof is None or proof["language"] == language:
        return None
    rows = [told.report for told in claim.told if told.report["language"] == language and told.report["stands"]]
    return min(rows, key=lambda row: row["published_at"], default=None)


def changes_of(steps: Sequence[ModelRow]) -> list[ModelRow]:
    """The first state and every alerted change."""
    return [step for number, step in enumerate(steps) if number == 0 or step["change"]]
