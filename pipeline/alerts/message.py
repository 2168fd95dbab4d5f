"""An alert as a person reads it: what changed, whose meeting, from when to when, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VERBS = {"postponed": "POSTPONED", "rescheduled": "RESCHEDULED", "cancelled": "CANCELLED"}


def subject(payload: Mapping[str, Any]) -> str:
    """One line: POSTPONED: Sergei Lavrov, Sergei Shoigu (RU-TR, Istanbul)."""
    who = ", ".join(map(_one_line, payload["participants"])) or "-".join(payload["countries"])
    where = "-".join(payload["countries"]) + (f", {payload['place']}" if payload["place"] else "")
    return f"{_VERBS[payload['change']]}: {who} ({where})"


def dates(payload: Mapping[str, Any]) -> str:
    """was 2020-06-14, no new date / was 2020-06-14, now 2020-07-02."""
    old = payload["old_date"] or "date unknown"
    if payload["change"] == "cancelled":
        return f"was {old}"
    new = f"now {payload['new_date']}" if payload["new_date"] else "no new date"
    return f"was {old}, {new}"


def body(payload: Mapping[str, Any]) -> str:
    """A few plain lines, safe in any channel: text from outside stands in quotes and is never markup."""
    return "\n".join(
        (
            f"{payload['format'].capitalize()}: {dates(payload)}",
            f"“{_one_line(payload['quote'])}”",
            f"{payload['outlet']}, {payload['published_at']}: {_one_line(payload['title'])}",
            payload["url"],
        )
    )


def _one_line(text: str) -> str:
    """Text from outside without line breaks and control characters: a title must not move a terminal's cursor."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
