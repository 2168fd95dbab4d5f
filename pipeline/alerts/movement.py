"""The two sides of a change as a message shows them: Fri 4 Dec 2026 → no new date."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.alerts.dates import in_words
from pipeline.alerts.outside import outside
from pipeline.alerts.parties import LONGEST_NAME, person_name, place_name, place_of
from pipeline.alerts.style import Style
from pipeline.records import Notice

_Sides = tuple[str, str]


def was_and_now(notice: Notice, style: Style) -> _Sides:
    """The texts before and after the arrow; "" before it where the change has no before."""
    return _BY_KIND.get(notice.kind, _a_day_alone)(notice, style)


def _places(notice: Notice, style: Style) -> _Sides:
    return place_name(notice.old_place, style), place_of(notice, style) or _became(notice, style)


def _participants(notice: Notice, style: Style) -> _Sides:
    before = ", ".join(outside(name, LONGEST_NAME) for name in notice.old_participants)
    return before, ", ".join(person_name(person, style) for person in notice.participants)


def _from_day_to_day(notice: Notice, style: Style) -> _Sides:
    return _old_day(notice, style) or style.words.labels.unknown_date, _new_day(notice, style)


def _first_day(notice: Notice, style: Style) -> _Sides:
    return _old_day(notice, style), _new_day(notice, style)


def _from_day_to_word(notice: Notice, style: Style) -> _Sides:
    return _old_day(notice, style) or style.words.labels.unknown_date, _became(notice, style)


def _a_day_alone(notice: Notice, style: Style) -> _Sides:
    became = _became(notice, style)
    if notice.absent:
        became = f"{became}: {', '.join(outside(name, LONGEST_NAME) for name in notice.absent)}"
    day = notice.new_date or notice.old_date
    return "", f"{became}, {in_words(day, style.words, clock=notice.clock)}" if day else became


def _old_day(notice: Notice, style: Style) -> str:
    return in_words(notice.old_date, style.words) if notice.old_date else ""


def _new_day(notice: Notice, style: Style) -> str:
    if not notice.new_date:
        return _became(notice, style)
    return in_words(notice.new_date, style.words, clock=notice.clock)


def _became(notice: Notice, style: Style) -> str:
    return style.words.became.get(notice.kind, notice.kind)  # type: ignore[call-overload, no-any-return]


_BY_KIND: Mapping[str, Callable[[Notice, Style], _Sides]] = {
    "place_changed": _places,
    "participants_changed": _participants,
    "date_set": _first_day,
    **dict.fromkeys(("rescheduled", "reinstated"), _from_day_to_day),
    **dict.fromkeys(
        ("postponed", "cancelled", "retracted", "silently_edited", "contested", "at_risk"), _from_day_to_word
    ),
}
