"""The table of the status that a Russian or Ukrainian verb of travelling, meeting or hosting gives.

Rows as in plan_tables.py: the first test that holds decides. Tags of forms: ``past``, ``pres`` (imperfective),
``fut`` (perfective), ``inf``, ``done`` (short passive), ``attribute`` (full passive), ``did`` and ``being`` (past
and present active participles), ``doing`` (gerund).
"""

from __future__ import annotations

from pipeline.meetings.read.plan_tables import OFF, Case, Meaning, Row
from pipeline.records import MeetingStatus

_PAST = ("past", "did")
_DOUBTED = ("uncertain", "likely")
_FAILS = ("travel", "visit", "happen", "hold", "meet")


def _off(case: Case) -> Meaning:
    """What a denied verb says: a journey or an event is off, a meeting refused."""
    return OFF.get(case.frame, MeetingStatus.DENIED)


def _names(case: Case) -> bool:
    return case.frame == "names"


def _arranges(case: Case) -> bool:
    return case.frame == "arrange"


def _tag(case: Case, *tags: str) -> bool:
    return case.predicate.tag in tags


def _effect(case: Case) -> Meaning:
    return MeetingStatus(case.predicate.verb.effect)


def _is_reflexive(case: Case) -> bool:
    """ "Планировался": it is planned, where others plan it."""
    return case.context["reflexive"].search(case.predicate.verb.lemma) is not None


def _is_open(case: Case) -> bool:
    """Whether a guess may be about it: what has happened needs no guess."""
    return case.stance.negated or not _tag(case, *_PAST, "pres", "being")


def _unnamed(case: Case) -> Meaning:
    """ "Не подтвердил визит" leaves it open, "не планирует визит" denies it."""
    return MeetingStatus.UNCERTAIN if _effect(case) == MeetingStatus.CONFIRMED else MeetingStatus.DENIED


RUSSIAN: tuple[Row, ...] = (
    ("nothing", lambda c: c.frame == "nothing", None),
    ("gerund", lambda c: _tag(c, "doing", "noun"), None),
    ("names, not", lambda c: _names(c) and c.stance.negated, _unnamed),
    ("names, perhaps", lambda c: _names(c) and c.is_(*_DOUBTED), MeetingStatus.UNCERTAIN),
    ("to name", lambda c: _names(c) and _tag(c, "inf") and not c.is_("due", "real", "will"), None),
    ("names", lambda c: _names(c) and not _tag(c, "attribute", "did", "being"), _effect),
    ("named", _names, None),
    ("refused", lambda c: c.is_("refused", "no plan"), MeetingStatus.DENIED),
    ("is not planned", lambda c: _arranges(c) and (c.stance.negated or c.is_("not yet")), MeetingStatus.DENIED),
    ("not yet", lambda c: c.is_("not yet"), None),
    ("perhaps", lambda c: c.stance.has("likely") and _is_open(c), MeetingStatus.UNCERTAIN),
    ("could not", lambda c: c.stance.has("failed") and c.frame in _FAILS, MeetingStatus.CANCELLED),
    ("did not meet", lambda c: c.stance.negated and _tag(c, *_PAST) and c.frame not in OFF, None),
    ("may not", lambda c: c.stance.chain[:1] == ("not",) and c.is_(*_DOUBTED), MeetingStatus.UNCERTAIN),
    ("will not", lambda c: c.stance.negated, _off),
    ("whether", lambda c: c.stance.has("whether"), MeetingStatus.UNCERTAIN),
    ("may", lambda c: c.is_(*_DOUBTED), MeetingStatus.UNCERTAIN),
    ("was to", lambda c: c.is_("was due"), "planned"),
    ("planned something", lambda c: _arranges(c) and _tag(c, "past") and not _is_reflexive(c), None),
    ("was planned", lambda c: _arranges(c) and (_tag(c, "past") or c.is_("was")), "planned"),
    ("is planned", lambda c: _arranges(c) and not _tag(c, "inf", "did", "being"), _effect),
    ("to plan", _arranges, None),
    ("is offered", lambda c: c.predicate.verb.effect == "uncertain" and not _tag(c, "inf"), _effect),
    ("will", lambda c: _tag(c, "inf", "done") and c.is_("due", "real", "will"), MeetingStatus.SCHEDULED),
    ("to", lambda c: _tag(c, "inf"), None),
    ("was held", lambda c: _tag(c, "done", "attribute") and c.frame in ("hold", "host"), MeetingStatus.HELD),
    ("passive", lambda c: _tag(c, "done", "attribute"), None),
    ("will do", lambda c: _tag(c, "fut"), MeetingStatus.SCHEDULED),
    (
        "goes",
        lambda c: _tag(c, "pres", "being") and c.predicate.verb.effect == "scheduled",
        MeetingStatus.SCHEDULED,
    ),
    ("does", lambda c: _tag(c, "pres", "being"), "now"),
    ("did", lambda c: _tag(c, *_PAST), MeetingStatus.HELD),
)
