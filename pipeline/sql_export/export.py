"""Stream a view or an answer into a file of any size, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

import psycopg2
from sqlalchemy import Connection, text

from pipeline.errors import DatabaseError
from pipeline.sql_export.formats import WRITERS, Column, Format

BATCH = 2_000  # rows in memory at once; also a Parquet row group
AnswerRows = tuple[list[Column], Iterator[Sequence[Sequence[Any]]]]
_CURSOR = "wirewatch_answer"
_OPEN = f"DECLARE c refcursor := '{_CURSOR}'; BEGIN OPEN c FOR EXECUTE %s; END"
_VIEWS = text("SELECT viewname FROM pg_views WHERE schemaname = 'wirewatch' ORDER BY viewname")


def export_view(session: Connection, view: str, form: Format, stream: IO[bytes]) -> int:
    """Write every row of a view of schema wirewatch. Returns how many.

    Raises:
        DatabaseError: there is no such view; the message lists the existing ones.
    """
    views = list(session.scalars(_VIEWS))
    if view not in views:
        raise DatabaseError(f"there is no view {view}; there are: {', '.join(views)}")
    return export_answer(session, f'SELECT * FROM wirewatch."{view}"', form, stream)  # noqa: S608 - it exists


def export_answer(session: Connection, statement: str, form: Format, stream: IO[bytes]) -> int:
    """Write every row a statement returns. Returns how many."""
    columns, batches = answer(session, statement)
    writer = WRITERS[form](stream, columns)
    count = 0
    for rows in batches:
        writer.write(rows)
        count += len(rows)
    writer.close()
    return count


def answer(session: Connection, statement: str) -> AnswerRows:
    """The columns of a statement's result, and its rows in batches, read on demand.

    Raises:
        DatabaseError: the statement is wrong or does not read; with PostgreSQL's message.
    """
    raw = session.connection.driver_connection
    assert raw is not None
    cursor = raw.cursor(name=_CURSOR, withhold=False)
    cursor.itersize = BATCH
    try:
        cursor.execute(statement)
        return _rows_of(cursor)
    except psycopg2.Error as error:
        raise DatabaseError(str(error).strip()) from error


def answer_to_one(session: Connection, statement: str) -> AnswerRows:
    """As `answer`, of a statement from anybody: PL/pgSQL opens one query that returns rows, and nothing else.

    Raises:
        DatabaseError: it is wrong, or is not one statement that reads; with what PostgreSQL said.
    """
    raw = session.connection.driver_connection
    assert raw is not None
    try:
        with raw.cursor() as opening:
            body = opening.mogrify(_OPEN, (statement,)).decode()
            opening.execute(opening.mogrify("DO %s", (body,)).decode(), None)
        return _rows_of(raw.cursor(name=_CURSOR))
    except psycopg2.Error as error:
        said = error.diag.message_primary or str(error).strip()
        raise DatabaseError("\n".join(filter(None, [said, error.diag.message_hint]))) from error


def _rows_of(cursor: Any) -> AnswerRows:
    """The columns and batches of a cursor that is open on the server."""
    first = cursor.fetchmany(BATCH)  # only now it knows its columns
    columns = [Column(column.name, column.type_code) for column in cursor.description]

    def batches() -> Iterator[Sequence[Sequence[Any]]]:
        rows = first
        while rows:
            yield rows
            rows = cursor.fetchmany(BATCH)
        cursor.close()

    return columns, batches()
