"""Rows by the hundred thousand: COPY, into a server set up for it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

# A server as one would set it up for millions of articles: the defaults are for a machine of 1998.
TUNING = {"shared_buffers": "2GB", "maintenance_work_mem": "1GB", "max_wal_size": "8GB"}


@dataclass
class Rows:
    """Rows to be stored, by table. `columns` names those that are written, of each table."""

    columns: Mapping[str, Sequence[str]]
    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)

    def put(self, table: str, *values: object) -> None:
        """One more row of `table`, in the order of its columns."""
        self.rows.setdefault(table, []).append(values)

    def streams(self) -> dict[str, str]:
        """What COPY reads of each table, by the statement that reads it."""
        return {
            f"COPY store.{table} ({', '.join(self.columns[table])}) FROM STDIN": _lines(rows)
            for table, rows in self.rows.items()
        }


def copy(conn: Connection, streams: Mapping[str, str], *, checked: bool = False) -> None:
    """Store rows. Unless `checked`, they are taken as consistent: no foreign key is looked up."""
    if not checked:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
    cursor = conn.connection.cursor()
    for statement, lines in streams.items():
        cursor.copy_expert(statement, io.StringIO(lines))


def _lines(rows: Iterable[Sequence[object]]) -> str:
    return "".join("\t".join(map(_value, row)) + "\n" for row in rows)


def _value(value: object) -> str:
    """One value as COPY reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return r"\\x" + value.hex()
    if isinstance(value, tuple):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
