"""The severity of a change where its watch does not set one."""

from __future__ import annotations

from collections.abc import Mapping

SEVERITY: Mapping[str, str] = {
    "cancelled": "high",
    "postponed": "high",
    "rescheduled": "high",
    "will_not_attend": "high",
    "retracted": "high",
    "announced": "low",
    "confirmed": "low",
    "date_set": "low",
    "held": "low",
    "lapsed": "low",
    "participants_changed": "low",
}


def severity_of(kind: str) -> str:
    """How loud a kind of change is unless a watch says otherwise: high, normal or low."""
    return SEVERITY.get(kind, "normal")
