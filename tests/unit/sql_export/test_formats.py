"""Rows in the four formats: typed, whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.sql_export.formats import FORMULA_STARTS, WRITERS, Column, Format
from pipeline.sql_export.queries import cookbook

COLUMNS = (
    Column("title", 25),
    Column("at", 1184),
    Column("day", 1082),
    Column("spread", 1186),
    Column("share", 1700),
    Column("names", 1009),
    Column("payload", 3802),
    Column("n", 20),
)
ROW = (
    "Görüşme, “ertelendi”\nnew line",
    datetime(2031, 5, 8, 9, tzinfo=UTC),
    date(2031, 5, 14),
    timedelta(minutes=90),
    Decimal("0.25"),
    ["Sokolov", "Aydınoğlu"],
    {"quote": "Встреча отложена"},
    -7,
)
EMPTY = (None,) * len(COLUMNS)


def written(form: Format, columns: tuple[Column, ...], *batches: list[tuple[Any, ...]]) -> bytes:
    stream = io.BytesIO()
    writer = WRITERS[form](stream, columns)
    for rows in batches:
        writer.write(rows)
    writer.close()
    return stream.getvalue()


def test_csv() -> None:
    head, first, second = csv.reader(
        io.StringIO(written(Format.CSV, COLUMNS, [ROW], [EMPTY]).decode("utf-8-sig"), newline="")
    )
    assert head == [column.name for column in COLUMNS]
    assert first[:5] == [ROW[0], "2031-05-08T09:00:00+00:00", "2031-05-14", "01:30:00", "0.25"]
    assert first[5] == "Sokolov; Aydınoğlu"
    assert first[7] == "-7"  # a number is no formula
    assert second == [""] * len(COLUMNS)


def test_csv_begins_with_the_mark_by_which_excel_knows_utf8() -> None:
    assert written(Format.CSV, COLUMNS).startswith(b"\xef\xbb\xbftitle,")


def sheet(content: bytes) -> list[str]:
    """The cells of the first sheet as XML elements."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return re.findall(r"<c .*?</c>", book.read("xl/worksheets/sheet1.xml").decode(), re.S)


def test_excel_keeps_texts_as_texts_and_days_as_days() -> None:
    formula = ("=1+1", *ROW[1:])
    cells = sheet(written(Format.XLSX, COLUMNS, [formula, EMPTY]))
    text, moment, day, spread, share, names, _, number = cells[len(COLUMNS) :]
    assert 't="inlineStr"' in text
    assert "=1+1" in text
    assert "<f>" not in "".join(cells)
    assert re.search(r"<v>47976\.375</v>", moment)  # days since 1900, 9 in the morning
    assert re.search(r"<v>47982</v>", day)
    assert "01:30:00" in spread
    assert "<v>0.25</v>" in share
    assert "Sokolov; Aydınoğlu" in names
    assert "<v>-7</v>" in number


def test_what_a_cell_of_excel_cannot_hold() -> None:
    long, wide = "я" * 40_000, 2**60
    texts = sheet(written(Format.XLSX, (Column("t", 25), Column("n", 20)), [(long, wide)]))[2:]
    assert "я" * 32_766 + "…" in texts[0]
    assert str(wide) in texts[1]


def test_json_lines() -> None:
    first, second = map(json.loads, written(Format.JSONL, COLUMNS, [ROW, EMPTY]).decode().splitlines())
    assert first["payload"] == ROW[6]
    assert (first["spread"], first["share"], first["n"]) == (5400.0, 0.25, -7)
    assert set(second.values()) == {None}


def test_parquet_keeps_types() -> None:
    table = pq.read_table(io.BytesIO(written(Format.PARQUET, COLUMNS, [ROW], [EMPTY])))
    assert table.schema.field("at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("names").type == pa.list_(pa.string())
    first, second = table.to_pylist()
    assert (first["at"], first["day"], first["spread"], first["names"]) == (ROW[1], ROW[2], ROW[3], ROW[5])
    assert json.loads(first["payload"]) == ROW[6]
    assert set(second.values()) == {None}


@pytest.mark.parametrize("form", Format)
def test_no_rows_is_a_file_all_the_same(form: Format) -> None:
    content = written(form, COLUMNS)
    assert bool(content) == (form is not Format.JSONL)


@given(st.text())
def test_no_cell_of_a_spreadsheet_is_a_formula(text: str) -> None:
    content = written(Format.CSV, (Column("title", 25), Column("names", 1009)), [(text, [text])])
    row = list(csv.reader(io.StringIO(content.decode("utf-8-sig", "surrogatepass"), newline="")))[1]
    assert row[0].removeprefix("'") == text.removeprefix("'") or row[0] == text
    assert not any(cell.startswith(FORMULA_STARTS) for cell in row)


def test_a_recipe_without_its_question_is_named(tmp_path: Any) -> None:
    (tmp_path / "good.sql").write_text("-- What is it?\nSELECT 1", encoding="utf-8")
    (tmp_path / "bad.sql").write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"bad\.sql:1: expected the question"):
        cookbook(tmp_path)
