"""Pending work: rows claimed in batches under a lease, and finished in the transaction of their result.

A claim is a short transaction of its own. The worker then does its job without any lock and saves the result
together with `finish` (or `postpone`): both are committed or neither. A killed worker's rows come back when the
lease runs out; a worker that outlives its lease learns this in `finish`, and its result is rolled back.

Leases use the server's clock, because they are about real processes; *due* times are compared with the `now` that
is passed in, so that a story can be replayed in simulated time.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, text
from sqlalchemy.dialects.postgresql import insert

from pipeline.errors import LeaseLostError
from pipeline.store.tables import work

# After publication: what is older is no longer news that waits for no one.
URGENT_FOR = timedelta(days=2)
_FREE = """stage = :stage AND due_at <= :now
               AND (leased_until IS NULL OR leased_until < clock_timestamp())
               AND (machine IS NULL OR machine = :machine)"""
# Of a backlog, urgent rows get a share first, the newest get one, and so does what is oldest: none waits for
# the whole of it. Neighbours of one due time are torn apart: they belong to one feed, and its host wants a pause
# between two. What workers died on goes last, so that it cannot keep the rest waiting. Each part reads an index in
# its order, however long the list is, and locks more than it may get only until this statement is over.
_CLAIM = text(f"""
    WITH urgent AS MATERIALIZED (
            SELECT subject_id, due_at FROM store.work
             WHERE urgent AND claims <= 3 AND {_FREE}
             ORDER BY due_at LIMIT :most_urgent FOR UPDATE SKIP LOCKED),
         newest AS MATERIALIZED (
            SELECT subject_id, due_at FROM store.work
             WHERE NOT urgent AND claims <= 3 AND {_FREE}
             ORDER BY due_at DESC, hashint8(subject_id) LIMIT :most_newest FOR UPDATE SKIP LOCKED),
         oldest AS MATERIALIZED (
            SELECT subject_id, due_at FROM store.work
             WHERE claims <= 3 AND {_FREE}
               AND subject_id NOT IN (SELECT subject_id FROM urgent)
               AND subject_id NOT IN (SELECT subject_id FROM newest)
             ORDER BY due_at, hashint8(subject_id) LIMIT :batch FOR UPDATE SKIP LOCKED),
         deadly AS MATERIALIZED (
            SELECT subject_id, due_at FROM store.work
             WHERE claims > 3 AND {_FREE}
             ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    UPDATE store.work AS w
       SET leased_until = clock_timestamp() + make_interval(secs => :lease_s),
           lease = :lease,
           claims = w.claims + 1
     WHERE w.stage = :stage AND w.subject_id = ANY (ARRAY(
           SELECT subject_id
             FROM (SELECT 1 AS part, * FROM urgent UNION ALL SELECT 2, * FROM newest
                   UNION ALL SELECT 3, * FROM oldest UNION ALL SELECT 4, * FROM deadly) AS due
            ORDER BY part, due_at, hashint8(subject_id) LIMIT :batch))
 RETURNING w.subject_id, w.due_at, w.failures, w.urgent
""")  # noqa: S608 - of constants
_URGENT_SHARE = 0.5  # of a batch
# The newest get a share where a page waits its turn. The later stages keep the order of publication, because a
# change is understood best after its plan.
_NEWEST_SHARE: Mapping[str, float] = {"fetch": 0.25, "process": 0.25}
_FINISH = text("DELETE FROM store.work WHERE stage = :stage AND subject_id = :id AND lease = :lease")
_HAND_ON = text("""
    WITH done AS (
        DELETE FROM store.work WHERE stage = :stage AND subject_id = ANY(:ids) AND lease = :lease
     RETURNING subject_id, due_at, urgent),
    handed_on AS (
        INSERT INTO store.work (stage, subject_id, due_at, urgent)
        SELECT next.stage, next.subject_id, done.due_at, done.urgent
          FROM unnest(CAST(:stages AS text[]), CAST(:subjects AS bigint[])) AS next (stage, subject_id)
          JOIN done ON done.subject_id = next.subject_id
            ON CONFLICT (stage, subject_id) DO UPDATE SET due_at = least(work.due_at, excluded.due_at))
    SELECT count(*) FROM done
""")
_POSTPONE = text("""
    UPDATE store.work
       SET due_at = :due_at, leased_until = NULL, lease = NULL, claims = 0, failures = :failures
     WHERE stage = :stage AND subject_id = :id AND lease = :lease
""")
_BRING_FORWARD = text("""
    INSERT INTO store.work (stage, subject_id, due_at) VALUES (:stage, :id, :due_at)
    ON CONFLICT (stage, subject_id) DO UPDATE SET due_at = excluded.due_at
     WHERE work.due_at > excluded.due_at AND work.lease IS NULL
""")
_POSTPONE_ALL = text("""
    UPDATE store.work AS w
       SET due_at = n.due_at, leased_until = NULL, lease = NULL, claims = 0, failures = 0
      FROM unnest(CAST(:ids AS bigint[]), CAST(:leases AS text[]), CAST(:moments AS timestamptz[]))
        AS n (subject_id, lease, due_at)
     WHERE w.stage = :stage AND w.subject_id = n.subject_id AND w.lease = n.lease
 RETURNING w.subject_id
""")
_NEXT_DUE = text("""
    SELECT min(next.due_at)
      FROM unnest(CAST(:stages AS text[])) AS wanted (stage),
           LATERAL (SELECT due_at FROM store.work w
                     WHERE w.stage = wanted.stage AND (leased_until IS NULL OR leased_until < clock_timestamp())
                       AND (machine IS NULL OR machine = :machine)
                     ORDER BY due_at LIMIT 1) AS next
""")
_HAS_URGENT = text("""
    SELECT EXISTS (SELECT FROM store.work
                    WHERE stage = :stage AND urgent AND due_at <= :now AND claims <= 3
                      AND (leased_until IS NULL OR leased_until < clock_timestamp()))
""")
_BIND = text("""
    UPDATE store.work SET machine = :machine, leased_until = NULL, lease = NULL, claims = 0
     WHERE stage = :stage AND subject_id = :id AND lease = :lease
""")
_NOTIFY = text("SELECT pg_notify(:channel, stage) FROM unnest(CAST(:stages AS text[])) AS stage")
CHANNEL = "wirewatch_work"  # NOTIFY: the name of a stage that has new work
_RELEASE = text("""
    UPDATE store.work SET leased_until = NULL, lease = NULL, claims = claims - :undone
     WHERE stage = :stage AND lease = :lease
""")


@dataclass(frozen=True, slots=True)
class LeasedRow:
    """One leased row. `failures` counts the failed tries in a row before this one.

    `urgent`: it looks like a change of plan, and goes before others.
    """

    stage: str
    subject_id: int
    lease: str
    due_at: datetime
    failures: int
    urgent: bool = False


def add(
    conn: Connection, stage: str, subject_ids: Iterable[int], *, due_at: datetime, urgent: bool = False
) -> None:
    """Put subjects on a stage's list; those already on it stay as they are.

    `urgent`: before others, where there is a backlog.
    """
    rows = [{"stage": stage, "subject_id": i, "due_at": due_at, "urgent": urgent} for i in subject_ids]
    if rows:
        conn.execute(insert(work).on_conflict_do_nothing(), rows)
        announce(conn, stage)


def bring_forward(conn: Connection, stage: str, subject_id: int, *, due_at: datetime) -> None:
    """Put a subject on a stage's list for `due_at`, or keep an earlier time; not if it is leased."""
    conn.execute(_BRING_FORWARD, {"stage": stage, "id": subject_id, "due_at": due_at})
    announce(conn, stage)


def claim(
    engine: Engine, stage: str, *, now: datetime, batch: int, lease_s: int, machine: str | None = None
) -> list[LeasedRow]:
    """Lease up to `batch` rows that are due at `now`; commits at once.

    All of them where no more are due. Of a backlog: what is urgent, the oldest first, then a share of the newest
    where pages wait their turn, and the oldest. Rows bound to another machine than `machine` are left to that one.
    """
    lease = uuid.uuid4().hex
    values = {"stage": stage, "now": now, "batch": batch, "lease": lease, "lease_s": lease_s, "machine": machine}
    values["most_urgent"] = math.ceil(batch * _URGENT_SHARE)
    values["most_newest"] = int(batch * _NEWEST_SHARE.get(stage, 0))
    with engine.begin() as conn:
        rows = conn.execute(_CLAIM, values).all()
    claims = [LeasedRow(stage, row.subject_id, lease, row.due_at, row.failures, row.urgent) for row in rows]
    return sorted(claims, key=lambda c: (c.due_at, c.subject_id))


def next_due(engine: Engine, stages: Sequence[str], *, machine: str | None = None) -> datetime | None:
    """When the first unleased row of any of `stages` is due, of those `machine` may have; None where none is."""
    with engine.connect() as connection:
        due: datetime | None = connection.scalar(_NEXT_DUE, {"stages": list(stages), "machine": machine})
    return due


def has_urgent(engine: Engine, stage: str, *, now: datetime) -> bool:
    """Whether a row that goes before others is due and free."""
    with engine.connect() as connection:
        return bool(connection.scalar(_HAS_URGENT, {"stage": stage, "now": now}))


def is_due(engine: Engine, stages: Sequence[str], *, now: datetime) -> bool:
    """Whether `claim` would find a row of any of `stages`."""
    due = next_due(engine, stages)
    return due is not None and due <= now


def announce(conn: Connection, *stages: str) -> None:
    """Wake the processes that wait for work of these stages, on any machine, when this transaction commits."""
    conn.execute(_NOTIFY, {"channel": CHANNEL, "stages": list(stages)})


def finish(conn: Connection, claimed: LeasedRow) -> None:
    """Take a row off the list, in the transaction that saves its result.

    Raises:
        LeaseLostError: another worker owns the row now; the caller's transaction must roll back.
    """
    _own(
        conn.execute(_FINISH, {"stage": claimed.stage, "id": claimed.subject_id, "lease": claimed.lease}).rowcount,
        claimed,
    )


def hand_on(conn: Connection, claims: list[LeasedRow], wanted_by: Mapping[str, Collection[int]]) -> None:
    """Take rows off one list, with the result, and put each on those of the next stages that want it.

    `wanted_by` has the subjects by stage; their rows are due when these were.

    Raises:
        LeaseLostError: another worker owns one of the rows now; the caller's transaction must roll back.
    """
    for lease in {c.lease for c in claims}:
        mine = [c.subject_id for c in claims if c.lease == lease]
        following = [
            (stage, subject) for stage, wanted in wanted_by.items() for subject in mine if subject in wanted
        ]
        values = {"stage": claims[0].stage, "ids": mine, "lease": lease}
        values |= {"stages": [stage for stage, _ in following], "subjects": [subject for _, subject in following]}
        if conn.scalar(_HAND_ON, values) != len(mine):
            raise LeaseLostError(f"{claims[0].stage}: leases ran out and were taken over")
    announce(conn, *(stage for stage, wanted in wanted_by.items() if wanted))


def postpone(conn: Connection, claimed: LeasedRow, *, due_at: datetime, failed: bool = False) -> None:
    """Return a row, due at `due_at`; `failed` counts a failure, otherwise the count restarts at 0.

    Raises:
        LeaseLostError: another worker owns the row now; the caller's transaction must roll back.
    """
    failures = claimed.failures + 1 if failed else 0
    values = {"stage": claimed.stage, "id": claimed.subject_id, "lease": claimed.lease}
    _own(conn.execute(_POSTPONE, values | {"due_at": due_at, "failures": failures}).rowcount, claimed)


def postpone_all(conn: Connection, rows: Sequence[tuple[LeasedRow, datetime]]) -> None:
    """Return finished rows of one stage, each due again at its own time.

    Raises:
        LeaseLostError: another worker owns one of them now; the caller's transaction must roll back.
    """
    if not rows:
        return
    values = {
        "stage": rows[0][0].stage,
        "ids": [claimed.subject_id for claimed, _ in rows],
        "leases": [claimed.lease for claimed, _ in rows],
        "moments": [due_at for _, due_at in rows],
    }
    done = set(conn.scalars(_POSTPONE_ALL, values))
    for claimed, _ in rows:
        _own(int(claimed.subject_id in done), claimed)


def wait(conn: Connection, claimed: LeasedRow, *, due_at: datetime) -> None:
    """Return a row that was not tried, due at `due_at`, with its failures unchanged.

    Raises:
        LeaseLostError: another worker owns the row now; the caller's transaction must roll back.
    """
    values = {"stage": claimed.stage, "id": claimed.subject_id, "lease": claimed.lease}
    changed = conn.execute(_POSTPONE, values | {"due_at": due_at, "failures": claimed.failures})
    _own(changed.rowcount, claimed)


def bind(conn: Connection, claimed: LeasedRow, machine: str) -> None:
    """Return a row for `machine` alone, and wake it.

    Raises:
        LeaseLostError: another worker owns the row now; the caller's transaction must roll back.
    """
    values = {"stage": claimed.stage, "id": claimed.subject_id, "lease": claimed.lease, "machine": machine}
    _own(conn.execute(_BIND, values).rowcount, claimed)
    announce(conn, claimed.stage)


def drop(conn: Connection, stage: str, subject_id: int) -> None:
    """Remove a row from the list for good; a worker that holds it learns this when it finishes."""
    conn.execute(delete(work).where(work.c.stage == stage, work.c.subject_id == subject_id))


def release(engine: Engine, claims: list[LeasedRow], *, blameless: bool) -> None:
    """Return leased rows, for a worker that stops early; `blameless` if none of them was the reason."""
    with engine.begin() as conn:
        for stage, lease in {(c.stage, c.lease) for c in claims}:
            conn.execute(_RELEASE, {"stage": stage, "lease": lease, "undone": int(blameless)})


def _own(rowcount: int, claimed: LeasedRow) -> None:
    if rowcount != 1:
        raise LeaseLostError(f"{claimed.stage} {claimed.subject_id}: the lease ran out and was taken over")
