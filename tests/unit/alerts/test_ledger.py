"""What is told once, amended, or taken back."""

from __future__ import annotations

import pytest

from pipeline.alerts.reconcile import reconcile
from pipeline.records import MeetingChange, MeetingState, MeetingStatus, Told

STATE = MeetingState(MeetingStatus.CANCELLED, (), ("RU", "TR"), None, None, (), "visit", 1)


def change(kind: str, *support: int) -> MeetingChange:
    return MeetingChange(kind, support[0], None, STATE, frozenset(support))


def told(kind: str, *mentions: int, alert: int | None = 7) -> Told:
    return Told(alert, kind, frozenset(mentions))


def test_a_change_nobody_was_told_of_is_new() -> None:
    ledger = reconcile([change("cancelled", 1)], [], {1})
    assert [c.proof for c in ledger.new] == [1]


@pytest.mark.parametrize(
    "was",
    [
        told("cancelled", 1),
        told("cancelled", 2),  # another report of it was the first to arrive
        told("cancelled", 9),  # its report is gone, and this one says the same
        told("cancelled", 1, alert=None),  # old news then, old news now
    ],
)
def test_one_change_is_told_once(was: Told) -> None:
    assert not reconcile([change("cancelled", 1, 2)], [was], {1, 2})


def test_a_better_word_amends() -> None:
    was = told("cancelled", 1)
    ledger = reconcile([change("postponed", 2, 1)], [was], {1, 2})
    assert (ledger.new, ledger.retracted) == ((), ())
    assert [(w.alert_id, c.kind) for w, c in ledger.amended] == [(7, "postponed")]


def test_two_changes_of_a_kind_are_two() -> None:
    ledger = reconcile([change("postponed", 1), change("rescheduled", 2), change("postponed", 3)], [told("postponed", 3)], {1, 2, 3})  # fmt: skip
    assert [c.proof for c in ledger.new] == [1, 2]


def test_a_proof_that_counts_no_more_is_taken_back() -> None:
    was = told("cancelled", 9)
    assert reconcile([], [was], {1}).retracted == (was,)
    assert not reconcile([], [was], {9})  # it counts, and only weighs less than what came late
    assert not reconcile([], [told("cancelled", 9, alert=None)], {1})
    assert not reconcile([], [told("contested", 9)], {1})
