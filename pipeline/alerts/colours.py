"""In which colour of a terminal a meeting's status, or a change of one, is shown."""

from __future__ import annotations

COLOURS = {
    "scheduled": "cyan",
    "confirmed": "cyan",
    "uncertain": "yellow",
    "postponed": "yellow",
    "rescheduled": "magenta",
    "cancelled": "red",
    "denied": "red",
    "held": "green",
    # changes that leave no status of their own behind
    "announced": "cyan",
    "date_set": "cyan",
    "at_risk": "yellow",
    "place_changed": "magenta",
    "participants_changed": "magenta",
    "silently_edited": "yellow",
    "lapsed": "yellow",
    "reinstated": "cyan",
    "contested": "yellow",
    "will_not_attend": "red",
    "retracted": "yellow",
}
