"""The scorers of meetings and dates, on a small folder of labelled texts of our own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.configuration.folder import read_gazetteer
from pipeline.meetings.statuses import CHANGES
from pipeline.records import MeetingMention, MeetingStatus, Participant, Quote, Span
from tests.evaluation.dates import evaluate as evaluate_dates
from tests.evaluation.edtf import bounds, is_date, overlap
from tests.evaluation.meetings import _status_row, evaluate
from tests.evaluation.meetings_data import LabelledText, Skipped, load_texts
from tests.evaluation.meetings_dates import date_scores
from tests.evaluation.meetings_match import Matcher, people_agree
from tests.evaluation.report import EvaluationDataError, Report

CONFIG = Path(__file__).parents[3] / "config"


def label(**given: Any) -> dict[str, Any]:
    unset = dict.fromkeys(("place", "date", "previous_date"))
    return {"participants": [], "countries": ["RU", "TR"], "kind": "visit", "quote": "", **unset, **given}


def text(name: str, body: str, *labels: dict[str, Any]) -> dict[str, Any]:
    found = {"topics": [], "meetings": list(labels)}
    return {"id": name, "title": "", "text": body, "published": "2025-10-06", "lang": "en", "labels": found}


TEXTS = [
    text("right", "The Turkish president will visit Moscow on Friday.",
         label(status="scheduled", date="2025-10-10", place="Moscow", quote="will visit Moscow")),
    text("other status", "The Greek prime minister cancelled a visit to Ankara.",
         label(status="postponed", countries=["GR", "TR"])),
    text("accepted status", "The Polish president cancelled a visit to Kyiv.",
         label(status="postponed", also_accept_status=["cancelled"], countries=["PL", "UA"])),
    text("missed", "The weather was fine in Ankara.", label(status="held")),
    text("false", "The Egyptian foreign minister will visit Ankara tomorrow."),
    text("nothing", "Prices rose in Turkey."),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "meetings.jsonl").write_text("\n".join(map(json.dumps, TEXTS)))
    chain = {"chain": "greek-visit", "ids": ["other status", "missed"]}
    (tmp_path / "chains.jsonl").write_text(json.dumps(chain))
    (tmp_path / "wire.jsonl").write_text("")
    return tmp_path


def row(report: Report, title: str, *names: str) -> dict[str, Any]:
    (figures,) = [figures for figures in report.figures if figures.title == title]
    (found,) = [cells for cells in figures.rows if cells[: len(names)] == names]
    return dict(zip(figures.columns, found, strict=True))


def test_meetings_are_scored_as_the_data_says(folder: Path) -> None:
    report = evaluate(folder, CONFIG)
    english = row(report, "Detection and fields by language", "en")
    assert (english["labelled"], english["read"]) == (4, 4)
    assert (english["precision"], english["recall"]) == (0.75, 0.75)
    assert english["status"] == pytest.approx(2 / 3)  # the accepted reading is right
    assert (english["date"], english["place"], english["quote"]) == (1.0, 1.0, 1.0)
    changes = row(report, "Changes: postponed, rescheduled, cancelled", "en")
    assert (changes["precision"], changes["recall"]) == (0.5, 0.5)
    assert (changes["precision, any change"], changes["recall, any change"]) == (1.0, 1.0)
    quiet = row(report, "Texts without a meeting", "en")
    assert (quiet["texts"], quiet["nothing read"], quiet["a change read"]) == (2, 1, 0)
    assert row(report, "By chain", "greek-visit")["recall"] == 0.5
    kinds = sorted(case.kind for case in report.cases)
    assert kinds == ["false", "missed", "status"]


def test_dates_are_found_and_given(folder: Path) -> None:
    report = evaluate_dates(folder, CONFIG)
    assert row(report, "Found in the text", "all")["days exact"] == 1.0
    assert row(report, "Given to the meeting", "all")["days exact"] == 1.0


def test_texts_of_one_chain_stay_in_one_half(folder: Path) -> None:
    halves = {one.id: one.half for one in load_texts(folder)[0]}
    assert halves["other status"] == halves["missed"]


def test_a_folder_without_labels_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match=r"chains\.jsonl"):
        load_texts(tmp_path)


def test_a_label_in_another_schema_is_an_error(folder: Path) -> None:
    broken = text("odd", "Nothing.", label(status="delayed"))
    (folder / "meetings.jsonl").write_text(json.dumps(broken))
    with pytest.raises(EvaluationDataError, match="odd"):
        load_texts(folder)


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2020-06-14", date(2020, 6, 14), date(2020, 6, 14)),
        ("2020-06-14/2020-06-16", date(2020, 6, 14), date(2020, 6, 16)),
        ("[2020-06-14..2020-06-30]", date(2020, 6, 14), date(2020, 6, 30)),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2019-01?", date(2019, 1, 1), date(2019, 1, 31)),
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_bounds_of_a_date(edtf: str, first: date, last: date) -> None:
    assert bounds(edtf) == (first, last)


@pytest.mark.parametrize("label", ["2025-13", "2025-02-30", "soon", "[2025-01-01", "2025-1", ""])
def test_what_is_no_date(label: str) -> None:
    assert not is_date(label)


def test_ranges_overlap_by_days() -> None:
    assert overlap(bounds("2020-06"), bounds("2020-06")) == 1.0
    assert overlap(bounds("[2020-06-01..2020-06-10]"), bounds("[2020-06-06..2020-06-10]")) == 0.5
    assert overlap(bounds("2020-06"), bounds("2020-08")) == 0.0


def test_date_scores_count_days_ranges_and_wrong_years() -> None:
    days, ranges, wrong = date_scores(
        [
            ("2020-06-14", "2020-06-14"),
            ("2020-06-14", "2021-06-14"),
            ("2020-06", "[2020-06-01..2020-06-20]"),
            (None, "2020"),
        ]
    )
    assert (days, ranges, wrong) == (0.5, 1.0, 1)


@pytest.mark.parametrize(
    ("labelled", "read", "agree"),
    [
        (["Сергей Лавров"], [Participant("per:ru.lavrov", "Sergei Lavrov", "RU")], True),
        (["Ivan Orlov"], [Participant("per:ru.petrov", "Oleg Petrov", "RU")], False),
        (["президент России"], [Participant("per:ru.orlov", "Ivan Orlov", "RU")], None),
        (["Ivan Orlov"], [Participant("off:RU.FM", "Russian foreign minister", "RU")], None),
        ([], [Participant("per:ru.orlov", "Ivan Orlov", "RU")], None),
    ],
)
def test_people_agree_across_alphabets(labelled: list[str], read: list[Participant], agree: bool | None) -> None:
    assert people_agree(tuple(labelled), tuple(read)) is agree


def read_of(one: LabelledText, *countries: str, status: str = "cancelled") -> MeetingMention:
    """What a reader might make of a text."""
    span = Span("body", 0, len(one.article.body))
    return MeetingMention(
        countries=countries, participants=(), place=None, when=None, previous_when=None,
        status=MeetingStatus(status), format="visit", quote=Quote(one.article.body, span), confidence=0.8, rules=(),
    )  # fmt: skip


def loaded(tmp_path: Path, *records: dict[str, Any]) -> tuple[list[LabelledText], list[Skipped]]:
    (tmp_path / "meetings.jsonl").write_text("\n".join(map(json.dumps, records)))
    for name in ("chains.jsonl", "wire.jsonl"):
        (tmp_path / name).write_text("")
    return load_texts(tmp_path)


def test_a_record_with_a_malformed_date_is_named_and_left_out(tmp_path: Path) -> None:
    good, bad = text("good", "x", label(status="held", date="[2025-10-01..2025-10-09]")), text("bad", "x")
    bad["labels"]["meetings"] = [label(status="held", date="2025-13-01")]
    texts, skipped = loaded(tmp_path, good, bad)
    assert [one.id for one in texts] == ["good"]
    assert skipped == [Skipped("bad", "malformed date: date 2025-13-01")]


def test_an_optional_meeting_is_neither_demanded_nor_wrong(tmp_path: Path) -> None:
    record = text("alluded", "The talks go on.")
    record["labels"]["meetings_optional"] = [label(status="held", countries=["IL", "PS"])]
    (one,), _ = loaded(tmp_path, record)
    matcher = Matcher(read_gazetteer(CONFIG))
    unread, read = matcher.match(one, ()), matcher.match(one, (read_of(one, "IL", "PS", status="held"),))
    assert (unread.missed, read.pairs, read.false) == ((), (), ())
    assert len(matcher.match(one, (read_of(one, "FR", "GR"),)).false) == 1


def test_optional_countries_may_be_read_or_not(tmp_path: Path) -> None:
    (one,), _ = loaded(
        tmp_path, text("nato", "x", label(status="held", countries=["EE"], countries_optional=["LT"]))
    )
    (meeting,) = one.labels
    assert [meeting.has_sides(frozenset(sides)) for sides in (("EE",), ("EE", "LT"), ("LT",), ("EE", "GB"))] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_recalled_change_is_not_demanded_and_wrong_where_it_is_read_as_news(tmp_path: Path) -> None:
    record = text("memory", "A year ago the visit was cancelled.", label(status="cancelled", recalled=True))
    (one,), _ = loaded(tmp_path, record)
    matcher = Matcher(read_gazetteer(CONFIG))
    rows = [
        _status_row([matcher.match(one, mentions)], CHANGES)
        for mentions in ((), (read_of(one, "RU", "TR"),), (read_of(one, "RU", "TR", status="held"),))
    ]
    assert [row[:2] for row in rows] == [(0, 0), (0, 1), (0, 0)]


def test_another_accepted_date_is_right(tmp_path: Path) -> None:
    (one,), _ = loaded(
        tmp_path, text("two", "x", label(status="held", date="2025-10-10", also_accept_date="2025-10-11"))
    )
    assert [one.labels[0].has_date(date) for date in ("2025-10-10", "2025-10-11", "2025-10-12", None)] == [
        True, True, False, False,
    ]  # fmt: skip
