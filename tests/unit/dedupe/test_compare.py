"""Copies as outlets make them: cut, extended, lightly edited; and texts that only look alike."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.compare import copy_kind, overlap
from pipeline.dedupe.fingerprint import KEY_CAP, KEY_FLOOR, make_fingerprint
from pipeline.dedupe.group import best_copy, may_unite

VOCABULARY = [f"word{i}" for i in range(4000)]


def dispatch(seed: int, length: int = 400) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=length)


def test_the_same_text_is_exact() -> None:
    kind, found = copy_kind(make_fingerprint(dispatch(1)), make_fingerprint(dispatch(1)))
    assert kind == "exact"
    assert found.jaccard == 1.0


def test_a_third_of_a_dispatch_is_a_shortened_copy() -> None:
    whole = dispatch(2)
    kind, found = copy_kind(make_fingerprint(whole[:130]), make_fingerprint(whole))
    assert kind == "shortened"
    assert found.of_first > 0.99
    assert found.of_second < 0.4
    assert copy_kind(make_fingerprint(whole), make_fingerprint(whole[:130]))[0] == "extended"


def test_light_edits_are_near() -> None:
    whole = dispatch(3)
    edited = list(whole)
    for i in range(0, 400, 80):
        edited[i] = "edited"
    assert copy_kind(make_fingerprint(edited), make_fingerprint(whole))[0] == "near"


def test_two_dispatches_with_one_shared_footer_are_not_copies() -> None:
    footer = dispatch(9, 60)
    kind, _ = copy_kind(make_fingerprint(dispatch(4) + footer), make_fingerprint(dispatch(5) + footer))
    assert kind is None


def test_flashes_are_copies_only_when_exact() -> None:
    flash = ["russian", "foreign", "minister", "will", "visit", "istanbul", "on", "saturday", "ministry", "says"]
    longer = [*flash, "turkish", "sources", "confirm"]
    assert copy_kind(make_fingerprint(flash), make_fingerprint(longer))[0] is None
    assert copy_kind(make_fingerprint(flash), make_fingerprint(flash))[0] == "exact"


def test_the_closest_candidate_is_chosen() -> None:
    whole = dispatch(6)
    candidates = [
        make_fingerprint(dispatch(7)),
        make_fingerprint(whole[:250] + dispatch(8, 100)),
        make_fingerprint(whole),
    ]
    assert best_copy(make_fingerprint(whole[:300]), candidates) == 2
    assert best_copy(make_fingerprint(dispatch(10)), candidates) is None


def test_grown_clusters_unite_only_where_their_leads_are_copies() -> None:
    one, other = make_fingerprint(dispatch(11)), make_fingerprint(dispatch(12))
    assert not may_unite(one, other, sizes=(2, 2))
    assert may_unite(one, other, sizes=(1, 5))
    assert may_unite(one, one, sizes=(3, 5))


@given(st.lists(st.sampled_from(VOCABULARY[:50]), max_size=600))
def test_fingerprints_are_bounded_sorted_and_symmetric(words: list[str]) -> None:
    made = make_fingerprint(words)
    assert list(made.keys) == sorted(set(made.keys))
    assert len(made.keys) <= KEY_CAP
    shingles = len(made.shingles) // 4
    assert len(made.keys) >= min(shingles, KEY_FLOOR)
    other = make_fingerprint(words[::-1])
    there, back = overlap(made, other), overlap(other, made)
    assert (there.of_first, there.jaccard) == (back.of_second, back.jaccard)
    assert 0.0 <= there.jaccard <= there.containment <= 1.0
