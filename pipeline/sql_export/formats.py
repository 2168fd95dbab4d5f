"""Write rows as files: CSV that is safe to open in a spreadsheet, JSON Lines, Parquet with types."""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

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
    """RFC 4180 in UTF-8. A text that a spreadsheet would run as a formula gets an apostrophe before it."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        super().__init__(stream, columns)
        self.text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        self.rows = csv.writer(self.text)
        self.rows.writerow(column.name for column in columns)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        self.rows.writerows([_csv_cell(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Detach from the stream."""
        self.text.detach()


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
    if isinstance(cell, list | dict):
        return _csv_cell(json.dumps(cell, ensure_ascii=False, default=_plain))
    return cell if cell is None or isinstance(cell, bool | int | float) else _plain(cell)


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
