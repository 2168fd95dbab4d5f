"""`python -m tests.bench store`: what a hundred thousand, or a million, articles take and how fast they answer."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from pipeline.store import phrase_pairs
from pipeline.store.server.roles import ANALYST
from tests.bench.bulk import TUNING
from tests.bench.cpu import ServerClock
from tests.bench.plans import plan_of, scanned, table_sizes
from tests.bench.store_load import SEED, Filler
from tests.bench.store_texts import Writer
from tests.evaluation.report import Cell, Figures, Goal, Report, facts_of_run
from tests.evaluation.scratch import ScratchServer, scratch_server

ROUNDS = 5
SEARCH_ROUNDS = 40  # the first of them, on a page cache that knows nothing, is one in forty
SLOW_MS = 10_000.0  # a question asked less often when it takes longer
SEARCH_P95_MS = 50.0
# Words of the made-up news are all frequent at a million: these stand in so many texts, from the first to the last.
PLANTED = {
    1: "quorvexab",
    10: "quorvexeb",
    20: "quorvexib",
    50: "quorvexob",
    100: "quorvexub",
    1_000: "quorvexyb",
}
_TIMED_OUT = "57014"

_SIZES = text("""
    SELECT coalesce(whole.relname, c.relname) AS name,
           sum(pg_relation_size(c.oid)) AS heap, sum(pg_indexes_size(c.oid)) AS indexes,
           sum(pg_table_size(c.oid) - pg_relation_size(c.oid)) AS toast
      FROM pg_class c
      LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      LEFT JOIN pg_class whole ON whole.oid = i.inhparent
     WHERE c.relnamespace = 'store'::regnamespace AND c.relkind = 'r'
     GROUP BY 1 HAVING sum(pg_total_relation_size(c.oid)) > 1000000
     ORDER BY sum(pg_total_relation_size(c.oid)) DESC
""")

_PLANT = text("""
    UPDATE store.article_version v SET body = v.body || ' ' || :word
      FROM (SELECT DISTINCT on_way.id FROM generate_series(0, :hits - 1) n
             CROSS JOIN LATERAL (SELECT id FROM store.article_version
                                  WHERE id >= (SELECT max(id) FROM store.article_version) * n / :hits + :hits % 7
                                  ORDER BY id LIMIT 1) on_way) chosen
     WHERE v.id = chosen.id
""")
_IS_PLANTED = text("SELECT EXISTS (SELECT FROM store.article_version WHERE search @@ to_tsquery('simple', :word))")
_NOTE = text("""
    SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()
""")


def bench(
    sizes: Sequence[int],
    questions: Mapping[str, str],
    now: datetime,
    *,
    folder: Path | None = None,
    keep: bool = False,
) -> Report:
    """Fill a database for each size, ask it the `questions` and search it.

    With `keep` the databases stay in `folder`, and are not filled again the next time.
    """
    started = time.monotonic()
    loads: list[tuple[Cell, ...]] = []
    tables: list[tuple[Cell, ...]] = []
    asked: dict[str, list[Cell]] = {}
    searched: list[tuple[Cell, ...]] = []
    plans: list[tuple[Cell, ...]] = []
    slow = 0
    with scratch_server(TUNING, folder, keep=keep) as server:
        for size in sorted(sizes):
            with filled(server, size, now) as (engine, took):
                plant(engine)
                phrase_pairs.renew(engine, now)  # as upkeep does
                tables = list(_table_rows(engine))
                whole = sum(row[-1] for row in tables if isinstance(row[-1], float))
                loads.append((size, round(size / took), whole, whole / size * 1_000))
                with _analyst(engine) as conn:
                    clock = ServerClock(conn)
                    for name, statement in questions.items():
                        asked.setdefault(name, []).extend(_timed(clock, _ask(conn, statement)).cells)
                    found = {
                        name: _timed(clock, _search(conn, query), SEARCH_ROUNDS)
                        for name, query in _searches().items()
                    }
                    searched.extend((size, name, *one.cells) for name, one in found.items())
                    slow = sum(float(np.percentile(one.times, 95)) > SEARCH_P95_MS for one in found.values())
                    plans += [(size, *line) for line in _plans(conn)]
    figures = (
        Figures("Loading", ("articles", "made and stored/s", "MB", "GB a million"), tuple(loads)),
        Figures("Size by table at the most, MB", ("table", "rows", "TOAST", "indexes", "in all"), tuple(tables)),
        Figures(
            "Cookbook, ms",
            ("question", *(f"{p} at {size:,}" for size in sorted(sizes) for p in ("p50", "p95", "CPU"))),
            tuple((name, *cells) for name, cells in asked.items()),
        ),
        Figures("Search, ms", ("articles", "what", "p50", "p95", "CPU"), tuple(searched)),
        Figures("Tables read from end to end", ("articles", "question", "tables"), tuple(plans)),
    )  # fmt: skip
    goals = (
        Goal(
            f"kinds of search at {max(sizes):,} with a p95 above {SEARCH_P95_MS:g} ms",
            float(slow),
            0.0,
            at_least=False,
        ),
    )
    facts = facts_of_run(
        now,
        time.monotonic() - started,
        rounds=ROUNDS,
        search_rounds=SEARCH_ROUNDS,
        load=round(os.getloadavg()[1], 1),
    )
    return Report("The store", figures, goals, (), facts)


@contextlib.contextmanager
def filled(server: ScratchServer, size: int, now: datetime) -> Iterator[tuple[Engine, float]]:
    """A database of so many articles, and the seconds it took to make and store them."""
    name = f"store_{size}"
    with server.database(name) as engine:
        # What was kept says how long it took; a database that does not was left half filled.
        with engine.connect() as conn:
            noted = conn.scalar(_NOTE)
        if noted is None:
            noted = str(Filler(engine, now, size, processes=os.cpu_count() or 1).fill(size))
            with engine.begin() as conn:
                conn.exec_driver_sql(f"COMMENT ON DATABASE {name} IS '{noted}'")
        yield engine, float(noted)


def plant(engine: Engine) -> None:
    """Put each word of PLANTED into as many texts, unless it is there."""
    with engine.begin() as conn:
        if not conn.scalar(_IS_PLANTED, {"word": PLANTED[1]}):
            conn.execute(text("SET LOCAL session_replication_role = replica"))  # texts are not changed otherwise
            for hits, word in PLANTED.items():
                conn.execute(_PLANT, {"word": word, "hits": hits})


@contextlib.contextmanager
def _analyst(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql(f"SET ROLE {ANALYST}")
        conn.exec_driver_sql("SET search_path = wirewatch")
        conn.exec_driver_sql("SET statement_timeout = '60s'")
        yield conn
        conn.invalidate()  # the next user of the session shall not be the analyst


def _table_rows(engine: Engine) -> Iterator[tuple[Cell, ...]]:
    with engine.connect() as conn:
        for name, heap, indexes, toast in conn.execute(_SIZES):
            parts = [float(part) / 1e6 for part in (heap, toast, indexes)]
            yield (name, *parts, sum(parts))


def _ask(conn: Connection, statement: str) -> Callable[[], None]:
    def run() -> None:
        conn.exec_driver_sql(statement, execution_options={"no_parameters": True}).fetchmany(1000)

    return run


def _search(conn: Connection, query: str) -> Callable[[], None]:
    def run() -> None:
        conn.execute(text("SELECT * FROM search(:query)"), {"query": query}).all()

    return run


class _Asked(NamedTuple):
    """Milliseconds of each round, infinite where the role's limit for one statement ended it; CPU ms of a round."""

    times: list[float]
    cpu_ms: float

    @property
    def cells(self) -> tuple[Cell, Cell, Cell]:
        if float("inf") in self.times:
            return "over 60 s", "over 60 s", "over 60 s"
        return float(np.percentile(self.times, 50)), float(np.percentile(self.times, 95)), self.cpu_ms


