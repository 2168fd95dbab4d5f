"""What the planner makes of a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

_SIZES = text("""
    SELECT relname, greatest(reltuples, 0)::bigint AS rows FROM pg_class
     WHERE relnamespace = 'store'::regnamespace AND relkind IN ('r', 'p')
""")


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


def touched(plan: dict[str, Any]) -> set[str]:
    """Every table a plan reads, however it does."""
    own = {plan["Relation Name"]} if "Relation Name" in plan else set()
    return own.union(*(touched(child) for child in plan.get("Plans", ())))


def table_sizes(conn: Connection) -> dict[str, int]:
    """Rows of each table of ours, as last analysed."""
    return {row.relname: row.rows for row in conn.execute(_SIZES)}
