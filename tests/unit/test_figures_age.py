"""A figure in docs/figures must not be older than a release: then it may measure code that is gone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.settings import CHECKOUT

_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_RELEASE = re.compile(r"^## \d+\.\d+\.\d+ \((\d{4}-\d\d-\d\d)\)$", re.M)
FIGURES = sorted((CHECKOUT / "docs" / "figures").glob("*.md"))


def days_behind(figures: str, changelog: str) -> int:
    """Days between the newest date in a page of figures and the newest release; 0 where none is newer."""
    measured = max(map(date.fromisoformat, _DAY.findall(figures)))
    released = [date.fromisoformat(day) for day in _RELEASE.findall(changelog)]
    return max([0, *((day - measured).days for day in released)])


@pytest.mark.parametrize("page", FIGURES, ids=lambda page: page.stem)
def test_figures_are_of_the_newest_release_or_later(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert _DAY.search(text), "a page of figures says when they were measured"
    changelog = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not days_behind(text, changelog), "measure again: make bench, make eval"


@pytest.mark.parametrize(
    ("released", "behind"), [("2031-03-04", 3), ("2031-03-01", 0), ("2031-02-01", 0), ("unreleased", 0)]
)
def test_a_figure_from_before_a_release_is_found(released: str, behind: int) -> None:
    changelog = f"# Changelog\n\n## 1.2.0 ({released})\n\n- more\n\n## 1.1.0 (2031-01-01)\n"
    assert days_behind("date: 2030-12-01\n\n## Later\n\ndate: 2031-03-01\n", changelog) == behind
