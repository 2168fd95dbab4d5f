"""A report in its three forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evaluation.printing import Show, print_report
from tests.evaluation.report import Case, EvaluationDataError, Figures, Goal, Report, data_version, markdown
from tests.evaluation.shares import f1, mean, share

REPORT = Report(
    what="eval letters",
    figures=(Figures("By language", ("language", "n", "F1", "best"), (("en", 1200, 0.5, None),)),),
    goals=(Goal("F1", 0.5, 0.4), Goal("false alerts", 3, 1, at_least=False)),
    cases=(Case("missed", "text 7", "a [b]", "nothing"),),
    facts={"seed": 1},
)


def test_goals_know_which_way_is_better() -> None:
    assert [goal.met for goal in REPORT.goals] == [True, False]


def test_markdown_has_figures_and_goals_but_no_text_of_the_data() -> None:
    page = "\n".join(markdown(REPORT))
    assert "| en | 1,200 | 0.500 | – |" in page
    assert "| false alerts | ≤ 1 | 3 | missed |" in page
    assert "text 7" not in page


def test_json_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["goals"][1]["met"] is False
    assert document["figures"][0]["rows"] == [["en", 1200, 0.5, None]]


def test_cases_are_shown_on_request_with_their_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT, as_json=False)
    assert "text 7" not in capsys.readouterr().out
    print_report(REPORT, as_json=False, show=Show.ERRORS)
    assert "a [b]" in capsys.readouterr().out


def test_the_version_of_data_follows_its_bytes_and_not_its_folder(tmp_path: Path) -> None:
    for name, content in (("one", "x"), ("two", "x"), ("three", "y")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "labels.jsonl").write_text(content, encoding="utf-8")
    one, two, three = (data_version([tmp_path / name / "labels.jsonl"]) for name in ("one", "two", "three"))
    assert one == two != three
    with pytest.raises(EvaluationDataError, match="nowhere"):
        data_version([tmp_path / "nowhere"])


def test_nothing_has_no_share() -> None:
    assert (share(0, 0), mean([]), f1(None, 1.0), f1(0.0, 0.0)) == (None, None, None, None)
    assert (share(1, 4), mean([True, False]), mean(iter([0.5, 1.0])), f1(0.5, 1.0)) == (0.25, 0.5, 0.75, 2 / 3)
