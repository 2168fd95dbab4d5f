"""Paragraphs of one thing over and over: no pattern may look at them in more ways than they have characters."""

from __future__ import annotations

import time

import pytest

from pipeline.dedupe.furniture import Sort, strip_furniture
from pipeline.dedupe.markers import find_markers
from pipeline.dedupe.origin import find_origins

LENGTH = 5_000
SECONDS = 1.0  # of the processor; each takes a few hundredths
UNITS = (
    "会", "会議", "會 ", "А", "A", "İ", "A ", "A-", "A.", "A/", "A, ", "Ab ", "Ab-", "Ab. ", "Ab, ", "ОРЁЛ ", "AB'",
    "7", "7 ", "7.", "7-", "12 June ", "June 1, ", " ", "\t", "\u00a0", "-", "- ", "—", "— ", ".", ",", "'", "(", "( ",
    "[", "/", "/ ", ":", "!", "…", "a", "a ", "a, ", "and", "Ab and ", "By ", "By Ab, ", "(Adds ", "(Reuters", "AA ",
    "Reuters/", "TASS / ", "UPDATE 1-", "UPDATE ", "Reporting by ", "Source: ", "contributed ", "citing ", "© ",
)  # fmt: skip
BEFORE = ("", "By ", "ANKARA, ", "Adds (", "x. ")
AFTER = ("x", " -")


def seconds_of(text: str) -> float:
    start = time.process_time()
    strip_furniture(text[:400], text)
    find_markers(text[:400], text)
    find_origins(text[:400], text)
    return time.process_time() - start


@pytest.mark.parametrize("unit", UNITS)
def test_a_paragraph_of_one_thing_is_read_in_no_time(unit: str) -> None:
    filling = (unit * LENGTH)[:LENGTH]
    assert seconds_of(filling) < SECONDS  # first, so that a slow one fails soon
    for before in BEFORE:
        for after in AFTER:
            assert seconds_of(before + filling + after) < SECONDS, (before, after)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("RIO DE JANEIRO, June 12 (Reuters) - The port is open.", "The port is open."),
        ("Rio-de-Janeiro, June 12 (Reuters) - The port is open.", "The port is open."),
        ("Al-Ula/Riyadh (AFP) - The port is open.", "The port is open."),
        ("İSTANBUL-AA: Liman açıldı.", "Liman açıldı."),
        ("OLD TOWN, EAST BANK - The port is open.", "The port is open."),
        ("NEW HARBOUR CITY — The port is open.", "The port is open."),
        ("東京 - The port is open.", "The port is open."),
    ],
)
def test_datelines_of_joined_words_are_still_taken_off(line: str, left: str) -> None:
    assert strip_furniture("", line).paragraphs == (left,)


@pytest.mark.parametrize(
    "byline", ["By Jane West and Ali Demir", "By Jane West, Ali Demir & Ivan Orlov", "By Jane West , Ali Demir"]
)
def test_bylines_of_several_are_still_taken_off(byline: str) -> None:
    pieces = strip_furniture("", f"{byline}\nThe port is open.").pieces
    assert [(piece.sort, piece.text) for piece in pieces] == [(Sort.BYLINE, byline)]


def test_a_credit_behind_a_dateline_or_many_spaces_is_still_taken_off() -> None:
    pieces = strip_furniture("", "The port is open.     (Reuters)").pieces
    assert [(piece.sort, piece.text) for piece in pieces] == [(Sort.CREDIT, "(Reuters)")]
