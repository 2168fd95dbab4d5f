"""Place the cue of a Turkish verb of travelling, meeting or hosting: its objects and its noun come before it."""

from __future__ import annotations

import re

from pipeline.meetings.read.plan_ends import EndsTable, PlanSpan, VerbAt, whole

_PARTICIPLES = frozenset({"future", "said", "who"})
# Words between a noun and a verb: an object, a noun behind a participle, the object of "yapmak"
_SIX = re.compile(r"(?: [^\s.,;:\"]+){0,6} ")
_FOUR = re.compile(r"(?: [^\s.,;:\"]+){0,4} ")
_TWO = re.compile(r"(?: [^\s.,;:\"]+){0,2} ")


def _meets(at: VerbAt) -> PlanSpan | None:
    noun = at.noun_before(_SIX) or (at.start, at.start)
    words = at.case.context
    talks = words["talks_noun"].match(at.text, at.start) or words["talked_of"].search(at.text[noun[0] : at.start])
    return None if talks else whole(at)  # "ziyareti görüştü": who talks of it need not go


def _is_off(at: VerbAt) -> bool:
    """Who will not come, or could not, need not say where: "gelmeyecek"."""
    return at.case.predicate.tag in ("not future", "unable future", "unable past")


def _goes(at: VerbAt) -> PlanSpan | None:
    lemma = at.case.predicate.verb.lemma
    if lemma == "ol":  # "L'da olacak"
        stays = at.case.predicate.tag.endswith("future") and at.precedes("stays_before")
        return whole(at) if stays else None
    if at.precedes("idiom_before"):
        return None
    if _is_off(at) or (at.case.predicate.tag == "future" and at.follows("comes_behind")):
        return whole(at)
    goal = at.precedes("goal_before")
    return whole(at) if goal else None


def _hosts(at: VerbAt) -> PlanSpan | None:
    guest = at.precedes("guest_before")
    received = at.case.predicate.verb.lemma == "kabul et"  # "raporu kabul etti": reports and invitations as well
    return whole(at) if guest or (not received and at.noun_before(_SIX)) else None


def _joins(at: VerbAt) -> PlanSpan | None:
    if _is_off(at):
        return PlanSpan(at.start, at.end, kind="travel")
    return whole(at) if at.noun_before(_SIX) else None


def _described(at: VerbAt) -> PlanSpan | None:
    """A participle with the noun behind it: "yapılacak üçlü zirve", "yapması planlanan ziyaret"."""
    noun = at.noun_behind(_FOUR) if at.case.predicate.tag in _PARTICIPLES else None
    return PlanSpan(at.start, noun[1], "inside") if noun else None


def _holds(at: VerbAt) -> PlanSpan | None:
    left = PlanSpan(at.start, at.end, "left") if at.noun_before(_TWO) else None
    return _described(at) or left


def _happens(at: VerbAt) -> PlanSpan | None:
    if described := _described(at):
        return described
    return None if at.case.predicate.tag == "who" else PlanSpan(at.start, at.end, "left")


TURKISH_ENDS: EndsTable = {
    "travel": _goes, "visit": whole, "meet": _meets, "call": whole, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _happens, "names": _happens, "joins": _joins, "nothing": lambda _: None,
}  # fmt: skip
