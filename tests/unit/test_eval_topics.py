"""`python -m tests.evaluation topics` counts right, on texts of our own in the schema of the labelled data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.evaluation.__main__ import app
from tests.evaluation.report import EvaluationDataError
from tests.evaluation.topics import SLUG, evaluate

CONFIG = Path(__file__).resolve().parents[2] / "config"


def record(number: int, language: str, title: str, text: str, *topics: str, hard: str | None = None) -> str:
    labels = {"topics": list(topics), "meetings": []}
    return json.dumps(
        {
            "id": f"x{number}",
            "lang": language,
            "published": "2025-10-06",
            "title": title,
            "text": text,
            "labels": labels,
            "hard_negative": hard,
        }
    )


RECORDS = (
    record(1, "en", "Putin and Erdogan meet in Sochi", "Erdogan came from Ankara to see Putin.", SLUG),
    record(2, "ru", "Лавров прилетел в Анкару", "", SLUG, "diplomacy"),
    record(3, "tr", "İki lider görüştü", "Görüşme bir saat sürdü.", SLUG),  # nobody could tell: a miss
    record(4, "en", "Russia and Turkey sign gas deal", "", hard="labelled otherwise"),  # a false hit
    record(5, "en", "Roast turkey from a Russian kitchen", "", hard="the bird"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "meetings.jsonl").write_text("\n".join(RECORDS), encoding="utf-8")
    return tmp_path


def test_precision_recall_and_cases(data: Path) -> None:
    report = evaluate(data, CONFIG)
    rows = {row[0]: row[1:] for row in report.figures[0].rows}
    assert rows["en"][:5] == (3, 1, 2, 0.5, 1.0)
    assert rows["ru"][:5] == (1, 1, 1, 1.0, 1.0)
    assert rows["tr"][:5] == (1, 1, 0, None, 0.0)
    assert rows["all"][:5] == (5, 3, 3, pytest.approx(2 / 3), pytest.approx(2 / 3))
    without = {row[0]: row[1:4] for row in report.figures[1].rows}
    assert without["all"] == (2, 2, 1), "only texts that have a body"
    assert report.figures[2].rows == ((2, 1),)
    assert [(case.kind, case.where.split()[0]) for case in report.cases] == [("miss", "x3"), ("false hit", "x4")]
    assert {goal.name: goal.met for goal in report.goals}["hard negatives tagged"] is False


def test_data_that_is_not_there_or_not_in_its_schema(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError):
        evaluate(tmp_path, CONFIG)
    (tmp_path / "meetings.jsonl").write_text('{"id": "x1", "lang": "en"}', encoding="utf-8")
    with pytest.raises(EvaluationDataError, match="x1"):
        evaluate(tmp_path, CONFIG)


def test_the_command_prints_json(data: Path) -> None:
    result = CliRunner().invoke(app, ["topics", "--data", str(data), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["what"] == "Topics"
