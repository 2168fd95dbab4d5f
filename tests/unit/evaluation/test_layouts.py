"""Pages made from parts: the scorer sees each fault, and a sample of the first batch is read without any."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from tests.evaluation.layout_pages import LayoutPage, layout_pages
from tests.evaluation.layout_pages_second import second_layouts
from tests.evaluation.layouts import faults_of

EVERY = 97  # of 4,500: coprime to the number of parts, so that each part has its turn


@pytest.mark.parametrize("page", list(islice(layout_pages(), 3, None, EVERY)), ids=lambda page: page.name)
def test_a_sample_of_the_first_batch(page: LayoutPage) -> None:
    assert faults_of(page)[0] == ()


def test_every_combination_is_there() -> None:
    assert len(list(layout_pages())) == 4_500
    assert len({page.name for page in second_layouts()}) == 3_000


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
