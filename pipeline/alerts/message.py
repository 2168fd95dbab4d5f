"""An alert as a person reads it: what changed, whose meeting, from when to when, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "postponed": "POSTPONED",
    "rescheduled": "RESCHEDULED",
    "cancelled": "CANCELLED",
    "reinstated": "ON AGAIN",
    "contested": "CONTESTED",
    "will_not_attend": "WILL NOT ATTEND",
    "retracted": "TAKEN BACK",
}


def subject(payload: Mapping[str, Any]) -> str:
    """One line: POSTPONED: Sergei Lavrov, Sergei Shoigu (RU-TR, Istanbul)."""
    who = ", ".join(map(_one_line, payload["participants"])) or "-".join(payload["countries"])
    where = "-".join(payload["countries"]) + (f", {payload['place']}" if payload["place"] else "")
    word = _WORDS[payload["change"]]
    if payload["change"] == "retracted":
        word += f" ({payload['retracts']})"
    elif payload.get("amends"):
        word = f"CORRECTION: {word}"
    return f"{word}: {who} ({where})"


def dates(payload: Mapping[str, Any]) -> str:
    """was 2020-06-14, no new date / was 2020-06-14, now 2020-07-02 / … and how it stands where that is known."""
    old = payload["old_date"] or "date unknown"
    if payload["change"] in ("cancelled", "retracted"):
        said = f"was {old}"
    elif payload["change"] == "will_not_attend":
        said = f"{', '.join(payload.get('absent', ()))}: {old}"
    elif payload["change"] == "contested":
        said = f"was {old}; another source confirms the plan"
    else:
        said = f"was {old}, " + (f"now {payload['new_date']}" if payload["new_date"] else "no new date")
    return said + _weight(payload) + _standing(payload)


def _weight(payload: Mapping[str, Any]) -> str:
    """How many say so and how many had said otherwise, for a change one source alone reports."""
    weight = payload.get("weight")
    if not payload.get("contested") or weight is None:
        return ""
    return f"; contested: {weight['for']} for, {weight['against']} against"


def _standing(payload: Mapping[str, Any]) -> str:
    """What has become of it, for a change that was reported late or taken back."""
    since = payload.get("since")
    if payload["change"] == "retracted":
        if since is None:
            return "; the report was corrected or withdrawn, no other is left"
        return "; the report was corrected or withdrawn, as it stands: " + _status(since)
    return f"; by now: {_status(since)}" if since else ""


def _status(since: Mapping[str, Any]) -> str:
    return f"{since['status']}, {since['date']}" if since["date"] else str(since["status"])


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
