"""What the planner makes of every statement that runs: caught as the real functions send them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from tests.bench.plans import scanned

_VERBS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


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
def watched(engine: Engine | type[Engine]) -> Iterator[Plans]:
    """Have each statement of `engine`, or of every engine, planned by EXPLAIN just before it runs."""
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
