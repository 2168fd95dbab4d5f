"""link killed a hundred times: the same clusters as if nothing had happened."""

from __future__ import annotations

import multiprocessing
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from stored import store_article

from pipeline.records import Tally
from pipeline.settings import load_settings
from pipeline.stages.line import Context
from pipeline.stages.link.link import group_copies
from pipeline.stages.running.last_good import configuration_in_force
from pipeline.store.server.engine import create_database, open_engine, parse_url

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
KILLS = 100
SEED = 20310508
DISPATCHES = 60
_VOCABULARY = [f"w{i}" for i in range(3000)]


def group(url: str, data_dir: str) -> None:
    """What a worker does: link what is due."""
    engine = open_engine(parse_url(url))
    settings = load_settings(database_url=url, data_dir=Path(data_dir), batch=4, lease_s=1)
    with Context(settings, engine, configuration_in_force(engine, settings.config_dir, NOW)) as ctx:
        group_copies(ctx, NOW, Tally("link"))
    engine.dispose()


def fill(engine: Engine) -> None:
    """Dispatches with one to five copies, cut and extended, in no order."""
    chance = random.Random(SEED)
    articles = []
    for n in range(DISPATCHES):
        words = chance.choices(_VOCABULARY, k=150)
        for i in range(1 + n % 5):
            body = words[: 150 - 12 * i] + chance.choices(_VOCABULARY, k=5 * i)
            articles.append((f"http://{n}.example/{i}", " ".join(body), NOW - timedelta(hours=30, minutes=-i)))
    chance.shuffle(articles)
    for url, body, published in articles:
        store_article(engine, url, body, published=published)


def snapshot(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as conn:
        rows = conn.execute(
            text("""
                SELECT array_agg(c.url ORDER BY c.url), array_agg(c.kind ORDER BY c.url), max(d.lead_url)
                  FROM wirewatch.copies c JOIN wirewatch.dispatches d USING (dispatch_id)
                 GROUP BY c.dispatch_id ORDER BY 1
            """)
        )
        return [tuple(row) for row in rows]


def waiting(engine: Engine) -> int:
    with engine.connect() as conn:
        return int(conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'link'")) or 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_kills_make_no_difference(database_url: str, tmp_path: Path) -> None:
    base = make_url(database_url)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.stages.link.link", "pipeline.stages.line"])
    chance = random.Random(SEED)

    def database(name: str) -> tuple[str, Engine]:
        url = base.set(database=f"{base.database}_{name}").render_as_string(False)
        create_database(parse_url(database_url), f"{base.database}_{name}", template="wirewatch_template")
        engine = open_engine(parse_url(url))
        fill(engine)
        return url, engine

    url, engine = database("calm")
    group(url, str(tmp_path))
    expected = snapshot(engine)
    engine.dispose()
    assert len(expected) == DISPATCHES
    kills = story = 0
    while kills < KILLS:
        story += 1
        url, engine = database(f"killed_{story}")
        while waiting(engine) and kills < KILLS:
            worker = context.Process(target=group, args=(url, str(tmp_path)))
            worker.start()
            worker.join(chance.uniform(0.1, 0.8))
            if worker.is_alive():
                worker.kill()
                worker.join()
                kills += 1
        deadline = time.monotonic() + 60
        while waiting(engine) and time.monotonic() < deadline:
            time.sleep(0.5)  # the lease of the last dead worker
            group(url, str(tmp_path))
        assert snapshot(engine) == expected, f"story {story} after {kills} kills, seed {SEED}"
        engine.dispose()