def _timed(clock: ServerClock, run: Callable[[], None], rounds: int = ROUNDS) -> _Asked:
    before = clock.seconds()
    times = _times(run, rounds)
    return _Asked(times, 1000 * (clock.seconds() - before) / len(times))


def _times(run: Callable[[], None], rounds: int) -> list[float]:
    spent: list[float] = []
    while len(spent) < rounds and sum(spent) < SLOW_MS:
        begun = time.perf_counter()
        try:
            run()
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != _TIMED_OUT:
                raise
            return [float("inf")]
        spent.append(1000 * (time.perf_counter() - begun))
    return spent


def _searches() -> dict[str, str]:
    """Frequent, middling and rare words, alone and together, as people ask."""
    words = Writer(SEED).words
    en, ru = words["en"], words["ru"]
    return {
        **{f"a word of {hits:,} texts": word for hits, word in PLANTED.items()},
        "a frequent word": en[60],
        "a middling word": en[2_000],
        "a rare word": en[30_000],
        "a word in no text": "zzyzxq",
        "two frequent words": f"{en[60]} {en[90]}",
        "a frequent and a rare word": f"{en[60]} {en[20_000]}",
        "two rare words": f"{en[20_000]} {en[20_001]}",
        "a phrase": '"minister grigory sokolov"',
        "a phrase of frequent words": f'"{en[60]} {en[61]}"',
        "a phrase of frequent words, Russian": f'"{ru[60]} {ru[61]}"',
        "a phrase, and a frequent word": f'"{en[70]} {en[80]}" {en[60]}',
        "one or another": f"{en[500]} or {ru[500]}",
        "one without another": f"{en[300]} -{en[60]}",
        "Russian": "визит министра",
        "Russian, rare": ru[25_000],
        "Turkish": "dışişleri bakanı",
        "Turkish without its dots": "disisleri bakani istanbul",
        "a beginning": f"{en[5_000][:5]}*",
    }


def _plans(conn: Connection) -> Iterator[tuple[Cell, Cell]]:
    sizes = table_sizes(conn)
    hot = {
        "an article by its number": "SELECT * FROM articles WHERE article_id = 4711",
        "the articles of an hour": "SELECT * FROM articles WHERE published_at > now() - interval '1 hour'",
        "the texts of an article": "SELECT * FROM article_history WHERE article_id = 4711",
        "a meeting and its past": "SELECT * FROM meeting_timeline WHERE meeting_id = 47",
        "a dispatch": "SELECT * FROM copies WHERE dispatch_id = 4711",
        "fetches of an article": "SELECT * FROM fetches WHERE article_id = 4711",
    }
    for name, statement in hot.items():
        tables = {table for table in scanned(plan_of(conn, statement)) if sizes.get(table, 0) > 1_000}
        yield name, ", ".join(sorted(tables)) or "none"
