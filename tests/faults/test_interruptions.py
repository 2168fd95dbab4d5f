"""A database restarted under a stage, and many processes' worth of stages at once: nothing lost, nothing doubled."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import newsdesk
import pytest
from local_web import LocalWeb, serve
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from staging import stage_context

from pipeline.stages.line import STAGES, run_once
from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


@pytest.fixture
def expected(engine: Engine, tmp_path: Path, web: LocalWeb) -> dict[str, list[tuple[object, ...]]]:
    """What an undisturbed run leaves behind."""
    (tmp_path / "calm").mkdir()
    with stage_context(engine, tmp_path / "calm", newsdesk.put_up(web), private=web.host) as ctx:
        run_once(ctx, newsdesk.NOW)
    found = newsdesk.snapshot(engine)
    ((change, *_, dispatch, proven),) = found["alerts"]
    assert (change, proven) == ("postponed", True), found["meetings"]
    assert len(dispatch) > 1  # type: ignore[arg-type]
    return found


@pytest.mark.slow
def test_a_database_restarted_again_and_again_under_the_stages(
    short_dir: Path, tmp_path: Path, web: LocalWeb, expected: dict[str, list[tuple[object, ...]]]
) -> None:
    server = EmbeddedServer(short_dir / "restarted")
    server.start()
    create_database(parse_url(server.url("postgres")), "news")
    engine = open_engine(parse_url(server.url("news")))
    restarts = 0

    def restart_four_times() -> None:
        nonlocal restarts
        for _ in range(4):
            time.sleep(0.6)
            server.stop()
            server.start()
            restarts += 1

    try:
        migrate.upgrade(engine)
        restarter = threading.Thread(target=restart_four_times)
        feeds = newsdesk.put_up(web)
        with stage_context(engine, tmp_path, feeds, private=web.host, lease_s=1, batch=3) as ctx:
            restarter.start()
            while restarter.is_alive():
                with contextlib.suppress(DBAPIError):  # as Airflow would: the next try takes it up again
                    run_once(ctx, newsdesk.NOW)
            time.sleep(1.1)  # the lease of what was in work
            run_once(ctx, newsdesk.NOW)
        assert restarts == 4
        assert newsdesk.snapshot(engine) == expected
    finally:
        engine.dispose()
        server.stop()


def test_every_stage_in_four_threads_at_once(
    database_url: str,
    server: EmbeddedServer,
    tmp_path: Path,
    web: LocalWeb,
    expected: dict[str, list[tuple[object, ...]]],
) -> None:
    create_database(parse_url(server.url("postgres")), "crowd", template="wirewatch_template")
    engine = open_engine(parse_url(server.url("crowd")))
    errors: list[BaseException] = []
    with stage_context(engine, tmp_path, newsdesk.put_up(web), private=web.host, batch=2) as ctx:
        ctx.page_workers  # noqa: B018 - one pool, started before the crowd

        def worker() -> None:
            try:
                for _ in range(3):
                    for stage in STAGES.values():
                        stage(ctx, newsdesk.NOW)
            except BaseException as error:  # noqa: BLE001 - handed to the test below
                errors.append(error)

        threads = [threading.Thread(target=worker) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        run_once(ctx, newsdesk.NOW)
    assert errors == []
    found = newsdesk.snapshot(engine)
    engine.dispose()
    assert found == expected
