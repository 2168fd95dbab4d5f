"""SQL: the cookbook with its answers, a read-only box with limits, and every answer as a file."""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import IO, Any, cast

import psycopg2
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, text

from pipeline.errors import ConfigurationError, DatabaseError
from pipeline.site.desk import Desk, View, form_of
from pipeline.site.errors import Refused
from pipeline.sql_export.export import answer_to_one
from pipeline.sql_export.formats import WRITERS, Format
from pipeline.sql_export.queries import Recipe, cookbook, find

SHOWN, TIMEOUT_S, EXPORT_S, MOST_SQL = 1000, 5, 60, 20_000
AT_ONCE = 4  # of all readers: the role has twenty connections
_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.JSONL: "application/x-ndjson",
          Format.PARQUET: "application/vnd.apache.parquet"}  # fmt: skip


def routes(desk: Desk) -> APIRouter:
    """GET /sql with `recipe` or `q`, POST /sql for what is typed, GET /sql/{name}.{format} for files."""
    router = APIRouter()
    room = threading.BoundedSemaphore(AT_ONCE)

    @router.get("/sql")
    def page(request: Request) -> Response:
        return _page(desk.view(request), room, request.query_params.get("q", ""))

    @router.post("/sql")
    async def typed(request: Request) -> Response:
        form = await form_of(request)
        v = desk.view(request)
        return await run_in_threadpool(_page, v, room, form.get("q", [""])[0])

    @router.get("/sql/answer.{kind}")
    def export(request: Request, kind: str) -> Response:
        v = desk.view(request)
        recipe = _recipe(v)
        statement = recipe.statement if recipe else _allowed(v, request.query_params.get("q", ""))
        if kind not in set(Format) or not statement:
            raise Refused(404, v.t("no_page"))
        return _file(v, room, statement, Format(kind), recipe.name if recipe else "answer")

    return router


def _recipe(v: View) -> Recipe | None:
    asked = v.request.query_params.get("recipe", "")
    if not asked:
        return None
    try:
        return find(cookbook(v.desk.sql_dir / "cookbook"), asked)
    except ConfigurationError:
        raise Refused(404, v.t("no_recipe", what=asked[:60])) from None


def _allowed(v: View, statement: str) -> str:
    """What was typed, where typing is allowed and it is not too long."""
    if not statement.strip():
        return ""
    if not v.desk.free_sql:
        raise Refused(403, v.t("sql_closed"))
    if len(statement) > MOST_SQL:
        raise Refused(413, v.t("sql_too_long"))
    return statement.replace("\x00", " ").strip().rstrip(";")


def _page(v: View, room: threading.BoundedSemaphore, typed: str) -> Response:
    recipe = _recipe(v)
    statement = recipe.statement if recipe else _allowed(v, typed)
    result: dict[str, Any] = {"columns": [], "rows": [], "more": False, "problem": ""}
    if statement:
        try:
            with _session(v, room, TIMEOUT_S) as session:
                columns, batches = answer_to_one(session, statement.strip().rstrip(";"))
                rows = [row for batch in _first(batches) for row in batch]
            result |= {"columns": columns, "rows": [[cell_of(c) for c in row] for row in rows[:SHOWN]],
                       "more": len(rows) > SHOWN}  # fmt: skip
        except DatabaseError as error:
            result["problem"] = str(error)
    return v.show("sql.html", 422 if result["problem"] else 200, recipe=recipe, statement=statement, typed=typed,
                  recipes=cookbook(v.desk.sql_dir / "cookbook"), formats=list(Format), shown=SHOWN,
                  seconds=TIMEOUT_S, **result)  # fmt: skip


def _first(batches: Iterator[Any]) -> Iterator[Any]:
    seen = 0
    for batch in batches:
        yield batch
        seen += len(batch)
        if seen > SHOWN:
            return


@contextlib.contextmanager
def _session(v: View, room: threading.BoundedSemaphore, seconds: int) -> Iterator[Connection]:
    """A read-only transaction of its own, with a limit of time; two readers too many are asked to come again."""
    if not room.acquire(timeout=1.0):
        raise Refused(429, v.t("sql_busy"))
    try:
        with v.desk.reading.connect().execution_options(postgresql_readonly=True) as session:
            session.execute(text("SET LOCAL search_path = wirewatch"))
            session.execute(text(f"SET LOCAL statement_timeout = {seconds * 1000:d}"))
            yield session
            session.rollback()
    finally:
        room.release()


def cell_of(value: Any) -> str:
    """One cell in words: times as ISO, lists and JSON as JSON."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | timedelta):
        return str(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _file(v: View, room: threading.BoundedSemaphore, statement: str, form: Format, name: str) -> Response:
    """Streamed as it is read. What breaks on the way ends the connection: no file looks whole that is not."""
    with contextlib.ExitStack() as until_answered:
        session = until_answered.enter_context(_session(v, room, EXPORT_S))
        try:
            columns, batches = answer_to_one(session, statement.strip().rstrip(";"))
        except DatabaseError as error:
            raise Refused(422, str(error)) from None
        opened = until_answered.pop_all()  # the stream below closes the session

    def stream() -> Iterator[bytes]:
        with opened:
            sink = _Sink()
            writer = WRITERS[form](cast("IO[bytes]", sink), columns)
            try:
                for rows in batches:
                    writer.write(rows)
                    yield sink.take()
                writer.close()
            except psycopg2.Error as error:
                if form is not Format.PARQUET:
                    yield sink.take() + f"\nERROR: the answer is not whole: {str(error).strip()}\n".encode()
                raise
            yield sink.take()

    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store",
               "Content-Encoding": "identity"}  # fmt: skip
    return StreamingResponse(stream(), media_type=_TYPES[form], headers=headers)


class _Sink(io.RawIOBase):
    """Takes what a writer writes, and hands it on in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Bytes so far: Parquet notes where its parts begin."""
        return self._at

    def write(self, data: Any) -> int:
        """Keep a copy until it is taken."""
        piece = bytes(data)
        self._pieces.append(piece)
        self._at += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Everything since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
