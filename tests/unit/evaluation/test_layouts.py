"""Pages made from parts: the scorer sees each fault, and a sample of the first batch is read without any."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from tests.evaluation.layout_pages import LayoutPage, layout_pages
from tests.evaluation.layout_pages_second import second_layouts
from tests.evaluation.layout_pages_third import third_layouts
from tests.evaluation.layouts import faults_of

EVERY = 97  # of 4,500: coprime to the number of parts, so that each part has its turn


@pytest.mark.parametrize("page", list(islice(layout_pages(), 3, None, EVERY)), ids=lambda page: page.name)
def test_a_sample_of_the_first_batch(page: LayoutPage) -> None:
    assert faults_of(page)[0] == ()


def test_every_combination_is_there() -> None:
    assert len(list(layout_pages())) == 4_500
    assert len({page.name for page in second_layouts()}) == 3_000
    assert len({page.name for page in third_layouts()}) == 3_960


@pytest.mark.parametrize(
    "name",
    [
        "en, hero, date dateline box, below nothing, 2 paragraphs",  # the date opens the band below the headline's
        "ru, hero, date dateline box, below nothing, 1 paragraphs",  # a byline with a date is no commenter's name
        "en, layout tables, date both, below nothing, 2 paragraphs",  # cells that only place things on the page
        "tr, rail, date pipes, below likes, 2 paragraphs",  # applause as text, without a button
        "en, amp, date none, below rows, 3 paragraphs",  # comments in the rows of a table
        "ru, spans, date time only, below figures, 2 paragraphs",  # nickname and time in a caption
        "tr, definition, date both, below question, 3 paragraphs",  # a heading that asks the reader
        "ru, rail, date none, below links, 2 paragraphs",  # teasers without a heading
    ],
)
def test_kinds_of_the_third_batch(name: str) -> None:
    assert faults_of(next(page for page in third_layouts() if page.name == name))[0] == ()


def test_a_label_for_the_blind_names_readers() -> None:
    name = "ru, wrapped, date list, below aria, 2 paragraphs"
    assert faults_of(next(page for page in second_layouts() if page.name == name))[0] == ()


def test_the_scorer_sees_what_is_wrong() -> None:
    page = next(page for page in layout_pages() if len(page.paragraphs) == 2 and not page.intruder and page.dated)
    wrong = replace(
        page,
        title="Another headline of another story",
        paragraphs=("What is not there.", "Nor this."),
        intruder=page.paragraphs[0],
        day=page.day.replace(year=2032),
        marks=(page.paragraphs[1],),
    )
    assert set(faults_of(wrong)[0]) == {
        "date in the body", "comment or teaser in the body", "lead lost", "paragraph lost", "headline wrong", "day wrong",
    }  # fmt: skip
    assert faults_of(replace(page, html=b"<p>"))[0] == ("lead lost",)
