"""What a text is to the ones before it: noise makes no version, and no change of meaning is lost."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.versions.new_version import MAX_FIGURE_CHANGES, MAX_OCCURRENCES, JudgedText, Verdict, judge


def text(page: int, sense: str, *, clock: str = "", shape: str | None = None) -> JudgedText:
    return JudgedText(
        page, f"{sense}|{clock}".encode(), sense.encode(), (sense if shape is None else shape).encode()
    )


def read(*texts: JudgedText) -> tuple[list[Verdict], list[JudgedText]]:
    """Judge texts one after another; each that counts as new becomes a version."""
    versions: list[JudgedText] = []
    verdicts = []
    for new in texts:
        verdicts.append(judge(new, versions))
        if verdicts[-1].is_new:
            versions.append(new)
    return verdicts, versions


def test_first_changed_unchanged() -> None:
    verdicts, _ = read(text(1, "planned"), text(2, "planned"), text(3, "postponed"))
    assert verdicts == [Verdict.FIRST, Verdict.UNCHANGED, Verdict.CHANGED]


def test_only_the_clock() -> None:
    verdicts, _ = read(text(1, "planned", clock="9:00"), text(2, "planned", clock="9:15"))
    assert verdicts == [Verdict.FIRST, Verdict.CLOCK_NOISE]
    assert verdicts[1].is_current


def test_a_page_that_was_overtaken() -> None:
    verdicts, _ = read(text(2, "postponed"), text(1, "planned"), text(1, "postponed"))
    assert verdicts == [Verdict.FIRST, Verdict.OVERTAKEN, Verdict.OVERTAKEN]


def test_a_correction_that_is_taken_back_is_news_once() -> None:
    verdicts, _ = read(text(1, "a"), text(2, "b"), text(3, "a"))
    assert verdicts[-1] is Verdict.RETURNED


def test_two_texts_in_turns_stop_making_versions() -> None:
    verdicts, versions = read(*(text(n, "ab"[n % 2]) for n in range(20)))
    assert len(versions) == 2 * MAX_OCCURRENCES
    assert set(verdicts[4:]) == {Verdict.FLIP_FLOP, Verdict.UNCHANGED}


def test_a_new_text_after_a_flip_flop_counts() -> None:
    verdicts, _ = read(*(text(n, "ab"[n % 2]) for n in range(9)), text(10, "cancelled"))
    assert verdicts[-1] is Verdict.CHANGED


def test_a_moved_date_counts_and_a_ticker_does_not() -> None:
    ticker = [text(n, f"on {n} May", shape="on 0 may") for n in range(30)]
    verdicts, versions = read(*ticker)
    assert verdicts[1] is Verdict.CHANGED
    assert len(versions) == MAX_FIGURE_CHANGES + 1
    assert set(verdicts[MAX_FIGURE_CHANGES + 1 :]) == {Verdict.FIGURES_CHURN}


def test_words_end_the_run_of_figures() -> None:
    ticker = [text(n, f"on {n} May", shape="on 0 may") for n in range(30)]
    verdicts, _ = read(*ticker, text(40, "postponed"), text(41, "on 3 May", shape="on 0 may"))
    assert verdicts[-2:] == [Verdict.CHANGED, Verdict.RETURNED]


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_versions_are_bounded_by_the_texts_there_are(senses: list[str]) -> None:
    _, versions = read(*(text(n, sense) for n, sense in enumerate(senses)))
    assert len(versions) <= MAX_OCCURRENCES * len(set(senses))
    assert all(a.sense_hash != b.sense_hash for a, b in itertools.pairwise(versions))
    assert {version.sense_hash.decode() for version in versions} == set(senses)  # every text is kept at least once
