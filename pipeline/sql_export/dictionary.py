"""The data dictionary: every view, column and function analysts may use, as the database itself describes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection, text

_COLUMNS = text("""
    SELECT c.relname AS view, obj_description(c.oid, 'pg_class') AS about, a.attname AS name,
           format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS meaning
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'wirewatch'::regnamespace AND c.relkind = 'v'
     ORDER BY c.relname, a.attnum
""")
_FUNCTIONS = text("""
    SELECT p.proname AS name, pg_get_function_arguments(p.oid) AS arguments,
           pg_get_function_result(p.oid) AS result, obj_description(p.oid, 'pg_proc') AS about
      FROM pg_proc p
     WHERE p.pronamespace = 'wirewatch'::regnamespace
     ORDER BY p.proname
""")
_TYPES = {"timestamp with time zone": "timestamptz", "double precision": "double"}
_HEAD = """# Data dictionary

Every view and function of schema `wirewatch`. Made from the comments in `sql/views` by `wirewatch db dictionary`;
psql shows the same with `\\d+ meetings` and `\\df+ search`. Times are `timestamptz`; the analysts' role sees them
in UTC. Columns are added at the end; a column that is replaced stays beside its successor for a release.
"""


def data_dictionary(session: Connection) -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_views(session), *_functions(session)])


def interface(session: Connection) -> dict[str, str]:
    """The contract with analysts' queries: the type of every view.column, the result of every
    function(arguments)."""
    columns = {f"{row.view}.{row.name}": row.type for row in session.execute(_COLUMNS)}
    return columns | {f"{row.name}({row.arguments})": row.result for row in session.execute(_FUNCTIONS)}


def _views(session: Connection) -> Iterator[str]:
    for (view, about), columns in groupby(session.execute(_COLUMNS), key=lambda row: (row.view, row.about)):
        yield f"## {view}\n\n{about}\n\n| column | type | meaning |\n|---|---|---|"
        for column in columns:
            kind = _TYPES.get(column.type, column.type)
            yield f"| `{column.name}` | {kind} | {_cell(column.meaning)} |"
        yield ""


def _functions(session: Connection) -> Iterator[str]:
    yield "## Functions\n"
    for function in session.execute(_FUNCTIONS):
        returns = function.result.removeprefix("TABLE(").removesuffix(")")
        for long, short in _TYPES.items():
            returns = returns.replace(long, short)
        arguments = function.arguments.replace("timestamp with time zone", "timestamptz")
        yield f"### {function.name}({arguments})\n\n{function.about}\n\nReturns {returns}.\n"


def _cell(value: str | None) -> str:
    return (value or "").replace("|", "\\|")
