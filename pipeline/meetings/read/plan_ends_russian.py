"""Place the cue of a Russian or Ukrainian verb of travelling, meeting or hosting, whose order is free.

A subject, an object and a goal may be on either side of the verb, and cases tell them apart; masks have none.
"""

from __future__ import annotations

import re

from pipeline.meetings.read.plan_ends import REACH, EndsTable, PlanSpan, VerbAt, whole

_GOAL_BEHIND = re.compile(r"(?: [^\s,;:]+){0,5}? [CL]\b")
_GOAL_BEFORE = re.compile(r"(?:^|[ \"])[^\W\d_A-Z]{1,2} (?:[^\s,;:A-Z]+ ){0,2}[CL] (?:[^\s,;:]+ ){0,4}$")
_TO_PLACE = re.compile(r"(?: D)? [^\W\d_A-Z]{1,2} [CL]\b")
_BREAK = re.compile(r"[.,;:]")
_OBJECT_WORDS = 7  # between a verb and its noun: "проведет D в L с P переговоры"
_BEFORE_WORDS = 3  # between a noun and the verb behind it: "переговоры провели"
_PARTICIPLES = frozenset({"attribute", "did", "being"})
_IMPERSONAL = "ои"  # "принято решение"


def _behind(at: VerbAt) -> tuple[int, int] | None:
    """The noun of a meeting that is the object behind a verb, in its part between marks."""
    part = _BREAK.split(at.text[at.end : at.end + REACH], maxsplit=1)[0]
    spans = at.by.spans(at.text, at.end, at.end + len(part))
    near = [span for span in spans if len(at.text[at.end : span[0]].split()) <= _OBJECT_WORDS]
    return near[0] if near else None


def _before(at: VerbAt, *, comma: bool = False) -> tuple[int, int] | None:
    """The noun in front of a verb; with `comma`, the one that a participle behind a comma describes."""
    for span in reversed(at.by.spans(at.text, max(0, at.start - REACH), at.start)):
        between = at.text[span[1] : at.start]
        if comma:
            described = between.endswith(", ") and not _BREAK.search(between[:-2])
            return span if described else None
        if not _BREAK.search(between) and len(between.split()) <= _BEFORE_WORDS:
            return span
    return None


def _travels(at: VerbAt) -> PlanSpan | None:
    if at.case.predicate.tag in ("pres", "being") and not at.case.stance.negated:
        behind = _GOAL_BEHIND.match(at.text, at.end) or at.by.goes_abroad(at.text, at.end)
        if not behind and not _GOAL_BEFORE.search(at.text[: at.start]):
            return None
    return whole(at)


def _meets(at: VerbAt) -> PlanSpan | None:
    talked_of = at.case.predicate.tag in ("pres", "being") and at.by.object_end(at.text, at.end)
    return None if talked_of else whole(at)  # "обсуждают визит": who talks of it need not meet


def _holds(at: VerbAt) -> PlanSpan | None:
    tag = at.case.predicate.tag
    if tag == "done":
        return PlanSpan(at.start, at.end, "either")
    if tag in _PARTICIPLES:
        return _described(at)
    if noun := _behind(at):
        return PlanSpan(at.start, noun[1])
    return PlanSpan(at.start, at.end, "either") if _before(at) else None


def _described(at: VerbAt) -> PlanSpan | None:
    """A participle with the noun it describes: "запланированный на D визит", "встреча, прошедшая в L"."""
    if noun := _before(at, comma=True):
        return PlanSpan(noun[0], at.end, "inside")
    noun = _behind(at)
    return PlanSpan(at.start, noun[1], "inside") if noun else None


def _hosts(at: VerbAt) -> PlanSpan | None:
    guest = at.follows("guest_behind") or at.precedes("guest_before")
    if at.case.predicate.tag == "done":
        impersonal = at.text[at.end - 1] in _IMPERSONAL
        kind = "travel" if _TO_PLACE.match(at.text, at.end) else ""  # "приглашен в L"
        return PlanSpan(at.start, at.end, kind=kind) if guest and not impersonal else None
    if guest:
        return whole(at)
    stop = at.by.object_end(at.text, at.end)
    return PlanSpan(at.start, stop) if stop else None


def _happens(at: VerbAt) -> PlanSpan | None:
    if at.case.predicate.tag in _PARTICIPLES:
        return _described(at)
    return PlanSpan(at.start, at.end, "either")


def _names(at: VerbAt) -> PlanSpan | None:
    if at.case.predicate.tag == "done":
        return PlanSpan(at.start, at.end, "either")
    stop = at.by.object_end(at.text, at.end)
    return PlanSpan(at.start, stop, "inside") if stop else None


def _joins(at: VerbAt) -> PlanSpan | None:
    stop = at.by.object_end(at.text, at.end)
    return PlanSpan(at.start, stop or at.end)


RUSSIAN_ENDS: EndsTable = {
    "travel": _travels, "visit": whole, "meet": _meets, "call": whole, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _happens, "names": _names, "joins": _joins, "nothing": lambda _: None,
}  # fmt: skip
