"""Give the status that a Turkish verb of travelling, meeting or hosting says, by its form and the words behind it.

The first row that fits decides, as in plan_tables.py. The form of the verb says most (tags in
lexicon_build/turkish.py); the words behind it say the rest: "gelmesi bekleniyor", "görüşeceği iddia edildi".
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.meetings.read.plan_tables import OFF, Case, Meaning, Row
from pipeline.records import MeetingStatus

_S = MeetingStatus

# Tags of forms
_NOMINAL = frozenset({"noun", "infinitive"})  # they say nothing alone: the words behind them decide
_SAID = frozenset({*_NOMINAL, "future", "said"})
_DONE = frozenset({"past", "said", "before"})
_NOT_NOUN = frozenset({"not noun", "unable noun"})
_NOT_FUTURE = frozenset({"not future", "unable future"})
_NOT = frozenset(
    f"{no} {time}" for no in ("not", "unable") for time in ("past", "future", "present", "noun", "doing")
)
_DUE = frozenset({"due", "real"})

_ARRANGE = frozenset({"arrange"})
_OF_PEOPLE = frozenset({"meet", "call", "host"})
_WHO = frozenset({"travel", "visit", "meet", "call", "happen", "hold"})  # "görüşen bakan", "düzenlenen zirve"


def _fits(
    tags: frozenset[str], *, behind: frozenset[str] = frozenset(), frames: frozenset[str] = frozenset()
) -> Callable[[Case], bool]:
    """A test of the tag of a verb, of the words behind it, and of its frame; empty: any."""

    def test(case: Case) -> bool:
        said = not behind or not behind.isdisjoint(case.stance.effects)
        return case.predicate.tag in tags and said and (not frames or case.frame in frames)

    return test


def _set(*effects: str) -> frozenset[str]:
    return frozenset(effects)


def _is_not_yet(case: Case) -> bool:
    return case.predicate.tag in _NOT and case.follows_words("not_yet_before")


def _is_whether(case: Case) -> bool:
    return case.predicate.tag in _NOT_FUTURE and case.follows_words("whether_before")


def _off(case: Case) -> Meaning:
    """What a denied verb says: a journey, an event or attendance is off, a meeting refused."""
    return {"joins": _S.CANCELLED, **OFF}.get(case.frame, _S.DENIED)


TURKISH: tuple[Row, ...] = (
    ("not yet", _is_not_yet, None),
    ("is not planned", _fits(_NOT, frames=_ARRANGE), _S.DENIED),
    ("was planned", _fits(_set("before", "was", "was to"), frames=_ARRANGE), "planned"),
    ("is planned", _fits(_set("past", "present", "said", "future", "who"), frames=_ARRANGE), _S.SCHEDULED),
    ("plans", lambda c: c.frame == "arrange", None),
    ("does not", _fits(_set("not present"), frames=_OF_PEOPLE), None),
    ("decided not to", _fits(_NOT_NOUN, behind=_set("real")), _off),
    ("without", _fits(_NOT_NOUN | {"not doing", "unable doing"}), None),
    ("is no plan", _fits(_SAID, behind=_set("no plan")), _S.DENIED),
    ("is denied", _fits(_SAID - _NOMINAL, behind=_set("not")), _S.DENIED),
    ("refused to attend", _fits(_NOMINAL, behind=_set("refused"), frames=_set("joins")), _S.CANCELLED),
    ("refused", _fits(_NOMINAL, behind=_set("refused")), _S.DENIED),
    ("whether", _is_whether, _S.UNCERTAIN),
    ("will not", _fits(_NOT), _off),
    ("may", _fits(_set("able", "if")), _S.UNCERTAIN),
    ("was expected", _fits(_NOMINAL, behind=_set("was due")), "planned"),
    ("is expected", _fits(_NOMINAL, behind=_DUE), _S.SCHEDULED),
    ("is possible", _fits(_NOMINAL, behind=_set("open")), _S.UNCERTAIN),
    ("is rumoured", _fits(_SAID, behind=_set("uncertain")), _S.UNCERTAIN),
    ("was to", _fits(_set("was to")), "planned"),
    ("will", _fits(_set("future")), _S.SCHEDULED),
    ("did", _fits(_DONE), _S.HELD),
    ("is coming", _fits(_set("present"), frames=_set("travel")), _S.SCHEDULED),
    ("does", _fits(_set("present")), "now"),
    ("who did", _fits(_set("who"), frames=_WHO), _S.HELD),
)
