"""Rows into files: CSV and Excel a spreadsheet opens without harm, JSON Lines, Parquet with types."""

from __future__ import annotations

import codecs
import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from pipeline.errors import DatabaseError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
EXCEL_CELL = 32_767  # characters
EXCEL_ROWS = 1_048_576
EXCEL_YEAR = 1900  # it knows no earlier day
EXCEL_EXACT = 10**15  # numbers from here on lose digits: they are written as text

# pg_type oids, which PostgreSQL never changes, and their Arrow types.
_SCALARS = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", tz="UTC"),
    1186: pa.duration("us"),
    1700: pa.float64(),  # our numerics are shares and sums, nothing that a double would spoil
}
_ARRAYS = {
    1000: 16,
    1005: 21,
    1007: 23,
    1016: 20,
    1021: 700,
    1022: 701,
    1115: 1114,
    1182: 1082,
    1185: 1184,
    1231: 1700,
}
_TEXT_ARRAYS = {1002, 1009, 1014, 1015, 2951}


class Format(StrEnum):
    """The formats `wirewatch export` writes."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Column:
    """Name and PostgreSQL type oid, as a cursor describes them."""

    name: str
    oid: int


class Writer(ABC):
    """Takes rows batch by batch; `close` finishes the file but leaves the stream open."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        self.stream, self.columns = stream, columns

    @abstractmethod
    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows, in the order of the columns."""

    def close(self) -> None:  # noqa: B027 - only formats with a footer have something to do
        """Write the end of the file."""


class CsvWriter(Writer):
    """RFC 4180 in UTF-8 with a byte order mark, without which Excel reads Cyrillic as Latin.

    A text that a spreadsheet would run as a formula gets an apostrophe before it; lists are joined by "; ".
    """

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        super().__init__(stream, columns)
        stream.write(codecs.BOM_UTF8)
        self.text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        self.rows = csv.writer(self.text)
        self.rows.writerow(column.name for column in columns)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        self.rows.writerows([_csv_cell(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Detach from the stream."""
        self.text.detach()


class ExcelWriter(Writer):
    """One sheet with a frozen head; texts are texts, never formulas or links, and times are UTC without a zone."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        super().__init__(stream, columns)
        self.book = xlsxwriter.Workbook(stream, {"constant_memory": True, "remove_timezone": True})
        self.sheet = self.book.add_worksheet("rows")
        self.sheet.freeze_panes(1, 0)
        self.times = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.days = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.sheet.set_column(0, max(len(columns) - 1, 0), 18)
        for place, column in enumerate(columns):
            self.sheet.write_string(0, place, column.name, self.book.add_format({"bold": True}))
        self.row = 0

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        for row in rows:
            self.row += 1
            if self.row >= EXCEL_ROWS:
                raise DatabaseError(f"Excel holds {EXCEL_ROWS:,} rows; export CSV or Parquet instead")
            for place, cell in enumerate(row):
                self._write_cell(place, cell)

    def _write_cell(self, place: int, cell: Any) -> None:
        if isinstance(cell, datetime) and cell.year >= EXCEL_YEAR:
            self.sheet.write_datetime(self.row, place, cell, self.times)
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell.year >= EXCEL_YEAR:
            self.sheet.write_datetime(self.row, place, cell, self.days)
        elif isinstance(cell, bool):
            self.sheet.write_boolean(self.row, place, cell)
        elif isinstance(cell, int | float | Decimal) and abs(float(cell)) < EXCEL_EXACT:
            self.sheet.write_number(self.row, place, float(cell))
        elif cell is not None:
            self.sheet.write_string(self.row, place, _shortened(_readable(cell)))

    def close(self) -> None:
        """Write the book."""
        self.book.close()


class JsonLinesWriter(Writer):
    """One JSON object a line, UTF-8; times as ISO 8601, durations in seconds."""

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        names = [column.name for column in self.columns]
        for row in rows:
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_plain)
            self.stream.write(line.encode() + b"\n")


class ParquetWriter(Writer):
    """Columns keep their types: times are UTC in microseconds, arrays are lists, JSON is text."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        super().__init__(stream, columns)
        self.schema = pa.schema([(column.name, arrow_type(column.oid)) for column in columns])
        self.file = pq.ParquetWriter(stream, self.schema, compression="zstd")

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows as one row group."""
        cells = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        arrays = [
            pa.array([_arrow_cell(cell, field.type) for cell in column], type=field.type)
            for column, field in zip(cells, self.schema, strict=True)
        ]
        self.file.write_table(pa.Table.from_arrays(arrays, schema=self.schema))

    def close(self) -> None:
        """Write the footer, without which the file is invalid."""
        self.file.close()


WRITERS: dict[Format, type[Writer]] = {
    Format.CSV: CsvWriter,
    Format.JSONL: JsonLinesWriter,
    Format.PARQUET: ParquetWriter,
    Format.XLSX: ExcelWriter,
}


def arrow_type(oid: int) -> pa.DataType:
    """The Arrow type for a PostgreSQL type; text if there is no closer one."""
    if oid in _ARRAYS:
        return pa.list_(_SCALARS[_ARRAYS[oid]])
    if oid in _TEXT_ARRAYS:
        return pa.list_(pa.string())
    return _SCALARS.get(oid, pa.string())


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return "'" + cell if cell.startswith(FORMULA_STARTS) else cell
    if isinstance(cell, list | dict | timedelta):
        return _csv_cell(_readable(cell))
    return cell if cell is None or isinstance(cell, bool | int | float) else _plain(cell)


def _readable(cell: Any) -> str:
    """A cell as text: lists joined by "; ", durations as "2 days 03:15:00", the rest as JSON or ISO 8601."""
    if isinstance(cell, list) and not any(isinstance(item, list | dict) for item in cell):
        return "; ".join("" if item is None else str(_plain(item)) for item in cell)
    if isinstance(cell, timedelta):
        days, rest = divmod(int(cell.total_seconds()), 86_400)
        clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
        return f"{days} days {clock}" if days else clock
    return (
        json.dumps(cell, ensure_ascii=False, default=_plain)
        if isinstance(cell, list | dict)
        else str(_plain(cell))
    )


def _shortened(text: str) -> str:
    """What a cell of Excel holds; a longer text ends with an ellipsis."""
    return text if len(text) <= EXCEL_CELL else text[: EXCEL_CELL - 1] + "…"


def _arrow_cell(cell: Any, kind: pa.DataType) -> Any:
    if isinstance(cell, Decimal):
        return float(cell)
    if pa.types.is_string(kind) and cell is not None and not isinstance(cell, str):
        return json.dumps(cell, ensure_ascii=False, default=_plain) if isinstance(cell, list | dict) else str(cell)
    return cell


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return float(value) if isinstance(value, Decimal) else str(value)
