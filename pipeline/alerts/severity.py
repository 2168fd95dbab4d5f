"""The severity of a change where its watch does not set one."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.alerts.words import QUIET_KINDS

SEVERITY: Mapping[str, str] = {
    **dict.fromkeys(QUIET_KINDS, "low"),
    **dict.fromkeys(("cancelled", "postponed", "rescheduled", "will_not_attend", "retracted"), "high"),
}


def severity_of(kind: str) -> str:
    """How loud a kind of change is unless a watch says otherwise: high, normal or low."""
    return SEVERITY.get(kind, "normal")
