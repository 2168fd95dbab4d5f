"""What the planner makes of every statement that runs: caught as the real functions send them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event, text

_VERBS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
_SIZES = text("""
    SELECT relname, greatest(reltuples, 0)::bigint AS rows FROM pg_class
     WHERE relnamespace = 'store'::regnamespace AND relkind IN ('r', 'p')
""")


@dataclass
class Plans:
    """Every statement planned while it was watched, with the tables it would read from end to end."""

    statements: dict[str, set[str]] = field(default_factory=dict)

    def whole_tables(self, sizes: dict[str, int], rows: int) -> dict[str, list[str]]:
        """Statements that read a table of more than `rows` rows from end to end, with those tables."""
        found = {
            statement: sorted(name for name in tables if sizes.get(name, 0) > rows)
            for statement, tables in self.statements.items()
        }
        return {statement: tables for statement, tables in found.items() if tables}


@contextlib.contextmanager
def watched(engine: Engine) -> Iterator[Plans]:
    """Have each statement of `engine` planned by EXPLAIN just before it runs."""
    plans = Plans()

    def before(_conn: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not statement.lstrip().upper().startswith(_VERBS):
            return
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters[0] if many else parameters)
        plan = cursor.fetchone()[0][0]["Plan"]
        name = " ".join(statement.split())
        plans.statements.setdefault(name, set()).update(scanned(plan))

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", before)


def plan_of(conn: Connection, statement: str, **parameters: Any) -> dict[str, Any]:
    """How one statement would be run."""
    found: dict[str, Any] = conn.scalars(text(f"EXPLAIN (FORMAT JSON) {statement}"), parameters).one()[0]["Plan"]
    return found


def scanned(plan: dict[str, Any]) -> Iterator[str]:
    """The tables a plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for child in plan.get("Plans", ()):
        yield from scanned(child)


def table_sizes(conn: Connection) -> dict[str, int]:
    """Rows of each table of ours, as last analysed."""
    return {row.relname: row.rows for row in conn.execute(_SIZES)}
