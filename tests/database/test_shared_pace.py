"""The pace of hosts is one for all processes, however many, and survives those that are killed."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue

from sqlalchemy import Engine, make_url, text

from pipeline.records import HostPace
from pipeline.store.pace import IDLE, PaceLedger, forget_idle_hosts
from pipeline.store.server.engine import open_engine
from pipeline.web_client.manners import Departure, PaceLimits, PendingRequest, Turn, arrive, leave

HOSTS = [f"{name}.herald.example" for name in ("www", "m", "sport")]
LIMITS = PaceLimits(delay_s=1.0, domain_delay_s=0.25, at_once=1000, domain_at_once=1000, max_wait_s=1000)


def book(engine: Engine, times: int) -> list[tuple[str, float]]:
    """Book turns as fast as the ledger goes: host and start, as seconds since 1970."""
    ledger, began = PaceLedger(engine), []
    for number in range(times):
        wish = PendingRequest(HOSTS[number % 3], "herald.example")
        found = ledger.exchange(
            [wish.host, "*.herald.example"],
            lambda paces, now, wish=wish: (arrive(paces, wish, now, LIMITS), now.timestamp()),
        )
        turn, now = found
        assert isinstance(turn, Turn)
        began.append((wish.host, now + turn.wait_s))
    return began


def book_elsewhere(url: str, times: int, results: Queue[list[tuple[str, float]]]) -> None:
    """The same in a process of its own."""
    engine = open_engine(make_url(url).set(drivername="postgresql+psycopg2"))
    results.put(book(engine, times))
    engine.dispose()


def test_four_processes_keep_the_distance_between_them(engine: Engine, database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    results: Queue[list[tuple[str, float]]] = context.Queue()
    workers = [context.Process(target=book_elsewhere, args=(database_url, 30, results)) for _ in range(4)]
    for worker in workers:
        worker.start()
    began = sorted((start, host) for _ in workers for host, start in results.get(timeout=60))
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert len(began) == 120
    assert all(b - a > 0.249 for (a, _), (b, _) in itertools.pairwise(began))
    for host in HOSTS:
        own = [start for start, name in began if name == host]
        assert all(b - a > 0.999 for a, b in itertools.pairwise(own))


def test_everything_known_of_a_host_is_kept(engine: Engine) -> None:
    moment = datetime(2031, 5, 8, 9, 30, 0, 123456, tzinfo=UTC)
    full = HostPace(moment, [moment, moment], 2.5, moment, "http_429", 3, 4)

    def fill(paces: dict[str, HostPace], _: datetime) -> None:
        for name in full.__dataclass_fields__:
            setattr(paces["a.example"], name, getattr(full, name))

    PaceLedger(engine).exchange(["a.example", "b.example", "a.example"], fill)
    found = PaceLedger(engine).exchange(["a.example", "b.example"], lambda paces, _: dict(paces))
    assert found["a.example"] == full
    assert found["b.example"] == HostPace(datetime(1970, 1, 1, tzinfo=UTC))


def test_the_ledger_is_cheap(engine: Engine) -> None:
    """A batch of a hundred requests, come and gone, at a hundred hosts takes a few milliseconds, not a second."""
    ledger = PaceLedger(engine)
    hosts = [f"www.{n}.example" for n in range(100)]
    names = [name for host in hosts for name in (host, f"*.{host[4:]}")]

    def come(paces: dict[str, HostPace], now: datetime) -> list[Turn]:
        turns = [arrive(paces, PendingRequest(host, host[4:]), now, LIMITS) for host in hosts]
        assert all(isinstance(turn, Turn) for turn in turns)
        return turns

    def go(paces: dict[str, HostPace], now: datetime) -> None:
        for host, turn in zip(hosts, turns, strict=True):
            leave(paces, Departure(host, host[4:], turn.place), now)

    ledger.exchange(names, come)
    started = time.perf_counter()
    turns = ledger.exchange(names, come)
    ledger.exchange(names, go)
    assert time.perf_counter() - started < 0.5
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM store.host_pace WHERE cardinality(places) = 1")) == 200


def test_hosts_that_nobody_asks_any_more_are_forgotten(engine: Engine) -> None:
    now = datetime.now(UTC)
    long_ago, of_late = now - IDLE - timedelta(hours=1), now - IDLE + timedelta(hours=1)
    paces = {
        "gone.example": HostPace(long_ago, penalties=2, failures=9),
        "gone-and-was-closed.example": HostPace(long_ago - timedelta(days=1), closed_until=long_ago),
        "asked.example": HostPace(of_late),
        "closed.example": HostPace(long_ago, closed_until=of_late, closed_by="http_429"),
        "in-use.example": HostPace(long_ago),
    }

    def fill(found: dict[str, HostPace], _: datetime) -> None:
        for name, pace in paces.items():
            for field in pace.__dataclass_fields__:
                setattr(found[name], field, getattr(pace, field))

    PaceLedger(engine).exchange(list(paces), fill)
    with engine.begin() as visitor, engine.begin() as conn:
        visitor.execute(text("SELECT FROM store.host_pace WHERE name = 'in-use.example' FOR UPDATE"))
        assert forget_idle_hosts(conn) == 2
    with engine.connect() as conn:
        left = set(conn.scalars(text("SELECT name FROM store.host_pace")))
    assert left == {"asked.example", "closed.example", "in-use.example"}


def test_a_host_forgotten_under_a_running_ledger_is_met_anew(engine: Engine) -> None:
    ledger = PaceLedger(engine)
    ledger.exchange(["a.example", "b.example"], lambda *_: None)
    with engine.begin() as conn:
        assert forget_idle_hosts(conn) == 2
    turn = ledger.exchange(
        ["a.example", "b.example"],
        lambda paces, now: arrive(paces, PendingRequest("a.example", None), now, LIMITS),
    )
    assert isinstance(turn, Turn)
